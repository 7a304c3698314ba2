#include "stats/noise.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

void noise_normal(double *out, size_t num, uint64_t seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(rng, (unsigned long)(seed & 0xffffffffu));
    for (size_t i = 0; i < num; i++)
        out[i] = gsl_ran_gaussian_ziggurat(rng, 1);
    gsl_rng_free(rng);
}
