/*
 * label_key.h - what joins the ids of a labels file to units: to be kept apart
 * from who labels.
 *
 * An id is a keyed hash of the unit's own: without the key's salt neither it
 * nor the order tells a model.
 */
#ifndef LABEL_KEY_H
#define LABEL_KEY_H

#include "analysis/labels.h"
#include "base/hash.h"

#include <stddef.h>

struct error;

enum { LABEL_KEY_ID = 14 }; /* "r" and 12 hex digits */

struct label_key_unit {
    char id[LABEL_KEY_ID];
    struct hash128 unit;
    size_t stratum;
};

struct label_key {
    struct labels strata;         /* its strata, and the name of the draw */
    struct label_key_unit *units; /* [num_units], by id once it was read */
    size_t num_units;
};

/* A key for units [num] of these strata, with a salt from the system; takes
 * `strata` over.  ERR_IO: no random bytes. */
int label_key_make(struct label_key *out,
                   struct labels *strata,
                   const struct label_key_unit *units,
                   size_t num,
                   struct error *err);

/* For its owner's eyes only (0600).  ERR_USAGE: there is one, of another draw
 * perhaps, and labels would be lost with it. */
int label_key_write(const struct label_key *self,
                    const char *path,
                    struct error *err);

/* ERR_IO, ERR_FORMAT. */
int label_key_read(struct label_key *out, const char *path, struct error *err);
void label_key_release(struct label_key *self);

/* The unit of that id, or NULL; of a key that was read. */
const struct label_key_unit *label_key_find(const struct label_key *self,
                                            const char *id);

/* "DIR/results.labels-key.json" of "DIR/results.h5"; free() */
char *label_key_path(const char *results);

#endif
