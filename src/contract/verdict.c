#include "trustsweep/verdict.h"

#include "trustsweep/evaluator.h"

#include <math.h>

struct verdict verdict_none(const struct reply *reply)
{
    return (struct verdict){
        .state = reply->state,
        .label = LABEL_NONE,
        .value = (double)NAN,
    };
}
