/*
 * item.h - one dataset entry.
 *
 * Owned by the dataset (src/dataset) or, on a worker, by the lease that brought
 * it; borrowed by everyone else.  Evaluators and metrics read fields by name,
 * as the file spells them ("gt-email", "data construction").
 */
#ifndef TRUSTSWEEP_ITEM_H
#define TRUSTSWEEP_ITEM_H

#include "trustsweep/hash128.h"

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

enum { ITEM_KEY = 32 };

/*
 * A field as a text to filter, group and cluster by: a string as it stands, a
 * number in decimal ("2", "-0.5"), a list of one of them as that one.
 *
 * buf      [size], room for a number: ITEM_KEY bytes
 * returns  a text of the item, or `buf`; NULL when absent or anything else
 */
const char *item_key(const struct item *item,
                     const char *field,
                     char *buf,
                     size_t size);

#endif
