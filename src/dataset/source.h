/*
 * source.h - where data files come from: a folder or a zip file, with
 * DIMENSION/FILE.json or dataset/DIMENSION/FILE.json, plain or (in a folder)
 * gzipped.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "dataset/manifest.h"

#include <stdbool.h>
#include <stddef.h>

struct error;
struct name_list;
struct text;
struct source;

/* location  "sample", a folder or a zip file
 * errors    ERR_IO, ERR_FORMAT */
struct source *source_open(const char *location, struct error *err);
void source_close(struct source *self); /* accepts NULL */

const char *source_location(const struct source *self); /* absolute */
bool source_is_sample(const struct source *self);

/*
 * The bytes of one task's file, inflated, to the end of `out`.
 *
 * task     "truthfulness/external"
 * returns  1 when it is there, 0 when not, -1
 * errors   ERR_IO, ERR_FORMAT
 */
int source_read(struct source *self,
                const char *task,
                struct text *out,
                struct error *err);

/* Names "dimension/file" of what is there, sorted, each once; given to
 * name_list_release().  errors  ERR_IO */
int source_list(const struct source *self,
                struct name_list *out,
                struct error *err);

#endif
