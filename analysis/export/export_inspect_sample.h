/*
 * export_inspect_sample.h - one unit as a sample of Inspect's log; for
 * export_inspect.c only.
 */
#ifndef EXPORT_INSPECT_SAMPLE_H
#define EXPORT_INSPECT_SAMPLE_H

#include <stddef.h>

struct error;
struct export_source;
struct text;

/* Adds it to `out` on one line.  ERR_IO, ERR_FORMAT. */
int export_inspect_sample(struct export_source *source,
                          size_t unit,
                          struct text *out,
                          struct error *err);

#endif
