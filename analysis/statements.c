#include "analysis/published.h"
#include "analysis/statements_judges.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>

const char *statements_verdict_name(enum statement_verdict verdict)
{
    static const char *const names[] = { "cannot be told",
                                         "holds",
                                         "does not hold" };

    return names[verdict];
}

const char *statements_rule(void)
{
    return "A statement holds, or does not, where its interval is on one side "
           "of what it says, or its p is at most 0.05; a printed figure holds "
           "where an interval contains it that spans at most 0.2 (of the board "
           "alone: where the figure it prints is that one). It cannot be "
           "told where there is less than it takes: a statement about all "
           "models or all columns takes 8 ranked models and 12 columns that "
           "they share, one that sets a family against proprietary models "
           "also two of these, one about each dimension all six, one "
           "about the printed extremes the 16 published models. \"Many\" "
           "columns are a quarter of them.";
}

size_t statements_find_model(const struct grid *grid, const char *name)
{
    size_t m = 0;

    while (m < grid->num_models
           && !(name && text_equal(grid->models[m].published_as, name)))
        m++;
    return m;
}

static const struct judge {
    const char *kind;
    void (*judge)(struct judging *it);
    bool is_of_all; /* said of all models over all columns */
} judges[] = {
    { "card", statements_judge_card, false },
    { "first", statements_judge_first, true },
    { "correlation", statements_judge_correlation, true },
    { "correlation_dimensions", statements_judge_dimensions, true },
    { "columns", statements_judge_columns, false },
    { "access", statements_judge_access, true },
    { "best_open", statements_judge_best_open, true },
    { "beats", statements_judge_beats, true },
    { "cell", statements_judge_cell, false },
    { "most_harmless", statements_judge_most_harmless, false },
    { "gap", statements_judge_gap, true },
    { "extreme", statements_judge_extreme, false },
};

/* The number is shown all the same. */
static void judge(const struct judge *judge, struct judging *it)
{
    const struct rank_scope *all = &it->in->ranking->scopes[0];

    judge->judge(it);
    if (judge->is_of_all
        && (all->num_rows < LEAST_RANKED || all->num_columns < LEAST_COLUMNS)) {
        it->out->verdict = STATEMENT_UNKNOWN;
        text_addf(&it->why,
                  "; said of all: takes %d ranked models and %d columns, here "
                  "%zu and %zu",
                  (int)LEAST_RANKED,
                  (int)LEAST_COLUMNS,
                  all->num_rows,
                  all->num_columns);
    }
}

static const char *text_of(const struct cJSON *entry, const char *key)
{
    const char *text = json_member_text(entry, key);

    return text ? text : "";
}

void statements_make(struct statements *out,
                     const struct statements_input *input)
{
    const struct cJSON *list = published_part(input->board, "statements");

    *out = (struct statements){
        .list = mem_alloc(json_count(list), sizeof *out->list),
    };
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct judging it = { .in = input,
                              .entry = at,
                              .out = &out->list[out->num++] };

        *it.out = (struct statement){
            .id = text_of(at, "id"),
            .question = text_of(at, "rq"),
            .text = text_of(at, "text"),
            .published = text_of(at, "published"),
            .source = text_of(at, "source"),
            .value = (double)NAN,
            .low = (double)NAN,
            .high = (double)NAN,
        };
        for (size_t k = 0; k < ARRAY_LEN(judges); k++) {
            if (text_equal(judges[k].kind, text_of(at, "kind")))
                judge(&judges[k], &it);
        }
        it.out->why = text_take(&it.why);
    }
}

void statements_release(struct statements *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->list[i].why);
    free(self->list);
    *self = (struct statements){ 0 };
}
