/*
 * waiting.h - requests that what answers them has no room for yet.
 */
#ifndef WAITING_H
#define WAITING_H

#include "trustsweep/request.h"

#include <stddef.h>

struct waiting {
    struct request *requests; /* [num], in order of coming */
    size_t num;
    size_t cap;
};

/* Takes what `request` holds. */
void waiting_push(struct waiting *self, struct request *request);
void waiting_drop(struct waiting *self, struct hash128 unit);
void waiting_drop_first(struct waiting *self, size_t num);
void waiting_release(struct waiting *self);

#endif
