/*
 * offline_work.h - the units of one model that a provider answers by files:
 * which of them are open, and what came of an export or an import.
 */
#ifndef OFFLINE_WORK_H
#define OFFLINE_WORK_H

#include "cli/sweep/sweep.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct journal;
struct offline;

struct offline_options {
    char *dir;
    char *output;
    int64_t max_requests;
    int64_t max_mb;
    int64_t limit;
    char *only;
    char *set;
    bool json;
};

struct offline_work {
    const struct offline_options *given;
    struct sweep *sweep;
    struct offline *offline;
    size_t model;
    char *folder;          /* the run directory */
    bool *is_done;         /* [num_units of the plan] */
    struct hash128 *taken; /* [num_units of the plan]: what this import took
                              for it; zero: nothing */
    /* counted */
    size_t num_requests, num_files;
    size_t num_taken, num_again, num_bad;
    struct cJSON *files, *complaints;
};

/* Nothing is known to be done yet.
 * errors  ERR_USAGE: no such model, or not one for batch files; as
 *         sweep_open() */
int offline_work_open(struct offline_work *out,
                      const struct offline_options *given,
                      const struct sweep_params *params,
                      const char *model,
                      struct error *err);
void offline_work_close(struct offline_work *self);

bool offline_work_is_of_model(const struct offline_work *self, size_t unit);
size_t offline_work_num_open(const struct offline_work *self);

/* The journal of its run directory; from now on it is known what is done.
 * journal_close() */
struct journal *offline_work_journal(struct offline_work *self,
                                     bool is_read_only,
                                     struct error *err);

/* What is open as lines of requests into files; a run directory that is not
 * there yet has nothing done. */
int offline_export(struct offline_work *work, struct error *err);

/* Answers into the journal.  Lines of no use are said and counted. */
int offline_import(struct offline_work *work,
                   char *const *paths,
                   size_t num,
                   struct error *err);

#endif
