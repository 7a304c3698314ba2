/*
 * site_list.h - the keys of a site file that hold more than one value.  Private
 * to launch/.
 */
#ifndef SITE_LIST_H
#define SITE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct error;
struct site;

bool site_list_is(const char *key);

/* Their names, static, into `names`; how many (at most 16). */
size_t site_list_names(const char **names);

/* errors  ERR_USAGE: a wrong type, a line end, a variable whose name is none or
 *         speaks of a secret */
int site_list_read(const char *name,
                   const struct cJSON *value,
                   struct site *out,
                   struct error *err);

/* All of them. */
void site_list_release(struct site *site);

#endif
