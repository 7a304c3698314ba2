#include "stats/sign_flip.h"

#include "base/mem.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <stdlib.h>

enum { EXACT_PARTS = 16 };

/* All signs: each next one differs in a single part (Gray's code). */
static double exact(const double *parts, size_t num, double sum)
{
    const unsigned total = 1u << num;
    double bound = fabs(sum);
    double now = sum;
    unsigned hits = 1;
    unsigned flipped = 0;

    for (size_t i = 0; i < num; i++)
        bound -= 1e-12 * fabs(parts[i]);
    for (unsigned step = 1; step < total; step++) {
        size_t bit = 0;

        while (!(step >> bit & 1u))
            bit++;
        flipped ^= 1u << bit;
        now += (flipped >> bit & 1u ? -2 : 2) * parts[bit];
        hits += fabs(now) >= bound;
    }
    return (double)hits / (double)total;
}

struct sign_flip sign_flip_test(const double *parts, size_t num)
{
    struct sign_flip out = { .p = 1, .is_exact = true };
    double *moving = mem_alloc(num, sizeof *moving);
    double square = 0;

    for (size_t i = 0; i < num; i++) {
        out.difference += parts[i];
        square += parts[i] * parts[i];
        if (parts[i] != 0)
            moving[out.num_moving++] = parts[i];
    }
    out.se = sqrt(square);
    if (out.num_moving > EXACT_PARTS) {
        out.is_exact = false;
        out.p = 2 * gsl_cdf_ugaussian_Q(fabs(out.difference) / out.se);
    } else if (out.num_moving > 1) {
        out.p = exact(moving, out.num_moving, out.difference);
    }
    free(moving);
    return out;
}

double sign_flip_t(double difference, double se, double freedom)
{
    if (!(freedom >= 1) || isnan(difference) || isnan(se))
        return (double)NAN;
    if (!(se > 0))
        return difference != 0 ? 0 : 1;
    return 2 * gsl_cdf_tdist_Q(fabs(difference) / se, freedom);
}
