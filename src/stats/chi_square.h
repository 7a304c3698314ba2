/*
 * chi_square.h - independence of two attributes, from their table of counts.
 */
#ifndef CHI_SQUARE_H
#define CHI_SQUARE_H

#include <stdbool.h>
#include <stddef.h>

struct chi_square {
    double statistic;
    size_t freedom; /* (rows - 1) (columns - 1) of what is not empty */
    double p;
    double v;     /* Cramer's V in [0, 1], from the statistic without Yates */
    double plain; /* the statistic without Yates */
    double total; /* of the counts */
    size_t num_rows; /* that are not empty */
    size_t num_columns;
};

/*
 * Pearson's chi-square test.  Empty rows and columns are left out.  With one
 * degree of freedom Yates' correction applies, at most to zero difference.
 *
 * counts   (num_rows, num_columns), row by row, not negative
 * returns  p = 1 and V = NaN when only one row or column has counts; all NaN
 *          for an empty table
 * source   as scipy.stats.chi2_contingency does it (correction=True)
 */
struct chi_square chi_square_test(const double *counts,
                                  size_t num_rows,
                                  size_t num_columns);

#endif
