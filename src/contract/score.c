#include "trustsweep/metric.h"

#include <math.h>

struct score score_none(void)
{
    const double none = (double)NAN;

    return (
        struct score){ none, none, none, none, none, none, none, none, 0, 0 };
}
