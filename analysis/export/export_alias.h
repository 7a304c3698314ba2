/*
 * export_alias.h - numbers in the place of texts that are not given away: the
 * same text of the same field has the same number, so that what is counted,
 * grouped or drawn by it comes out as it did.
 */
#ifndef EXPORT_ALIAS_H
#define EXPORT_ALIAS_H

#include <stddef.h>

struct export_alias;

struct export_alias *export_alias_create(void);
void export_alias_destroy(struct export_alias *self); /* accepts NULL */

/* From 1, in the order in which texts are met: nothing of one is in it. */
size_t export_alias_number(struct export_alias *self,
                           const char *field,
                           const char *text);

#endif
