/*
 * item.h - one dataset entry.
 *
 * Owned by the dataset (src/dataset) or, on a worker, by the lease that brought
 * it; borrowed by everyone else.  Evaluators and metrics read fields by name,
 * as the file spells them ("gt-email", "data construction").
 */
#ifndef TRUSTSWEEP_ITEM_H
#define TRUSTSWEEP_ITEM_H

#include "base/hash.h"

#include <stddef.h>
#include <stdint.h>

struct cJSON;

struct item {
    const char *task;          /* "truthfulness/external"                    */
    size_t index;              /* position in the task's file, from 0        */
    uint32_t occurrence;       /* how many equal items stand before it       */
    struct hash128 hash;       /* of the canonical JSON (json_canonical)     */
    const struct cJSON *entry; /* the JSON object; bare NaN has become null  */
    const char *prompt;        /* UTF-8, never NULL, part of `entry`         */
};

/* The text of a string field, or NULL when absent or not a string. */
const char *item_text(const struct item *item, const char *field);

/* The value of a number field, or NaN when absent or not a number. */
double item_number(const struct item *item, const char *field);

#endif
