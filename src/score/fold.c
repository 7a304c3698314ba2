#include "score/fold.h"

#include "trustsweep/bug.h"

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
        const enum state state = observations[i].verdict->state;

        if ((unsigned)state >= NUM_STATES)
            BUG("a verdict of state %d", (int)state);
        fold.states[state]++;
    }
    /* part of a column would pass for the whole */
    if (metric && fold.states[STATE_UNJUDGED] == 0) {
        fold.score.num_skipped = 0;
        if (metric->compute(observations, num, params, &fold.score, err) < 0)
            return -1;
    }
    *out = fold;
    return 0;
}
