#include "analysis/published_why.h"

#include "analysis/needs.h"
#include "analysis/role_wait.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/state.h"

#include <inttypes.h>
#include <string.h>

/* What a cell lacks, in the results file's own figures. */
struct lack {
    enum state state;
    const char *kind;
    const char *word;
};

static const struct lack lacks[] = {
    { STATE_MISSING, "items_missing", "not among the answers" },
    { STATE_UNJUDGED, "unjudged", "not judged" },
    { STATE_NONE, "unfinished", "not done" },
    { STATE_FAILED, "failed", "failed" },
    { STATE_OVERLONG, "overlong", "too long for the model" },
};

static const struct reader_column *column_of(const struct published_cell *cell)
{
    return reader_column(cell->reader, cell->column);
}

static const struct reader_score *score_of(const struct published_cell *cell)
{
    return reader_score(cell->reader, PROFILE_PAPER, cell->model, cell->column);
}

static uint64_t count_items(const struct reader_score *score)
{
    uint64_t total = 0;

    for (int s = 0; s < NUM_STATES; s++)
        total += score->states[s];
    return total;
}

bool published_why_has_items(const struct published_cell *cell)
{
    const struct reader_score *score = score_of(cell);

    return count_items(score) > score->states[STATE_MISSING];
}

static void add_lacking_role(const struct published_cell *cell,
                             const char *needs,
                             struct text *out)
{
    if (role_wait_is_pending(cell->wait, needs)) {
        text_addf(out,
                  " (the run ended before %s had answered; the same command "
                  "goes on)",
                  needs);
    } else {
        text_addf(out, " (needs %s)", needs);
    }
}

/* Returns the kind of the first thing lacking, or NULL. */
static const char *add_lacks(const struct published_cell *cell,
                             struct text *out)
{
    const struct reader_score *score = score_of(cell);
    const char *needs = needs_lacking(column_of(cell), score);
    const char *kind = NULL;

    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++) {
        const uint64_t num = score->states[lacks[i].state];

        if (num == 0)
            continue;
        text_addf(out,
                  "%s%" PRIu64 " of %" PRIu64 " items %s",
                  kind ? ", " : "",
                  num,
                  count_items(score),
                  lacks[i].word);
        if (lacks[i].state == STATE_UNJUDGED && needs[0])
            add_lacking_role(cell, needs, out);
        kind = kind ? kind : lacks[i].kind;
    }
    return kind;
}

/* Whom the column needs, each with who played it: "judge (llama:x.gguf)". */
static void add_players(const struct published_cell *cell, struct text *out)
{
    const char *needs = column_of(cell)->needs;
    struct cJSON *roles = reader_provenance_json(cell->reader, "roles");
    const char *between = "";

    for (const struct cJSON *at = json_first(roles); at; at = json_next(at)) {
        const char *role = json_member_text(at, "role");
        const char *backend = json_member_text(at, "backend");

        if (role && backend && strstr(needs, role)) {
            text_addf(out, "%s%s (%s)", between, role, backend);
            between = ", ";
        }
    }
    if (!between[0])
        text_add(out, needs[0] ? needs : "a role");
    json_free(roles);
}

const char *published_why_missing(const struct published_cell *cell,
                                  struct text *out)
{
    const uint64_t total = count_items(score_of(cell));
    const char *needs = column_of(cell)->needs;
    const char *kind = add_lacks(cell, out);

    if (kind)
        return kind;
    if (total == 0) {
        text_add(out, "no items of this column in the data");
        return "no_items";
    }
    text_addf(out, "none of %" PRIu64 " items has a value", total);
    if (needs[0])
        text_addf(out, " (needs %s)", needs);
    return "no_values";
}

const char *published_why_not_comparable(const struct published_cell *cell,
                                         struct text *out)
{
    const struct reader_score *score = score_of(cell);
    const char *kind = add_lacks(cell, out);

    if (score->num_asked > 0) {
        text_addf(out,
                  "%s%" PRIu64 " of %" PRIu64 " items judged by ",
                  kind ? ", " : "",
                  score->num_asked,
                  count_items(score));
        add_players(cell, out);
        text_add(out, ", not as published");
        kind = kind ? kind : "other_judge";
    }
    if (!kind) {
        text_add(out,
                 "not the data of the official release, or asked with "
                 "other generation settings");
        kind = "other_data";
    }
    return kind;
}
