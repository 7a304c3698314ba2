#include "stats/shift.h"

#include "base/mem.h"
#include "stats/quantile.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <stdlib.h>

/* Where both groups have more values, counting is not worth it: the interval is
 * taken from the normal law then. */
enum { EXACT_VALUES = 50 };

/* P(U <= u) of the Mann-Whitney statistic, which is the same whichever group is
 * the first: the number of ways to draw it, by the recurrence of Mann and
 * Whitney.  Time goes with the square of `few`. */
static double *distribution(size_t few, size_t many)
{
    const size_t most = few * many;
    double *ways = mem_alloc(most + 1, sizeof *ways);
    double total = 0;

    /* Gaussian binomial: product of (1 - q^(many + i)) / (1 - q^i) */
    ways[0] = 1;
    for (size_t i = 1; i <= few; i++) {
        for (size_t u = most; u + 1 > many + i; u--)
            ways[u] -= ways[u - many - i];
        for (size_t u = i; u <= most; u++)
            ways[u] += ways[u - i];
    }
    for (size_t u = 0; u <= most; u++)
        total += ways[u];
    for (size_t u = 0; u <= most; u++)
        ways[u] = ways[u] / total + (u > 0 ? ways[u - 1] : 0);
    return ways;
}

/* How many differences to leave out at either end, and what then is covered;
 * false: none is wide enough. */
static int find_cut(size_t num_x, size_t num_y, size_t *cut, double *level)
{
    const double alpha = 0.025;
    double *below;
    size_t u = 0;

    if (num_x > EXACT_VALUES && num_y > EXACT_VALUES) {
        const double m = (double)num_x;
        const double n = (double)num_y;
        const double sd = sqrt(m * n * (m + n + 1) / 12);

        *cut =
            (size_t)floor(m * n / 2 - gsl_cdf_ugaussian_Pinv(1 - alpha) * sd);
        *level = 1 - 2 * alpha;
        return 1;
    }
    below =
        num_x < num_y ? distribution(num_x, num_y) : distribution(num_y, num_x);
    while (below[u] <= alpha)
        u++;
    *cut = u; /* P(U <= u - 1) <= alpha */
    *level = u > 0 ? 1 - 2 * below[u - 1] : (double)NAN;
    free(below);
    return u > 0;
}

struct shift shift_hodges_lehmann(const double *x,
                                  size_t num_x,
                                  const double *y,
                                  size_t num_y)
{
    const size_t num = num_x * num_y;
    double *differences = mem_alloc(num, sizeof *differences);
    struct shift out = { (double)NAN, interval_none(), (double)NAN };
    size_t cut;

    for (size_t i = 0; i < num_x; i++) {
        for (size_t k = 0; k < num_y; k++)
            differences[i * num_y + k] = x[i] - y[k];
    }
    quantile_sort(differences, num);
    out.value = quantile_of(differences, num, 0.5);
    if (num > 0 && find_cut(num_x, num_y, &cut, &out.level)) {
        out.interval.low = differences[cut - 1];
        out.interval.high = differences[num - cut];
    }
    free(differences);
    return out;
}

static int sign(double difference)
{
    return (difference > 0) - (difference < 0);
}

/* Sum of squares of each value's own mean, less delta. */
static double spread_of(const double *a,
                        size_t num_a,
                        const double *b,
                        size_t num_b,
                        double delta)
{
    double sum = 0;

    for (size_t i = 0; i < num_a; i++) {
        double mean = 0;

        for (size_t k = 0; k < num_b; k++)
            mean += sign(a[i] - b[k]) / (double)num_b;
        sum += (mean - delta) * (mean - delta);
    }
    return sum;
}

/* The unbiased estimate of its variance, no less than what one pair adds. */
static double variance_of(const double *x,
                          size_t num_x,
                          const double *y,
                          size_t num_y,
                          double delta)
{
    const double m = (double)num_x;
    const double n = (double)num_y;
    double pairs = 0;
    double variance;

    for (size_t i = 0; i < num_x; i++) {
        for (size_t k = 0; k < num_y; k++)
            pairs += pow(sign(x[i] - y[k]) - delta, 2);
    }
    variance = (n * n * spread_of(x, num_x, y, num_y, delta)
                + m * m * spread_of(y, num_y, x, num_x, -delta) - pairs)
               / (m * n * (m - 1) * (n - 1));
    return fmax(variance, (1 - delta * delta) / (m * n - 1));
}

/* Nothing overlaps: as many equal answers as the smaller group has values. */
static struct interval one_sided(double delta, size_t num)
{
    const struct interval share = interval_wilson(delta > 0 ? num : 0, num);

    return delta > 0 ? (struct interval){ 2 * share.low - 1, 1 }
                     : (struct interval){ -1, 2 * share.high - 1 };
}

struct delta shift_cliff(const double *x,
                         size_t num_x,
                         const double *y,
                         size_t num_y)
{
    struct delta out = { (double)NAN, interval_none() };
    const double t = interval_quantile((double)(num_x + num_y) - 2);
    double d = 0;
    double s;
    double half;

    if (num_x == 0 || num_y == 0)
        return out;
    for (size_t i = 0; i < num_x; i++) {
        for (size_t k = 0; k < num_y; k++)
            d += sign(x[i] - y[k]);
    }
    d /= (double)num_x * (double)num_y;
    out.value = d;
    if (num_x < 2 || num_y < 2)
        return out;
    if (fabs(d) == 1) {
        out.interval = one_sided(d, num_x < num_y ? num_x : num_y);
        return out;
    }
    s = sqrt(variance_of(x, num_x, y, num_y, d));
    half = t * s * sqrt(pow(1 - d * d, 2) + t * t * s * s);
    out.interval.low =
        fmax(-1, (d - d * d * d - half) / (1 - d * d + t * t * s * s));
    out.interval.high =
        fmin(1, (d - d * d * d + half) / (1 - d * d + t * t * s * s));
    return out;
}

double shift_detectable(double variance, size_t num_x, size_t num_y)
{
    static const double level = 0.975;
    static const double power = 0.8;
    const double freedom = (double)(num_x + num_y) - 2;

    if (num_x == 0 || num_y == 0 || freedom < 1)
        return (double)NAN;
    return (gsl_cdf_tdist_Pinv(level, freedom)
            + gsl_cdf_tdist_Pinv(power, freedom))
           * sqrt(variance * (1 / (double)num_x + 1 / (double)num_y));
}
