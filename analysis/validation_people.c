/* People beside our verdicts, a model at a time; people beside people. */
#include "analysis/validation_parts.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* Of one kind and model: whether verdict and people agree, by stratum. */
struct meeting {
    struct powered_stratum *strata; /* [labels->num_strata] */
    double *equal;                  /* [labels->num_strata] */
    int *pairs;                     /* (reply, 2): people, verdict */
    size_t num;
};

static void meet(const struct validation_work *work,
                 struct validation_model *one,
                 struct meeting *meeting)
{
    const struct reader_rows *rows = &work->rows;
    const struct labels *labels = work->labels;

    for (size_t o = 0; o < rows->num_observations; o++) {
        const size_t at = work->label_of[rows->unit[o]];
        const double value = rows->by_profile[PROFILE_CORRECTED].value[o];
        const struct labels_unit *unit;
        const struct labels_stratum *stratum;
        uint64_t partly = 0;
        double yes;
        size_t num;

        if (at == 0 || rows->unit_model[rows->unit[o]] != one->model
            || !(rows->profiles[o] & 1u << PROFILE_CORRECTED)
            || !(value >= 0 && value <= 1))
            continue;
        unit = &labels->units[at - 1];
        stratum = &labels->strata[unit->stratum];
        if (stratum->kind != one->kind
            || !text_equal(stratum->column,
                           reader_column(work->reader, rows->column[o])->name))
            continue;
        yes = validation_opinion(work, unit, &num, &partly);
        if (yes > 0.5 || yes < 0.5) {
            const bool said = value >= 0.5;

            meeting->strata[unit->stratum].labelled++;
            meeting->equal[unit->stratum] += said == (yes > 0.5);
            one->said_no_is_yes += !said && yes > 0.5;
            one->said_yes_is_no += said && yes < 0.5;
            meeting->pairs[2 * meeting->num] = yes > 0.5;
            meeting->pairs[2 * meeting->num++ + 1] = said;
        } else {
            one->num_tie++;
        }
    }
}

/* The share of replies on which they agree, of all that could be drawn. */
static void sum_up(const struct labels *labels,
                   const struct meeting *meeting,
                   struct validation_model *one)
{
    double total = 0;
    double variance = 0;
    double share = 0;

    for (size_t s = 0; s < labels->num_strata; s++) {
        if (meeting->strata[s].labelled > 0)
            total += (double)labels->strata[s].num;
    }
    for (size_t s = 0; s < labels->num_strata; s++) {
        const double n = (double)meeting->strata[s].labelled;
        const double weight = (double)labels->strata[s].num / total;
        const double p = (meeting->equal[s] + 1) / (n + 2);

        if (n > 0) {
            share += weight * meeting->equal[s] / n;
            variance += weight * weight * p * (1 - p) / (n + 2);
        }
    }
    one->share = fmin(1, share);
    one->interval = interval_wilson_effective(
        (one->share * (double)one->num + 1) / ((double)one->num + 2),
        0.25 / variance,
        interval_quantile((double)INFINITY));
    if (one->interval.low > one->share)
        one->interval.low = one->share;
    if (one->interval.high < one->share)
        one->interval.high = one->share;
}

static void make_model(const struct validation_work *work,
                       struct validation_model *one)
{
    const struct labels *labels = work->labels;
    struct meeting meeting = {
        .strata = mem_alloc(labels->num_strata, sizeof *meeting.strata),
        .equal = mem_alloc(labels->num_strata, sizeof *meeting.equal),
        .pairs = mem_alloc(2 * work->rows.num_observations, sizeof(int)),
    };

    meet(work, one, &meeting);
    one->num = meeting.num;
    one->share = one->kappa = (double)NAN;
    one->interval = interval_none();
    if (meeting.num > 0) {
        const struct agreement_input input = { meeting.pairs,
                                               meeting.num,
                                               2,
                                               2 };

        sum_up(labels, &meeting, one);
        one->kappa = agreement_kappa(&input, VALIDATION_SEED).value;
    }
    free(meeting.strata);
    free(meeting.equal);
    free(meeting.pairs);
}

void validation_people_models(const struct validation_work *work)
{
    struct validation *out = work->out;
    const size_t num = reader_num_models(work->reader);

    out->models = mem_alloc(num * NUM_LABEL_KINDS, sizeof *out->models);
    for (int k = 1; k < NUM_LABEL_KINDS; k++) {
        for (size_t m = 0; m < num; m++) {
            struct validation_model one = { .model = m,
                                            .kind = (enum label_kind)k };

            make_model(work, &one);
            if (one.num + one.num_tie > 0)
                out->models[out->num_models++] = one;
        }
    }
}

/* ---- people beside people ---- */

/* Columns a and b of the labels of a kind; b = a: all of them. */
static struct agreement compare(const struct labels *labels,
                                enum label_kind kind,
                                size_t a,
                                size_t b)
{
    const size_t width = a == b ? labels->num_labellers : 2;
    int *rows = mem_alloc(labels->num_units * width, sizeof *rows);
    struct agreement_input input = { rows, 0, width, LABEL_KIND_MOST };
    struct agreement out;

    for (size_t i = 0; i < labels->num_units; i++) {
        const struct labels_unit *unit = &labels->units[i];
        int *row = &rows[input.num_things * width];

        if (labels->strata[unit->stratum].kind != kind)
            continue;
        for (size_t r = 0; r < width; r++)
            row[r] = unit->given[a == b ? r : r == 0 ? a : b];
        input.num_things++;
    }
    out = a == b ? agreement_alpha(&input, VALIDATION_SEED)
                 : agreement_kappa(&input, VALIDATION_SEED);
    free(rows);
    return out;
}

void validation_people_pairs(const struct validation_work *work)
{
    const struct labels *labels = work->labels;
    struct validation *out = work->out;
    const size_t num = labels->num_labellers;

    out->pairs =
        mem_alloc(NUM_LABEL_KINDS * (num * num + 1), sizeof *out->pairs);
    for (int k = 1; k < NUM_LABEL_KINDS && num > 1; k++) {
        const enum label_kind kind = (enum label_kind)k;

        for (size_t a = 0; a < num; a++) {
            for (size_t b = a + 1; b < num; b++) {
                const struct agreement it = compare(labels, kind, a, b);

                if (it.num > 0) {
                    out->pairs[out->num_pairs++] =
                        (struct validation_pair){ labels->labellers[a],
                                                  labels->labellers[b],
                                                  kind,
                                                  it };
                }
            }
        }
        const struct agreement all = compare(labels, kind, 0, 0);

        if (all.num > 0) {
            out->pairs[out->num_pairs++] =
                (struct validation_pair){ "all", NULL, kind, all };
        }
    }
}
