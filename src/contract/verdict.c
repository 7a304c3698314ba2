#include "trustsweep/verdict.h"

#include "trustsweep/bug.h"
#include "trustsweep/evaluator.h"

#include <math.h>

const char *origin_name(enum origin origin)
{
    static const char *const names[NUM_ORIGINS] = { "rule",
                                                    "recorded",
                                                    "asked" };

    if ((unsigned)origin >= NUM_ORIGINS)
        BUG("no origin %d", (int)origin);
    return names[origin];
}

struct verdict verdict_none(const struct reply *reply)
{
    return (struct verdict){
        .state = reply->state,
        .label = LABEL_NONE,
        .value = (double)NAN,
    };
}
