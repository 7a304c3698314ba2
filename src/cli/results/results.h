/*
 * results.h - replies -> verdicts -> scores -> one results file.
 *
 * The same pass ends `run` and is all of `score`, so that both give the same
 * content.  Texts of a few tasks of one model are in memory at a time: some are
 * read, judged and scored while others are written.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include "evaluate/judge.h"
#include "trustsweep/record.h"

#include <stdbool.h>
#include <stddef.h>

struct error;
struct selection;
struct spent;
struct sweep;

/* Where replies come from: a journal, or recorded answers.  Asked, as the
 * answerer is, by one thread, which need not be the caller's. */
struct reply_source {
    void *self;
    /* 1 = `out` is filled and the caller's to release, 0 = not done, -1 */
    int (*record)(void *self,
                  size_t unit,
                  struct record *out,
                  struct error *err);
};

struct results_params {
    const struct sweep *sweep;
    struct reply_source source;
    struct answerer answerer;  /* of follow-ups; zero: nobody answers */
    const char *path;          /* of the file to write */
    const char *run_folder;    /* of the run; NULL: the file's */
    const struct spent *spent; /* by a run; NULL: it is none */
    const char *run_json;      /* how the run went, for provenance; or NULL */
    const char *mpi;           /* MPI library, for provenance; or NULL */
    bool no_intervals;         /* values and counts only */
    /* How far it is, in the caller's thread; may be NULL.  Called after each
     * cell, and at last with all units: then the file is closed and its digest
     * made.  -1: it is not wanted any more, and results_write() leaves nothing. */
    int (*note)(void *context, size_t num_done, size_t num_units);
    void *context;                     /* of it */
    const struct selection *selection; /* set by results_write() */
};

/* digest: of the content, 65 bytes. */
int results_write(const struct results_params *params,
                  char *digest,
                  struct error *err);

#endif
