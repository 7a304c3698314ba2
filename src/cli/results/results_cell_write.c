#include "cli/results/recorded_tapes.h"
#include "cli/results/results_cell.h"
#include "cli/results/results_cell_parts.h"
#include "cli/results/role_counts.h"
#include "cli/sweep/sweep.h"
#include "follow/follow_up.h"
#include "store/schema.h"
#include "trustsweep/bug.h"

#include <math.h>

enum { PUBLISHED_MAX_TOKENS = 512 };

static int write_records(const struct results_cell *self,
                         struct writer *writer,
                         struct error *err)
{
    const struct plan *plan = self->params->sweep->plan;
    /* of a task of which some items are asked, `index` says where in its file */
    const struct item *first = self->params->sweep->tasks[self->task].items;

    for (size_t i = 0; i < self->num; i++) {
        if (writer_add_record(writer,
                              plan->units[self->first_unit + i].id,
                              self->model,
                              self->task,
                              (size_t)(self->items[i] - first),
                              self->repeats[i],
                              self->has_record[i] ? &self->records[i] : NULL,
                              err)
            < 0)
            return -1;
    }
    return 0;
}

static int write_noted(const struct results_cell *self,
                       struct writer *writer,
                       struct follow_up_table *seen,
                       struct role_counts *counts,
                       struct error *err)
{
    for (size_t i = 0; i < self->num_noted; i++) {
        const struct noted *noted = &self->noted[i];
        struct follow_up_entry *entry = follow_up_find(seen, noted->reply.unit);

        if (!entry) {
            entry = follow_up_get(seen, noted->reply.unit);
            role_counts_add(counts,
                            noted->role,
                            &noted->reply,
                            noted->is_unread);
            entry->unit = writer_num_follow_ups(writer);
            if (writer_add_follow_up(writer,
                                     noted->role,
                                     noted->question,
                                     &noted->reply,
                                     err)
                < 0)
                return -1;
        }
        if (writer_add_asked(writer,
                             self->first_unit + noted->at,
                             entry->unit,
                             err)
            < 0)
            return -1;
    }
    return 0;
}

/* Whether a model was asked as the authors asked: the task's temperature, at
 * least 512 new tokens, nothing else.  Of recorded answers nobody knows. */
static bool is_asked_as_published(const struct results_cell *self)
{
    const struct sweep *sweep = self->params->sweep;
    const struct sampling *sampling =
        &sweep->models[self->model].samplings[self->task];
    const double temperature =
        sweep->dataset->tasks[self->task].task->temperature;

    if (recorded_tapes_are(sweep->specs[self->model]))
        return true;
    return sampling->max_tokens >= PUBLISHED_MAX_TOKENS
           && fabs(sampling->temperature - temperature) < 1e-9
           && fabs(sampling->repetition_penalty - 1) < 1e-9
           && !sweep->models[self->model].system;
}

/*
 * Whether the value may stand beside the published board's: measured on all of
 * the official data with the published settings, every item replied to, and the
 * verdicts by rule or by recorded labels.
 */
static bool is_comparable(const struct results_cell *self,
                          const struct writer_score *all)
{
    static const enum state lacking[] = { STATE_NONE,
                                          STATE_FAILED,
                                          STATE_MISSING,
                                          STATE_OVERLONG,
                                          STATE_UNJUDGED };
    const struct dataset_task *task =
        &self->params->sweep->dataset->tasks[self->task];

    for (size_t i = 0; i < ARRAY_LEN(lacking); i++) {
        if (all->states[lacking[i]] > 0)
            return false;
    }
    return task->is_official && task->num_items == task->task->num_items
           && is_asked_as_published(self) && all->origins[ORIGIN_ASKED] == 0
           && !isnan(all->score.value);
}

static void write_scores(const struct results_cell *self,
                         const struct scored *scored,
                         struct writer *writer)
{
    const struct sweep *sweep = self->params->sweep;
    const int repeats = (int)sweep->job->repeats;
    const struct writer_score *at = scored->scores;

    writer_set_comparable(
        writer,
        self->model,
        scored->column,
        is_comparable(
            self,
            &scored->scores[(size_t)PROFILE_PAPER * ((size_t)repeats + 1)]));
    for (int p = 0; p < NUM_PROFILES; p++, at += repeats + 1) {
        for (int repeat = -1; repeat < repeats; repeat++) {
            /* the only repeat is all of them */
            writer_set_score(writer,
                             (enum profile)p,
                             repeat,
                             self->model,
                             scored->column,
                             &at[repeats > 1 ? repeat + 1 : 0]);
        }
    }
}

/* A part repeats the verdicts of its whole, which has them in the file. */
static int write_observations(const struct results_cell *self,
                              const struct scored *scored,
                              struct writer *writer,
                              struct error *err)
{
    const struct column *column =
        &self->params->sweep->manifest->columns[scored->column];

    if (!column->evaluator || column->parent)
        return 0;
    for (size_t i = 0; i < self->num; i++) {
        const unsigned profiles =
            results_cell_profiles(self, scored->column, i);

        if (profiles == 0)
            continue;
        if (writer_add_observation(writer,
                                   scored->column,
                                   self->first_unit + i,
                                   profiles,
                                   &scored->verdicts[i],
                                   err)
            < 0)
            return -1;
    }
    return 0;
}

/* Whether options were weighed or a letter read; of both in a run that was
 * changed on the way. */
static void write_method(const struct results_cell *self, struct writer *writer)
{
    const struct dataset_task *task =
        &self->params->sweep->dataset->tasks[self->task];
    unsigned method = METHOD_NONE;

    for (size_t i = 0; task->utility && i < self->num; i++) {
        if (self->replies[i]->num_values > 0) {
            method |= METHOD_LIKELIHOOD;
        } else if (self->has_record[i]
                   && state_has_text(self->replies[i]->state)) {
            method |= METHOD_GENERATION;
        }
    }
    writer_set_method(writer, self->model, self->task, method);
}

int results_cell_write(const struct results_cell *self,
                       struct writer *writer,
                       struct follow_up_table *seen,
                       struct role_counts *counts,
                       struct error *err)
{
    if (write_records(self, writer, err) < 0
        || write_noted(self, writer, seen, counts, err) < 0)
        return -1;
    write_method(self, writer);
    for (size_t i = 0; i < self->num_scored; i++) {
        write_scores(self, &self->scored[i], writer);
        if (write_observations(self, &self->scored[i], writer, err) < 0)
            return -1;
    }
    return 0;
}
