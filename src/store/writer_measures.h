/*
 * writer_measures.h - the group /utility of a file: what its utility columns
 * came to, for readers that want just that.  For writer.c only.
 */
#ifndef WRITER_MEASURES_H
#define WRITER_MEASURES_H

#include "store/writer.h"

#include <hdf5.h>

struct measures;
struct scores;

struct measures *measures_create(const struct writer_params *params);
void measures_destroy(struct measures *self); /* accepts NULL */

void measures_set_method(struct measures *self,
                         size_t model,
                         size_t task,
                         unsigned method);

/* Writes all of /utility; nothing where there is no measure.  ERR_IO. */
int measures_write(const struct measures *self,
                   const struct scores *scores,
                   hid_t file,
                   struct error *err);

#endif
