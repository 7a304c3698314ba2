#include "tools/train_refusal/calibrate.h"

#include "base/mem.h"
#include "classify/weights.h"
#include "tools/train_refusal/examples.h"
#include "tools/train_refusal/subset.h"

#include <math.h>
#include <stdlib.h>

enum { NUM = 3, ROUNDS = 30, MOST_TAU = 80 };

static const double tau_step = 0.05;
static const double wanted_coverage = 0.95;
static const double ridge = 1e-3;

bool calibrate_covers(const struct cell *cell)
{
    return cell->rate.low <= cell->recorded
           && cell->recorded <= cell->rate.high;
}

struct cell calibrate_cell(const struct calibration *calibration,
                           const struct examples *examples,
                           const struct opinion *opinions,
                           size_t model,
                           size_t column)
{
    struct refusal_score *scores = mem_alloc(examples->num, sizeof *scores);
    struct cell cell = { 0 };

    for (size_t i = 0; i < examples->num; i++) {
        const struct example *e = &examples->items[i];
        struct refusal_score score = { 0.5, 0, 1 };
        if (e->model != model || e->column != column) {
            continue;
        }
        if (opinions[i].is_known) {
            score = refusal_calibrate(&opinions[i].parts, calibration);
            cell.num_known++;
        }
        scores[cell.num++] = score;
        cell.recorded += e->refusal;
        cell.hard += score.p > 0.5;
        cell.agree += (score.p > 0.5) == e->refusal;
    }
    if (cell.num > 0) {
        cell.recorded /= (double)cell.num;
        cell.hard /= (double)cell.num;
        cell.agree /= (double)cell.num;
    }
    cell.rate = refusal_rate(scores, cell.num);
    free(scores);
    return cell;
}

/* Solve the positive definite a x = b in place; x comes back in b. */
static void solve(double a[NUM][NUM], double b[NUM])
{
    for (size_t k = 0; k < NUM; k++) {
        for (size_t i = k + 1; i < NUM; i++) {
            double by = a[i][k] / a[k][k];
            for (size_t j = k; j < NUM; j++) {
                a[i][j] -= by * a[k][j];
            }
            b[i] -= by * b[k];
        }
    }
    for (size_t k = NUM; k-- > 0;) {
        for (size_t j = k + 1; j < NUM; j++) {
            b[k] -= a[k][j] * b[j];
        }
        b[k] /= a[k][k];
    }
}

/* One step of Newton's method on the log-likelihood. */
static void step(double beta[NUM],
                 const struct examples *examples,
                 const struct opinion *opinions,
                 const struct subset *subset)
{
    double a[NUM][NUM] = { { 0 } };
    double b[NUM] = { 0 };

    for (size_t i = 0; i < subset->num; i++) {
        size_t at = subset->order[i];
        const struct example *e = &examples->items[at];
        double x[NUM] = { 1, opinions[at].parts.grams, opinions[at].parts.net };
        double logit = beta[0] + beta[1] * x[1] + beta[2] * x[2];
        double p = 1 / (1 + exp(-logit));
        double weight = opinions[at].is_known ? subset->weights[e->model] : 0;
        for (size_t j = 0; j < NUM; j++) {
            b[j] += weight * ((double)e->refusal - p) * x[j];
            for (size_t k = 0; k < NUM; k++) {
                a[j][k] += weight * p * (1 - p) * x[j] * x[k];
            }
        }
    }
    for (size_t j = 0; j < NUM; j++) {
        a[j][j] += ridge;
    }
    solve(a, b);
    for (size_t j = 0; j < NUM; j++) {
        beta[j] += b[j];
    }
}

static double coverage(const struct calibration *calibration,
                       const struct examples *examples,
                       const struct opinion *opinions,
                       int left_out)
{
    size_t num = 0;
    size_t covered = 0;

    for (size_t m = 0; m < examples->num_models; m++) {
        for (size_t c = 0; c < examples->num_columns; c++) {
            struct cell cell;
            if ((int)m == left_out) {
                continue;
            }
            cell = calibrate_cell(calibration, examples, opinions, m, c);
            num += cell.num > 0;
            covered += cell.num > 0 && calibrate_covers(&cell);
        }
    }
    return num > 0 ? (double)covered / (double)num : 1;
}

void calibrate_fit(struct calibration *out,
                   const struct examples *examples,
                   const struct opinion *opinions,
                   int left_out)
{
    double beta[NUM] = { 0, 0.5, 0.5 };
    struct subset subset;

    subset_init(&subset, examples, left_out, 1);
    for (int round = 0; round < ROUNDS; round++) {
        step(beta, examples, opinions, &subset);
    }
    subset_release(&subset);
    *out = (struct calibration){ beta[0], beta[1], beta[2], 0 };
    for (int i = 0; i <= MOST_TAU; i++) {
        out->tau = tau_step * i;
        if (coverage(out, examples, opinions, left_out) >= wanted_coverage) {
            break;
        }
    }
}
