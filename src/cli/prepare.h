/*
 * prepare.h - what a login node can do for a job before it goes where there is
 * no internet: fetch, import, quantise; and a job file that names the results.
 */
#ifndef PREPARE_H
#define PREPARE_H

#include "cli/sweep/pieces.h"

#include <stdbool.h>

struct prepare {
    struct pieces *pieces;
    const char *folder;  /* what is made goes there; exists */
    const char *toolkit; /* for the wordings to the judge; or NULL */
};

/* Get every file that is missing and has a source; how many were got.
 * errors  ERR_USAGE: there is no curl */
int prepare_fetch(struct prepare *self, struct error *err);

/* Unpack the official zip into FOLDER/dataset.  Another data set stays where it
 * is. */
int prepare_dataset(struct prepare *self, struct error *err);

/* `wish`: MODEL=TYPE.  The piece is then the new file, in FOLDER/models; one that
 * is there already and was made of the same is used again.
 * errors  ERR_USAGE: no such model, or it has no file; as model_quantise() */
int prepare_quantise(struct prepare *self, const char *wish, struct error *err);

/* FOLDER/prepared.json, and, once nothing is missing, FOLDER/job.json. */
int prepare_write(const struct prepare *self, struct error *err);

#endif
