/*
 * labels.h - what people said of replies: NAME.labels.json beside NAME.h5.
 *
 * It holds no text.  Units are named by their ids, so labels outlive another
 * scoring of the same replies.  How many replies each stratum had and how many
 * were drawn came with the draw, and is what makes a rate of a few labels one
 * of all replies.
 */
#ifndef LABELS_H
#define LABELS_H

#include "analysis/label_kind.h"
#include "base/hash.h"

#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;

enum { LABELS_MAX_LABELLERS = 64 };

struct labels_stratum {
    char *model, *column, *outcome; /* "yes", "no": what the verdict was */
    enum label_kind kind;
    uint64_t num;   /* replies */
    uint64_t drawn; /* of these */
};

struct labels_unit {
    struct hash128 id;
    size_t stratum;
    int *given; /* [LABELS_MAX_LABELLERS]: number of the label, -1 none */
};

struct labels {
    char draw[33];    /* which draw they are of */
    char **labellers; /* [num_labellers] */
    size_t num_labellers;
    struct labels_stratum *strata; /* [num_strata] */
    size_t num_strata;
    struct labels_unit *units; /* [num_units], each with a label or more */
    size_t num_units, cap_units;
};

/* "DIR/results.labels.json" of "DIR/results.h5"; free() */
char *labels_path(const char *results);

/*
 * Read; all NULL and 0 where no such file is.
 *
 * errors  ERR_IO; ERR_FORMAT names the file and what is wrong
 */
int labels_read(struct labels *out, const char *path, struct error *err);
int labels_write(const struct labels *self,
                 const char *path,
                 struct error *err);
void labels_release(struct labels *self);

/* The number of that labeller, added when new; -1 when there are too many. */
int labels_labeller(struct labels *self, const char *name);

/* The unit of that id, added when new. */
struct labels_unit *labels_unit(struct labels *self,
                                struct hash128 id,
                                size_t stratum);

/* Strata as JSON, and back (ERR_FORMAT); for the key too. */
void labels_put_strata(const struct labels *self, struct cJSON *root);
int labels_get_strata(struct labels *self,
                      const struct cJSON *root,
                      const char *path,
                      struct error *err);

#endif
