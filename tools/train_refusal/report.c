#include "tools/train_refusal/report.h"

#include "classify/weights.h"
#include "tools/train_refusal/calibrate.h"
#include "tools/train_refusal/examples.h"

#include <math.h>
#include <stdio.h>

struct total {
    size_t num;
    double agree; /* number of examples */
    size_t cells;
    size_t covered;
    size_t within; /* cells with a rate within 3 points */
    double worst;  /* error of a rate, by mean p */
    double worst_hard;
};

static void add(struct total *total, const struct cell *cell)
{
    double error = fabs(cell->rate.value - cell->recorded);

    total->num += cell->num;
    total->agree += cell->agree * (double)cell->num;
    total->cells++;
    total->covered += calibrate_covers(cell);
    total->within += error <= 0.03;
    total->worst = fmax(total->worst, error);
    total->worst_hard =
        fmax(total->worst_hard, fabs(cell->hard - cell->recorded));
}

static void print_cell(const char *model,
                       const char *column,
                       const struct cell *cell)
{
    printf("%-13s %-32s %5zu  %5.1f  %5.1f [%5.1f %5.1f]  %5.1f  %5.1f %s\n",
           model,
           column,
           cell->num,
           100 * cell->recorded,
           100 * cell->rate.value,
           100 * cell->rate.low,
           100 * cell->rate.high,
           100 * cell->hard,
           100 * cell->agree,
           calibrate_covers(cell) ? "" : "not covered");
}

static void print_total(const char *name, const struct total *total)
{
    printf("%-13s agreement %5.2f %%; worst rate error %4.1f points "
           "(labels %4.1f); within 3 points %zu, covered %zu of %zu columns\n",
           name,
           100 * total->agree / (double)total->num,
           100 * total->worst,
           100 * total->worst_hard,
           total->within,
           total->covered,
           total->cells);
}

void report_print(const struct examples *examples,
                  const struct opinion *opinions)
{
    struct total all = { 0 };
    double mean = 0;

    printf("Each model left out; rates in %%: recorded, mean p [95 %%], share "
           "of p > 0.5; agreement\n");
    for (size_t m = 0; m < examples->num_models; m++) {
        struct calibration c;
        struct total total = { 0 };
        calibrate_fit(&c, examples, opinions, (int)m);
        for (size_t k = 0; k < examples->num_columns; k++) {
            struct cell cell = calibrate_cell(&c, examples, opinions, m, k);
            if (cell.num > 0) {
                print_cell(examples->models[m], examples->columns[k], &cell);
                add(&total, &cell);
                add(&all, &cell);
            }
        }
        print_total(examples->models[m], &total);
        printf("              offset %.3f, slopes %.3f %.3f, tau %.2f\n",
               c.offset,
               c.gram_slope,
               c.net_slope,
               c.tau);
        mean += total.agree / (double)total.num;
    }
    print_total("all", &all);
    printf("mean agreement over models %.2f %%\n",
           100 * mean / (double)examples->num_models);
}
