#include "stats/ranks.h"

#include <math.h>

void ranks_competition(const double *values,
                       size_t num,
                       int direction,
                       double *out)
{
    for (size_t i = 0; i < num; i++) {
        size_t better = 0;

        for (size_t k = 0; k < num; k++) {
            better +=
                direction > 0 ? values[k] > values[i] : values[k] < values[i];
        }
        out[i] = isnan(values[i]) ? (double)NAN : (double)(better + 1);
    }
}

void ranks_average(const double *values, size_t num, double *out)
{
    for (size_t i = 0; i < num; i++) {
        double less = 0;
        double equal = 0;

        for (size_t k = 0; k < num; k++) {
            less += values[k] < values[i];
            equal += values[k] == values[i];
        }
        out[i] = less + (equal + 1) / 2;
    }
}
