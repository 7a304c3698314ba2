#include "base/mem.h"
#include "base/parallel.h"
#include "cli/results/results_cell.h"
#include "cli/results/results_cell_parts.h"
#include "cli/sweep/sweep.h"
#include "score/fold.h"
#include "trustsweep/error.h"
#include "trustsweep/metric.h"

#include <stdlib.h>
#include <string.h>

/* One number to be made: metrics are pure, so all are made at once. */
struct piece {
    struct scored *scored;
    enum profile profile;
    int repeat; /* -1 = all */
    int rc;
    struct error err;
};

struct pieces {
    const struct results_cell *cell;
    struct piece *each;
    size_t num;
};

/* The observations of one column: those of `repeat`, or all when it is -1. */
static size_t observe(const struct results_cell *cell,
                      const struct piece *piece,
                      struct observation *out)
{
    const struct scored *scored = piece->scored;
    size_t num = 0;

    for (size_t i = 0; i < cell->num; i++) {
        if ((piece->repeat >= 0 && cell->repeats[i] != (uint32_t)piece->repeat)
            || !(results_cell_profiles(cell, scored->column, i)
                 & 1u << piece->profile))
            continue;
        out[num++] = (struct observation){
            .item = cell->items[i],
            .verdict = &scored->verdicts[i].by_profile[piece->profile],
            .repeat = cell->repeats[i],
        };
    }
    return num;
}

static void score(void *context, size_t i)
{
    const struct pieces *pieces = context;
    const struct results_cell *cell = pieces->cell;
    const struct sweep *sweep = cell->params->sweep;
    struct piece *piece = &pieces->each[i];
    const struct column *column =
        &sweep->manifest->columns[piece->scored->column];
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);
    const size_t num_scores = (size_t)sweep->job->repeats + 1;
    struct writer_score *out =
        &piece->scored->scores[(size_t)piece->profile * num_scores
                               + (size_t)(piece->repeat + 1)];
    struct observation *observations =
        mem_alloc(cell->num, sizeof *observations);
    const size_t num = observe(cell, piece, observations);
    struct fold fold = { 0 };
    const struct metric_params settings = {
        .profile = piece->profile,
        .by = column->by,
        .field = column->field,
        .cluster = column->cluster,
        .labels = evaluator ? evaluator->labels : NULL,
        .seed = (uint64_t)sweep->job->seed,
        .no_intervals = cell->params->no_intervals,
    };

    piece->rc = fold_column(metric_find(column->metric),
                            observations,
                            num,
                            &settings,
                            &fold,
                            &piece->err);
    if (piece->rc < 0)
        error_wrap(&piece->err, "column %s", column->name);
    out->score = fold.score;
    memcpy(out->states, fold.states, sizeof out->states);
    memcpy(out->origins, fold.origins, sizeof out->origins);
    free(observations);
}

int results_cell_score(struct results_cell *self, struct error *err)
{
    const int repeats = (int)self->params->sweep->job->repeats;
    const int last = repeats > 1 ? repeats : 0; /* the only repeat is all */
    struct pieces pieces = { .cell = self };
    int rc = 0;

    pieces.each =
        mem_alloc(self->num_scored * NUM_PROFILES * ((size_t)last + 1),
                  sizeof *pieces.each);
    for (size_t s = 0; s < self->num_scored; s++) {
        struct scored *scored = &self->scored[s];

        scored->scores = mem_alloc(NUM_PROFILES * ((size_t)repeats + 1),
                                   sizeof *scored->scores);
        for (int p = 0; p < NUM_PROFILES; p++) {
            for (int repeat = -1; repeat < last; repeat++) {
                pieces.each[pieces.num++] = (struct piece){
                    .scored = scored,
                    .profile = (enum profile)p,
                    .repeat = repeat,
                };
            }
        }
    }
    parallel_each(pieces.num, score, &pieces);
    for (size_t i = 0; i < pieces.num && rc == 0; i++) {
        const struct piece *piece = &pieces.each[i];

        if (piece->rc < 0)
            rc = error_set(err, piece->err.code, "%s", piece->err.text);
    }
    free(pieces.each);
    return rc;
}
