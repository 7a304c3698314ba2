/* Verdicts nobody gave -> every metric, as every column sets it up. */
#define FUZZ_ROUNDS 1500

#include "fuzz.h"
#include "subject.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/metric.h"

void fuzz_set_up(void)
{
    subject_set_up();
}

void fuzz_tear_down(void)
{
    if (fuzz_is_usual)
        kept_check("tests/fuzz/kept/score.txt");
    subject_tear_down();
}

/* What verdicts have in common: nothing, no finding at all, one value. */
enum manner { ANY, NOTHING, EQUAL, NUM_MANNERS };

/* Metrics whose rule is about right and wrong get no other number. */
static bool takes_any_number(const struct metric_ops *metric)
{
    return !counts_pairs(metric) && !text_starts(metric->name, "leakage_")
           && !text_equal(metric->name, "f1_of_accuracy");
}

static double draw_value(struct draws *draws, bool is_any_number)
{
    if (!is_any_number)
        return one_in(draws, 8) ? (double)NAN : (double)draw(draws, 2);
    switch (draw(draws, 8)) {
    case 0:
        return (double)NAN;
    case 1:
    case 2:
        return 0;
    case 3:
    case 4:
        return 1;
    case 5:
        return (double)draw(draws, 1000) / 999;
    case 6:
        return (double)draw(draws, 201) - 100;
    default:
        return one_in(draws, 20) ? 1e300 : (double)draw(draws, 7) / 7;
    }
}

static size_t count_labels(const struct evaluator_ops *evaluator)
{
    size_t num = 0;

    while (evaluator->labels[num])
        num++;
    return num;
}

static struct verdict draw_verdict(struct draws *draws,
                                   const struct evaluator_ops *evaluator,
                                   bool is_any_number)
{
    struct verdict out = { .state = STATE_ANSWERED };

    out.label = (int)draw(draws, count_labels(evaluator));
    out.value = draw_value(draws, is_any_number);
    out.error = one_in(draws, 6) ? (double)draw(draws, 100) / 300 : 0;
    out.origin = (enum origin)draw(draws, NUM_ORIGINS);

    if (one_in(draws, 5)) {
        out.state = (enum state)(1 + draw(draws, NUM_STATES - 1));
        out.label = LABEL_NONE;
        out.value = (double)NAN;
    }
    return out;
}

static void draw_verdicts(struct draws *draws,
                          const struct evaluator_ops *evaluator,
                          bool is_any_number,
                          size_t num,
                          struct verdict *out)
{
    const enum manner manner = (enum manner)draw(draws, NUM_MANNERS);

    for (size_t i = 0; i < num; i++) {
        out[i] = draw_verdict(draws, evaluator, is_any_number);
        if (manner == EQUAL)
            out[i] = out[0];
        if (manner == NOTHING) {
            out[i] = (struct verdict){ .state = STATE_REFUSED,
                                       .value = (double)NAN };
        }
    }
}

static void score(struct draws *draws,
                  const struct column *column,
                  const struct metric_ops *metric,
                  const struct subject *subject)
{
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);
    struct metric_params params = {
        .profile = (enum profile)draw(draws, NUM_PROFILES),
        .by = column->by,
        .field = column->field,
        .cluster = column->cluster,
        .labels = evaluator->labels,
        .seed = 1,
    };
    struct observation observations[MAX_UNITS];
    struct verdict verdicts[MAX_UNITS];
    size_t num = one_in(draws, 8) ? 1 : subject->num;

    if (one_in(draws, 8))
        params.by = one_in(draws, 2) ? NULL : "prompt";
    if (one_in(draws, 8))
        params.cluster = "prompt,label";
    draw_verdicts(draws, evaluator, takes_any_number(metric), num, verdicts);
    for (size_t i = 0; i < num; i++) {
        observations[i] = (struct observation){
            .item = subject->pointers[i],
            .verdict = &verdicts[i],
            .repeat = subject->repeats[i],
        };
    }
    check_score(draws, metric, &params, observations, num);
}

void fuzz_round(struct draws *draws)
{
    const struct column *column =
        &manifest->columns[draw(draws, manifest->num_columns)];
    const struct dataset_task *task = dataset_find(dataset, column->task);
    struct subject subject;

    if (!column->evaluator || !task)
        return;
    subject_init(draws, task, &subject);
    score(draws, column, metric_find(column->metric), &subject);
    for (size_t i = 0; metric_kinds()[i]; i++)
        score(draws, column, metric_kinds()[i], &subject);
    subject_release(&subject);
}
