#include "evaluate/cosine.h"

#include "base/text.h"

#include <math.h>

double cosine_of(const struct reply *a, const struct reply *b)
{
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double cosine;

    if (a->num_values == 0 || a->num_values != b->num_values)
        return (double)NAN;
    for (uint32_t i = 0; i < a->num_values; i++) {
        dot += a->values[i] * b->values[i];
        aa += a->values[i] * a->values[i];
        bb += b->values[i] * b->values[i];
    }
    cosine = dot / (sqrt(aa) * sqrt(bb));
    return isfinite(cosine) ? cosine : (double)NAN;
}

static bool is_asked(const struct ask_list *asks,
                     const struct cosine_side *side)
{
    for (size_t i = 0; i < asks->num_asks; i++) {
        if (asks->asks[i].member == side->member
            && text_equal(asks->asks[i].question, side->question))
            return true;
    }
    return false;
}

/* The answer for one side; NULL when it is being asked for. */
static const struct reply *get(const struct group *group,
                               const struct cosine_side *side,
                               struct ask_list *asks)
{
    const struct reply *answer =
        asking_answer(group, side->question, side->member);

    if (!answer && !is_asked(asks, side))
        asking_embed(asks, side->question, side->member, side->text);
    return answer;
}

bool cosine_get(const struct group *group,
                const struct cosine_side *a,
                const struct cosine_side *b,
                struct ask_list *asks,
                double *out)
{
    const struct reply *x = get(group, a, asks);
    const struct reply *y = get(group, b, asks);

    *out = x && y ? cosine_of(x, y) : (double)NAN;
    return !x || !y;
}
