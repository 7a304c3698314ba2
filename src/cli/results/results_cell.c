#include "cli/results/results_cell.h"

#include "base/mem.h"
#include "cli/results/results_cell_parts.h"
#include "cli/sweep/selection.h"
#include "cli/sweep/sweep.h"
#include "evaluate/judge.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

size_t results_cell_num(const struct results_cell *self)
{
    return self->num;
}

unsigned results_cell_profiles(const struct results_cell *self,
                               size_t column,
                               size_t at)
{
    const struct results_params *params = self->params;
    const struct item *first = params->sweep->tasks[self->task].items;

    return params->selection->by_column[column][self->items[at] - first];
}

void results_cell_destroy(struct results_cell *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num; i++)
        record_release(&self->records[i]);
    free(self->records);
    free(self->has_record);
    free((void *)self->replies);
    free((void *)self->items);
    free(self->repeats);
    for (size_t i = 0; i < self->num_judgements; i++)
        free(self->judgements[i].verdicts);
    for (size_t i = 0; i < self->num_scored; i++)
        free(self->scored[i].scores);
    free(self->scored);
    for (size_t i = 0; i < self->num_noted; i++) {
        free(self->noted[i].question);
        reply_release(&self->noted[i].reply);
    }
    free(self->noted);
    free(self);
}

static struct results_cell *create(const struct results_params *params,
                                   size_t model,
                                   size_t task)
{
    const struct sweep *sweep = params->sweep;
    size_t num = sweep->tasks[task].num_items * (size_t)sweep->job->repeats;
    struct results_cell *self = mem_alloc(1, sizeof *self);

    *self = (struct results_cell){
        .params = params,
        .model = model,
        .task = task,
        .first_unit = plan_first_unit(sweep->plan, model, task),
        .num = num,
        .records = mem_alloc(num, sizeof *self->records),
        .has_record = mem_alloc(num, sizeof *self->has_record),
        .replies = mem_alloc(num, sizeof(const struct reply *)),
        .items = mem_alloc(num, sizeof(const struct item *)),
        .repeats = mem_alloc(num, sizeof *self->repeats),
        .scored = mem_alloc(sweep->manifest->num_columns, sizeof *self->scored),
    };
    return self;
}

static int fill(struct results_cell *self, struct error *err)
{
    const struct plan *plan = self->params->sweep->plan;
    const struct reply_source *source = &self->params->source;

    for (size_t i = 0; i < self->num; i++) {
        size_t unit = self->first_unit + i;
        struct record *record = &self->records[i];
        int rc = source->record(source->self, unit, record, err);

        if (rc < 0)
            return -1;
        self->has_record[i] = rc == 1;
        self->items[i] = plan_item(plan, unit);
        self->replies[i] = &record->reply;
        self->repeats[i] = plan->units[unit].repeat;
    }
    return 0;
}

/* Which of the cell's units a reply of it belongs to. */
static size_t unit_of(const struct results_cell *self,
                      const struct reply *reply)
{
    const unsigned char *first = (const unsigned char *)&self->records[0].reply;
    const size_t bytes = (size_t)((const unsigned char *)reply - first);

    return bytes / sizeof *self->records;
}

/* What came from elsewhere has an id, and will be written. */
static enum answer answer_and_note(void *context,
                                   const struct ask *ask,
                                   struct reply *out)
{
    struct results_cell *self = context;
    const struct answerer *answerer = &self->params->answerer;
    const struct request *request = &ask->request;
    const struct hash128 none = { 0, 0 };
    enum answer answer = answerer->answer(answerer->self, ask, out);
    struct noted *noted;

    if (answer != ANSWER_THERE || hash_equal(out->unit, none))
        return answer;
    self->noted = mem_reserve(self->noted,
                              &self->cap_noted,
                              self->num_noted + 1,
                              sizeof *self->noted);
    noted = &self->noted[self->num_noted++];
    *noted = (struct noted){
        .at = unit_of(self, ask->about),
        .role = ask->role,
        .question = mem_text(request->messages[request->num_messages - 1].text),
    };
    reply_copy(&noted->reply, out);
    return answer;
}

static void note_unread(void *context, const struct reply *answer)
{
    struct results_cell *self = context;

    for (size_t i = self->num_noted; i-- > 0;) {
        if (hash_equal(self->noted[i].reply.unit, answer->unit)) {
            self->noted[i].is_unread = true;
            return;
        }
    }
}

/* Verdicts by an evaluator, which may be NULL. */
static struct verdicts *judge(struct results_cell *self,
                              const struct evaluator_ops *evaluator)
{
    struct verdicts *out = mem_alloc(self->num, sizeof *out);

    if (evaluator) {
        struct judge judge = {
            .evaluator = evaluator,
            .prompts = &self->params->sweep->dataset->prompts,
        };

        if (self->params->answerer.answer) {
            judge.answerer = (struct answerer){ self, answer_and_note };
            judge.unread = note_unread;
        }
        (void)judge_units(&judge,
                          self->items,
                          self->replies,
                          self->repeats,
                          self->num,
                          out);
        return out;
    }
    for (size_t i = 0; i < self->num; i++) {
        for (int p = 0; p < NUM_PROFILES; p++)
            out[i].by_profile[p] = verdict_none(self->replies[i]);
    }
    return out;
}

/* Columns of one evaluator share its verdicts. */
static const struct verdicts *judge_column(struct results_cell *self,
                                           const struct column *column)
{
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);

    for (size_t i = 0; i < self->num_judgements; i++) {
        if (self->judgements[i].evaluator == evaluator)
            return self->judgements[i].verdicts;
    }
    if (self->num_judgements == RESULTS_MAX_EVALUATORS) {
        BUG("more than %d evaluators of one task", (int)RESULTS_MAX_EVALUATORS);
    }
    self->judgements[self->num_judgements] =
        (struct judgement){ evaluator, judge(self, evaluator) };
    return self->judgements[self->num_judgements++].verdicts;
}

struct results_cell *results_cell_make(const struct results_params *params,
                                       size_t model,
                                       size_t task,
                                       struct error *err)
{
    const struct manifest *manifest = params->sweep->manifest;
    const char *name = params->sweep->tasks[task].name;
    struct results_cell *self = create(params, model, task);

    if (fill(self, err) < 0) {
        results_cell_destroy(self);
        return NULL;
    }
    for (size_t c = 0; c < manifest->num_columns; c++) {
        if (strcmp(manifest->columns[c].task, name) != 0)
            continue;
        self->scored[self->num_scored++] = (struct scored){
            .column = c,
            .verdicts = judge_column(self, &manifest->columns[c]),
        };
    }
    return self;
}
