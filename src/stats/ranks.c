#include "stats/ranks.h"

#include "base/mem.h"

#include <gsl/gsl_sort.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Beyond that many comparing each with each takes longer than sorting. */
enum { FEW = 32 };

static void rank_few(const double *values,
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

static void rank_many(const double *values,
                      size_t num,
                      int direction,
                      double *out)
{
    double *keys = mem_alloc(num, sizeof *keys);
    size_t *order = mem_alloc(num, sizeof *order);
    size_t *places = mem_alloc(num, sizeof *places);
    size_t num_used = 0;

    for (size_t i = 0; i < num; i++) {
        out[i] = (double)NAN;
        if (!isnan(values[i])) {
            keys[num_used] = direction > 0 ? -values[i] : values[i];
            places[num_used++] = i;
        }
    }
    if (num_used > 0)
        gsl_sort_index(order, keys, 1, num_used);
    for (size_t i = 0; i < num_used; i++) {
        const bool is_tie = i > 0 && keys[order[i]] == keys[order[i - 1]];

        out[places[order[i]]] =
            is_tie ? out[places[order[i - 1]]] : (double)(i + 1);
    }
    free(keys);
    free(order);
    free(places);
}

void ranks_competition(const double *values,
                       size_t num,
                       int direction,
                       double *out)
{
    if (num <= FEW) {
        rank_few(values, num, direction, out);
    } else {
        rank_many(values, num, direction, out);
    }
}

void ranks_add_places(const double *ranks,
                      size_t num,
                      size_t places,
                      double *sums)
{
    size_t tied[RANKS_MOST_PLACES + 1] = { 0 };

    for (size_t i = 0; i < num; i++) {
        if (ranks[i] <= (double)places) /* not NaN */
            tied[(size_t)ranks[i]]++;
    }
    for (size_t i = 0; i < num; i++) {
        if (ranks[i] <= (double)places) {
            const double left = (double)places - ranks[i] + 1;

            sums[i] += fmin(1, left / (double)tied[(size_t)ranks[i]]);
        }
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
