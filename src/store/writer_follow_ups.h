/*
 * writer_follow_ups.h - the rows of /follow_ups: what evaluators asked, and
 * what they were told.
 */
#ifndef WRITER_FOLLOW_UPS_H
#define WRITER_FOLLOW_UPS_H

#include "store/writer.h"

#include <hdf5.h>

#include <stdint.h>

struct follow_ups;

struct follow_ups *follow_ups_open(hid_t file, struct error *err);
void follow_ups_close(struct follow_ups *self); /* accepts NULL */

int follow_ups_add(struct follow_ups *self,
                   enum role role,
                   const char *question,
                   const struct reply *reply,
                   struct error *err);

uint64_t follow_ups_num(const struct follow_ups *self);
int follow_ups_add_asked(struct follow_ups *self,
                         uint64_t unit,
                         uint64_t follow_up,
                         struct error *err);

/* Write what is buffered and settle the growing dimensions. */
int follow_ups_flush(struct follow_ups *self, hid_t file, struct error *err);

#endif
