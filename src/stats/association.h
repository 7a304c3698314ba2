/*
 * association.h - how far two attributes depend on each other: Cramer's V,
 * corrected for its bias, with an interval that behaves near 0.
 *
 * Plain V is above 0 for any finite table; resampling only moves it further up.
 * The interval inverts the noncentral chi-square law of the statistic instead.
 */
#ifndef ASSOCIATION_H
#define ASSOCIATION_H

#include "stats/chi_square.h"
#include "stats/interval.h"

struct association {
    double v;
    struct interval interval;
};

/*
 * num      how many independent entries the table is worth: its total, less
 *          where entries repeat
 * returns  v and interval in [0, 1]; NaN when the test has no degree of freedom
 * source   Bergsma 2013 (value); Smithson 2003, "Confidence intervals" (limits
 *          of the noncentrality, as R's DescTools::CramerV has the lower one);
 *          Read 2002, "Presentation of search results: the CLs technique"
 *          (upper limit: P(X <= x) there is 2.5 % of what it is at 0, so that
 *          it is above 0 for any table, and hardly moves for a clear
 *          dependence)
 */
struct association association_of(const struct chi_square *test, double num);

/* The value alone. */
double association_value(const struct chi_square *test, double num);

/* P(X <= x) of the noncentral chi-square law. */
double association_cdf(double x, double freedom, double noncentrality);

#endif
