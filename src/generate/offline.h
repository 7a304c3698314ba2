/*
 * offline.h - a model that is asked by files: its backend spec, without its
 * network.
 */
#ifndef OFFLINE_H
#define OFFLINE_H

#include <stdbool.h>

struct cJSON;
struct error;
struct offline;
struct reply;
struct request;
struct text;

/* ERR_USAGE: a spec of another backend than http, or of a dialect without batch
 * files. */
struct offline *offline_open(const char *spec, struct error *err);
void offline_close(struct offline *self); /* accepts NULL */

/* As http_offline_line() and http_offline_read(). */
void offline_line(const struct offline *self,
                  const struct request *request,
                  struct text *out);
enum { OFFLINE_WHY = 400 };
bool offline_read(const struct offline *self,
                  const struct request *request,
                  const struct cJSON *line,
                  struct reply *out,
                  char why[OFFLINE_WHY]);

#endif
