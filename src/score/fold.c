#include "score/fold.h"

#include "trustsweep/bug.h"

#include <math.h>

/* Also those that a metric has at no cost. */
static void drop_intervals(struct score *score)
{
    struct score kept = score_none();

    kept.value = score->value;
    kept.num = score->num;
    kept.num_skipped = score->num_skipped;
    *score = kept;
}

/* New clusters bring new items, so that what new clusters leave open is no less
 * than what new items of the old ones do.  Where clusters happen to be more
 * alike than chance makes them the estimate may say otherwise. */
static void hold_within(struct score *score)
{
    if (isnan(score->low) || isnan(score->within_low))
        return;
    score->low = fmin(score->low, score->within_low);
    score->high = fmax(score->high, score->within_high);
}

int fold_column(const struct metric_ops *metric,
                const struct observation *observations,
                size_t num,
                const struct metric_params *params,
                struct fold *out,
                struct error *err)
{
    struct fold fold = {
        .score = score_none(),
    };

    fold.score.num_skipped = num;
    for (size_t i = 0; i < num; i++) {
        const struct verdict *verdict = observations[i].verdict;

        if ((unsigned)verdict->state >= NUM_STATES)
            BUG("a verdict of state %d", (int)verdict->state);
        if ((unsigned)verdict->origin >= NUM_ORIGINS)
            BUG("a verdict of origin %d", (int)verdict->origin);
        fold.states[verdict->state]++;
        if (verdict->label != LABEL_NONE || !isnan(verdict->value))
            fold.origins[verdict->origin]++;
    }
    /* part of a column would pass for the whole */
    if (metric && fold.states[STATE_UNJUDGED] == 0) {
        fold.score.num_skipped = 0;
        if (metric->compute(observations, num, params, &fold.score, err) < 0)
            return -1;
        hold_within(&fold.score);
    }
    if (params->no_intervals)
        drop_intervals(&fold.score);
    *out = fold;
    return 0;
}
