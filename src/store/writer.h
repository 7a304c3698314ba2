/*
 * writer.h - one results file, written in one pass and never seen half done.
 *
 * Order of calls: create, then per model and task in plan order records and
 * observations, then scores, provenance and ledger, then commit.  The file has
 * a temporary name until commit renames it.  Texts are streamed in chunks; the
 * writer never holds them all.  Layout: docs/FORMAT.md.
 */
#ifndef WRITER_H
#define WRITER_H

#include "trustsweep/metric.h"
#include "trustsweep/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct writer;

struct writer_model {
    const char *name, *access, *creator, *family, *published_as, *backend,
        *identity;       /* NULL is written as "" */
    double parameters_b; /* NaN = unknown */
};

struct writer_column {
    const char *name, *title, *dimension, *section, *task, *unit,
        *unit_corrected, *parent, *cluster, *by, *field, *evaluator, *metric,
        *estimand, *source, *needs; /* NULL is written as "" */
    const char *const *labels; /* of the evaluator; NULL-terminated or NULL */
    int direction, direction_corrected;
    bool is_ranked;
};

struct writer_task {
    const char *name, *dimension, *section, *sha256;
    const struct item *items; /* [num_items]; borrowed until commit */
    size_t num_items;
};

/* A column that measures utility; such a column is not ranked. */
struct writer_measure {
    size_t column;
    size_t task;
    const char *kind;   /* "all", "subject", "macro", "sum" */
    const char *format; /* "mmlu", "arc" */
    const char *ask;    /* "letters", "answers" */
    uint32_t num_examples;
    double chance;
};

struct writer_params {
    const struct writer_model *models; /* [num_models] */
    size_t num_models;
    const struct writer_column *columns; /* [num_columns] */
    size_t num_columns;
    const struct writer_task *tasks; /* [num_tasks] */
    size_t num_tasks;
    const struct writer_measure *measures; /* [num_measures]; none: the file
                                              has no /utility */
    size_t num_measures;
    size_t num_repeats;
    size_t num_units; /* rows of /records */
};

struct writer *writer_create(const char *path,
                             const struct writer_params *params,
                             struct error *err);

/* One unit.  `record` may be NULL: not done (STATE_NONE). */
int writer_add_record(struct writer *self,
                      struct hash128 unit,
                      size_t model,
                      size_t task,
                      size_t item, /* in its task */
                      uint32_t repeat,
                      const struct record *record,
                      struct error *err);

/* What an evaluator asked and was told; the id is reply->unit. */
int writer_add_follow_up(struct writer *self,
                         enum role role,
                         const char *question,
                         const struct reply *reply,
                         struct error *err);

/* Rows of /follow_ups so far; and that a verdict on a unit, a row of /records,
 * hung on one of them. */
size_t writer_num_follow_ups(const struct writer *self);
int writer_add_asked(struct writer *self,
                     size_t unit,
                     size_t follow_up,
                     struct error *err);

/* One verdict: `unit` is the row in /records; the column takes it under
 * `profiles`, bits 1u << PROFILE_X. */
int writer_add_observation(struct writer *self,
                           size_t column,
                           size_t unit,
                           unsigned profiles,
                           const struct verdicts *verdicts,
                           struct error *err);

struct writer_score {
    struct score score;
    uint64_t states[NUM_STATES];   /* how many items ended in each */
    uint64_t origins[NUM_ORIGINS]; /* where their verdicts come from */
};

/* repeat -1: over all repeats. */
void writer_set_score(struct writer *self,
                      enum profile profile,
                      int repeat,
                      size_t model,
                      size_t column,
                      const struct writer_score *score);

/* Whether the value under `paper` may stand beside the published board's.  Not
 * called: it may not. */
void writer_set_comparable(struct writer *self,
                           size_t model,
                           size_t column,
                           bool is_comparable);

/* How a model answered a task that is measured for utility: bits of
 * schema.h's METHOD_X.  Not called: it did not. */
void writer_set_method(struct writer *self,
                       size_t model,
                       size_t task,
                       unsigned method);

/* A text (JSON, version, ...) under /provenance/NAME. */
int writer_add_provenance(struct writer *self,
                          const char *name,
                          const char *text,
                          struct error *err);

struct writer_ledger {
    uint32_t rank;
    const char *model; /* "" = none */
    double load_s, generate_s, idle_s, wasted_s;
    uint64_t units, prompt_tokens, reply_tokens;
    double prefill_s, decode_s; /* generate_s is their sum */
    double judge_wait_s;
    uint64_t loads; /* that load_s are the seconds of */
};
int writer_set_ledger(struct writer *self,
                      const struct writer_ledger *rows,
                      size_t num,
                      struct error *err);

/* What one model and task cost: the same seconds. */
struct writer_cell {
    const char *model; /* or a role's name; "" = none */
    const char *task;  /* or a role; "" = none */
    double prefill_s, decode_s, wasted_s;
    uint64_t units, prompt_tokens, reply_tokens;
    double load_s, judge_wait_s, idle_s;
};
int writer_set_cells(struct writer *self,
                     const struct writer_cell *cells,
                     size_t num,
                     struct error *err);

/* Digest, sync, close, rename.  Destroys the writer in any case. */
int writer_commit(struct writer *self, char digest[65], struct error *err);
void writer_abandon(struct writer *self); /* removes the temporary file */

/* Library version, for provenance. */
void writer_library(char *out, size_t size);

#endif
