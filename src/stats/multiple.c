#include "stats/multiple.h"

#include "base/mem.h"

#include <gsl/gsl_sort.h>

#include <math.h>
#include <stdlib.h>

/* The places of those that are numbers, least first; returns how many. */
static size_t order(const double *p, size_t num, size_t *places)
{
    size_t *sorted = mem_alloc(num, sizeof *sorted);
    double *keys = mem_alloc(num, sizeof *keys);
    size_t num_used = 0;

    for (size_t i = 0; i < num; i++) {
        if (!isnan(p[i])) {
            keys[num_used] = p[i];
            places[num_used++] = i;
        }
    }
    if (num_used > 0) {
        gsl_sort_index(sorted, keys, 1, num_used);
        for (size_t i = 0; i < num_used; i++)
            sorted[i] = places[sorted[i]];
        for (size_t i = 0; i < num_used; i++)
            places[i] = sorted[i];
    }
    free(keys);
    free(sorted);
    return num_used;
}

void multiple_holm(const double *p, size_t num, double *out)
{
    size_t *places = mem_alloc(num, sizeof *places);
    const size_t num_used = order(p, num, places);
    double most = 0;

    for (size_t i = 0; i < num; i++)
        out[i] = p[i];
    for (size_t i = 0; i < num_used; i++) {
        most = fmax(most, p[places[i]] * (double)(num_used - i));
        out[places[i]] = fmin(1, most);
    }
    free(places);
}

void multiple_bh(const double *p, size_t num, double *out)
{
    size_t *places = mem_alloc(num, sizeof *places);
    const size_t num_used = order(p, num, places);
    double least = 1;

    for (size_t i = 0; i < num; i++)
        out[i] = p[i];
    for (size_t i = num_used; i-- > 0;) {
        least = fmin(least, p[places[i]] * (double)num_used / (double)(i + 1));
        out[places[i]] = least;
    }
    free(places);
}
