/*
 * writer_follow_ups.h - the rows of /follow_ups: what evaluators asked, and
 * what they were told.
 */
#ifndef WRITER_FOLLOW_UPS_H
#define WRITER_FOLLOW_UPS_H

#include "store/writer.h"

#include <hdf5.h>

#include <stdint.h>

struct rows;

/* To be given to rows_flush() and rows_close(). */
struct rows *follow_ups_open(hid_t file, struct error *err);

int follow_ups_add(struct rows *self,
                   enum role role,
                   const char *question,
                   const struct reply *reply,
                   struct error *err);

uint64_t follow_ups_num(const struct rows *self);
int follow_ups_add_asked(struct rows *self,
                         uint64_t unit,
                         uint64_t follow_up,
                         struct error *err);

#endif
