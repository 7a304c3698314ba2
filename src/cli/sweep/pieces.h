/*
 * pieces.h - what a job wants of this machine, piece by piece: its data set and
 * the file of every model and role.
 *
 * Unlike sweep_open() it does not stop at the first fault.
 */
#ifndef PIECES_H
#define PIECES_H

#include "trustsweep/backend.h"

struct cJSON;
struct error;
struct job;
struct job_origin;
struct sweep_params;
struct text;

enum piece_state {
    PIECE_READY = 0,
    PIECE_MISSING, /* there is no such file */
    PIECE_BROKEN,  /* it is there and will not do */
};

struct piece {
    const char *kind;                /* "dataset", "model", "role" */
    const char *name;                /* borrowed from the job */
    const struct job_origin *origin; /* NULL: the data set */
    char *spec;                      /* of a backend, paths absolute; or NULL */
    char *file;                      /* that it reads; or NULL */
    enum piece_state state;
    char *detail;    /* what it is, or what is wrong with it */
    char *way_out;   /* what to do about that; or NULL */
    char *made_from; /* what `prepare` has made its file of; or NULL */
    struct backend_facts facts;
};

struct pieces {
    struct job *job;
    struct piece *list; /* the data set, then models, then roles */
    size_t num;
};

/* errors  as job_read(): only a job file that does not read */
int pieces_read(struct pieces *out,
                const struct sweep_params *params,
                struct error *err);

/* Pieces that are missing or broken. */
size_t pieces_num_bad(const struct pieces *self);

/* Against what `prepare` has written beside the job file, if it has: a file that
 * is another one now is broken. */
void pieces_compare(struct pieces *self);

/* {"ready", "pieces": [...]}; json_free() */
struct cJSON *pieces_json(const struct pieces *self);

/* A line for each, and one for the way out of what is not ready. */
void pieces_print(const struct pieces *self, struct text *out);

void pieces_release(struct pieces *self);

#endif
