#include "stats/association.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include <math.h>

#define TAIL 0.025

/* A Poisson mixture of central laws, from its middle outwards until what is
 * left is nothing. */
double association_cdf(double x, double freedom, double noncentrality)
{
    const double mean = noncentrality / 2;
    const unsigned middle = (unsigned)mean;
    double sum = 0;

    if (x <= 0)
        return 0;
    if (noncentrality <= 0)
        return gsl_cdf_chisq_P(x, freedom);
    for (unsigned j = middle;; j++) {
        const double share = gsl_ran_poisson_pdf(j, mean);

        sum += share * gsl_cdf_chisq_P(x, freedom + 2 * j);
        if (share < 1e-14)
            break;
    }
    for (unsigned j = middle; j-- > 0;) {
        const double share = gsl_ran_poisson_pdf(j, mean);

        sum += share * gsl_cdf_chisq_P(x, freedom + 2 * j);
        if (share < 1e-14)
            break;
    }
    return fmin(1, sum);
}

/* The noncentrality at which x is the quantile p; 0 when there is none. */
static double noncentrality_at(double x, double freedom, double p)
{
    double low = 0;
    double high = 1;

    if (p <= 0)
        return -2 * log(TAIL); /* of the ratio below, as x goes to 0 */
    if (association_cdf(x, freedom, 0) <= p)
        return 0;
    while (association_cdf(x, freedom, high) > p)
        high *= 2;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;

        if (association_cdf(x, freedom, middle) > p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

/* What V is measured against, less 1, corrected; 0 when there is none. */
static double corrected_least(const struct chi_square *test, double num)
{
    const double rows = (double)test->num_rows;
    const double columns = (double)test->num_columns;
    const double rim = num - 1;

    if (test->freedom == 0 || !(num > 1))
        return 0;
    return fmax(0,
                fmin(rows - (rows - 1) * (rows - 1) / rim,
                     columns - (columns - 1) * (columns - 1) / rim)
                    - 1);
}

double association_value(const struct chi_square *test, double num)
{
    const double least = corrected_least(test, num);

    if (!(least > 0))
        return (double)NAN;
    return fmin(
        1,
        sqrt(fmax(0,
                  test->plain / test->total - (double)test->freedom / (num - 1))
             / least));
}

struct association association_of(const struct chi_square *test, double num)
{
    struct association out = { (double)NAN, interval_none() };
    const double freedom = (double)test->freedom;
    const double least = corrected_least(test, num);
    double x;
    double tail;

    if (!(least > 0))
        return out;
    x = test->plain / test->total * num;
    out.v = association_value(test, num);
    out.interval.low =
        sqrt(noncentrality_at(x, freedom, 1 - TAIL) / num / least);
    /* a table more even than chance makes it would have a limit of 0 */
    tail = TAIL * association_cdf(x, freedom, 0);
    out.interval.high = sqrt(noncentrality_at(x, freedom, tail) / num / least);
    out.interval.low = fmin(out.v, out.interval.low);
    out.interval.high = fmin(1, fmax(out.v, out.interval.high));
    return out;
}
