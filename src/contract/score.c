#include "trustsweep/metric.h"

#include <math.h>

struct score score_none(void)
{
    const double none = (double)NAN;

    return (struct score){
        .value = none,
        .low = none,
        .high = none,
        .within_low = none,
        .within_high = none,
        .se_items = none,
        .se_sampling = none,
        .se_judge = none,
    };
}
