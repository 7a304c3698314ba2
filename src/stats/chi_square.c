#include "stats/chi_square.h"

#include "base/mem.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <stdlib.h>

/* The sums along the rim. */
struct rim {
    double *rows;    /* [num_rows] */
    double *columns; /* [num_columns] */
    double total;
    size_t rows_used;
    size_t columns_used;
};

static void rim_init(struct rim *rim,
                     const double *counts,
                     size_t num_rows,
                     size_t num_columns)
{
    *rim = (struct rim){
        .rows = mem_alloc(num_rows, sizeof *rim->rows),
        .columns = mem_alloc(num_columns, sizeof *rim->columns),
    };
    for (size_t i = 0; i < num_rows; i++) {
        for (size_t k = 0; k < num_columns; k++) {
            rim->rows[i] += counts[i * num_columns + k];
            rim->columns[k] += counts[i * num_columns + k];
            rim->total += counts[i * num_columns + k];
        }
        rim->rows_used += rim->rows[i] > 0;
    }
    for (size_t k = 0; k < num_columns; k++)
        rim->columns_used += rim->columns[k] > 0;
}

static void rim_release(struct rim *rim)
{
    free(rim->rows);
    free(rim->columns);
}

/* The sum over all cells; `yates` is taken off each difference. */
static double statistic(const double *counts,
                        size_t num_rows,
                        size_t num_columns,
                        const struct rim *rim,
                        double yates)
{
    double sum = 0;

    for (size_t i = 0; i < num_rows; i++) {
        for (size_t k = 0; k < num_columns; k++) {
            const double expected = rim->rows[i] * rim->columns[k] / rim->total;
            double off = fabs(counts[i * num_columns + k] - expected);

            if (expected <= 0)
                continue;
            off -= fmin(yates, off);
            sum += off * off / expected;
        }
    }
    return sum;
}

struct chi_square chi_square_test(const double *counts,
                                  size_t num_rows,
                                  size_t num_columns)
{
    struct chi_square out = { .statistic = (double)NAN,
                              .p = (double)NAN,
                              .v = (double)NAN,
                              .plain = (double)NAN };
    struct rim rim;
    size_t least;

    rim_init(&rim, counts, num_rows, num_columns);
    out.total = rim.total;
    out.num_rows = rim.rows_used;
    out.num_columns = rim.columns_used;
    if (rim.total > 0) {
        out.freedom = (rim.rows_used - 1) * (rim.columns_used - 1);
        out.statistic = 0;
        out.plain = 0;
        out.p = 1;
    }
    if (out.freedom > 0) {
        out.plain = statistic(counts, num_rows, num_columns, &rim, 0);
        out.statistic =
            out.freedom == 1
                ? statistic(counts, num_rows, num_columns, &rim, 0.5)
                : out.plain;
        out.p = gsl_cdf_chisq_Q(out.statistic, (double)out.freedom);
        least =
            rim.rows_used < rim.columns_used ? rim.rows_used : rim.columns_used;
        out.v = fmin(1, sqrt(out.plain / (rim.total * (double)(least - 1))));
    }
    rim_release(&rim);
    return out;
}
