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

size_t statements_find_model(const struct grid *grid, const char *name)
{
    size_t m = 0;

    while (m < grid->num_models
           && !(name && text_equal(grid->models[m].published_as, name)))
        m++;
    return m;
}

static const struct {
    const char *kind;
    void (*judge)(struct judging *it);
} judges[] = {
    { "card", statements_judge_card },
    { "first", statements_judge_first },
    { "correlation", statements_judge_correlation },
    { "correlation_dimensions", statements_judge_dimensions },
    { "columns", statements_judge_columns },
    { "access", statements_judge_access },
    { "best_open", statements_judge_best_open },
    { "beats", statements_judge_beats },
    { "cell", statements_judge_cell },
    { "most_harmless", statements_judge_most_harmless },
    { "gap", statements_judge_gap },
    { "extreme", statements_judge_extreme },
};

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
                judges[k].judge(&it);
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
