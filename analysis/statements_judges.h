/*
 * statements_judges.h - by which number a statement of each kind is judged; for
 * statements*.c only.
 */
#ifndef STATEMENTS_JUDGES_H
#define STATEMENTS_JUDGES_H

#include "analysis/statements.h"
#include "base/text.h"

/*
 * What a statement takes at least; statements_rule() says it in words.  Three of
 * fewer than LEAST_RANKED models are no distinction.  Of fewer than
 * LEAST_COLUMNS columns not even none could be told from a quarter of them
 * (Wilson's interval of 0 of n ends at 3.84 / (n + 3.84)).
 */
enum {
    LEAST_MODELS = 4,
    LEAST_RANKED = 8,
    LEAST_COLUMNS = 12,
    LEAST_PROPRIETARY = 2,
    BOARD_MODELS = 16,
    BOARD_DIMENSIONS = 6,
};

#define STATEMENTS_CERTAIN 0.95
#define STATEMENTS_LEVEL   0.05

struct cJSON;

/* One being judged. */
struct judging {
    const struct statements_input *in;
    const struct cJSON *entry;
    struct statement *out;
    struct text why;
};

/* The model of the grid that the board knows by that name; num_models: none. */
size_t statements_find_model(const struct grid *grid, const char *name);

void statements_judge_card(struct judging *it);
void statements_judge_first(struct judging *it);
void statements_judge_access(struct judging *it);
void statements_judge_best_open(struct judging *it);
void statements_judge_beats(struct judging *it);
void statements_judge_correlation(struct judging *it);
void statements_judge_dimensions(struct judging *it);
void statements_judge_columns(struct judging *it);
void statements_judge_cell(struct judging *it);
void statements_judge_most_harmless(struct judging *it);
void statements_judge_gap(struct judging *it);
void statements_judge_extreme(struct judging *it);

#endif
