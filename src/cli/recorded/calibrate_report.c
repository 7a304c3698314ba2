#include "cli/recorded/calibrate_report.h"

#include "base/json.h"
#include "base/mem.h"
#include "stats/agreement.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    SEED = 1,
    LEAST_OWN = 5,
    NUM_LABELS = CALIBRATE_NOTHING, /* label_of() */
};

static const char *const names[] = { [CALIBRATE_RECORDED] = "labels",
                                     [CALIBRATE_SWAPPED] = "swapped",
                                     [CALIBRATE_OTHER] = "other",
                                     [CALIBRATE_AGAIN] = "again" };

static void add_interval(struct cJSON *object,
                         const char *name,
                         const struct interval *interval)
{
    struct cJSON *list = json_add_array(object, name);

    json_append_number(list, interval->low);
    json_append_number(list, interval->high);
}

static int label_of(int said)
{
    return said == CALIBRATE_OPEN ? AGREEMENT_NONE : said - CALIBRATE_NO;
}

static bool is_verdict(int said)
{
    return said == CALIBRATE_NO || said == CALIBRATE_YES;
}

/* Whether the judge or the voice beside it ever said anything of use: a judge that
 * says nothing where the other does not agree with it. */
static bool is_of_use(const struct calibrate_sample *sample,
                      size_t evaluator,
                      enum calibrate_voice voice,
                      size_t num_voices)
{
    for (size_t i = 0; i < sample->num_cases; i++) {
        const struct calibrate_case *one = &sample->cases[i];
        bool is_one = is_verdict(one->said[CALIBRATE_JUDGE]);

        if (one->evaluator != evaluator || one->said[voice] == CALIBRATE_OPEN
            || one->said[CALIBRATE_JUDGE] == CALIBRATE_OPEN)
            continue;
        for (size_t v = 0; v < num_voices; v++)
            is_one |= is_verdict(one->said[(size_t)voice + v]);
        if (is_one)
            return true;
    }
    return false;
}

/* Whose cases are compared; SIZE_MAX: those of all evaluators, but of those without
 * anything to compare where one has something: two that say nothing do not agree.
 * [num_evaluators], free() */
static bool *choose(const struct calibrate_sample *sample,
                    size_t evaluator,
                    enum calibrate_voice voice,
                    size_t num_voices)
{
    bool *is_in = mem_alloc(sample->num_evaluators, sizeof *is_in);
    bool is_any = false;

    for (size_t e = 0; e < sample->num_evaluators; e++) {
        is_in[e] = evaluator == SIZE_MAX
                       ? is_of_use(sample, e, voice, num_voices)
                       : e == evaluator;
        is_any |= is_in[e];
    }
    for (size_t e = 0; e < sample->num_evaluators; e++)
        is_in[e] |= !is_any;
    return is_in;
}

/* Rows of the judge and one voice, or of all its repeats. */
static size_t collect(const struct calibrate_sample *sample,
                      size_t evaluator,
                      enum calibrate_voice voice,
                      size_t width,
                      int *rows)
{
    bool *is_in = choose(sample, evaluator, voice, width - 1);
    size_t num = 0;

    for (size_t i = 0; i < sample->num_cases; i++) {
        const struct calibrate_case *one = &sample->cases[i];
        int *row = &rows[num * width];

        if (!is_in[one->evaluator])
            continue;
        for (size_t r = 0; r < width; r++) {
            const int said = r == 0 ? one->said[CALIBRATE_JUDGE]
                                    : one->said[(size_t)voice + r - 1];

            row[r] = label_of(said);
        }
        /* kappa has no place for a missing one */
        if (row[0] != AGREEMENT_NONE && row[1] != AGREEMENT_NONE)
            num++;
    }
    free(is_in);
    return num;
}

static void add_measure(struct cJSON *list,
                        const struct calibrate_sample *sample,
                        size_t evaluator,
                        enum calibrate_voice voice)
{
    const size_t width =
        voice == CALIBRATE_AGAIN ? 1 + (size_t)sample->repeats : 2;
    int *rows = mem_alloc(sample->num_cases * width, sizeof *rows);
    struct agreement_input input = { rows, 0, width, NUM_LABELS };
    struct agreement it;
    struct cJSON *object;
    double nothing = 0;

    input.num_things = collect(sample, evaluator, voice, width, rows);
    it = width == 2 ? agreement_kappa(&input, SEED)
                    : agreement_alpha(&input, SEED);
    for (size_t i = 0; i < input.num_things; i++)
        nothing += rows[i * width] == label_of(CALIBRATE_NOTHING);
    free(rows);
    if (it.num == 0)
        return;
    object = json_new_object();
    json_add_text(object,
                  "evaluator",
                  evaluator == SIZE_MAX ? "all" : sample->names[evaluator]);
    json_add_text(object, "measure", names[voice]);
    json_add_number(object, "num", (double)it.num);
    json_add_number(object, "agree", it.share);
    add_interval(object, "agree_interval", &it.share_interval);
    json_add_number(object, width == 2 ? "kappa" : "alpha", it.value);
    add_interval(object,
                 width == 2 ? "kappa_interval" : "alpha_interval",
                 &it.interval);
    json_add_number(object, "nothing", nothing / (double)input.num_things);
    json_append(list, object);
}

/* How much oftener than the reference the judge says yes. */
struct excess {
    double num, sum, squares;
};

static void add_excess(struct excess *to, int said, int reference)
{
    const double excess =
        (said == CALIBRATE_YES) - (double)(reference == CALIBRATE_YES);

    to->num++;
    to->sum += excess;
    to->squares += excess * excess;
}

static double mean_of(const struct excess *of)
{
    return of->sum / of->num;
}

static double variance_of(const struct excess *of)
{
    const double mean = mean_of(of);

    /* never 0: replies that all fit say little of the next one */
    return (of->squares - of->num * mean * mean + 1) / (of->num - 1) / of->num;
}

/* Does it judge replies of its own model otherwise than others judge them, more
 * than it does with replies of others?  Yes is what a model wants to hear in
 * most columns, not in all, so that each counts by itself. */
static void add_self(struct cJSON *root, const struct calibrate_sample *sample)
{
    struct excess by[2] = { { 0 } };
    struct cJSON *object = json_add_object(root, "self_preference");
    double difference;
    double half;

    for (size_t i = 0; i < sample->num_cases; i++) {
        const struct calibrate_case *one = &sample->cases[i];
        const int said = one->said[CALIBRATE_JUDGE];
        int reference = one->said[CALIBRATE_RECORDED];

        if (reference == CALIBRATE_OPEN || reference == CALIBRATE_NOTHING)
            reference = one->said[CALIBRATE_OTHER];
        if (is_verdict(reference) && is_verdict(said))
            add_excess(&by[one->is_own], said, reference);
    }
    json_add_number(object, "num_own", by[1].num);
    json_add_number(object, "num_others", by[0].num);
    if (by[0].num < LEAST_OWN || by[1].num < LEAST_OWN) {
        json_add_text(object,
                      "reason",
                      "too few replies of the judge's own model and of others "
                      "that labels or another judge judged, too");
        return;
    }
    difference = mean_of(&by[1]) - mean_of(&by[0]);
    half = interval_quantile(fmin(by[0].num, by[1].num) - 1)
           * sqrt(variance_of(&by[0]) + variance_of(&by[1]));
    json_add_number(object, "excess_own", mean_of(&by[1]));
    json_add_number(object, "excess_others", mean_of(&by[0]));
    json_add_number(object, "difference", difference);
    add_interval(object,
                 "interval",
                 &(struct interval){ fmax(-2, difference - half),
                                     fmin(2, difference + half) });
}

struct cJSON *calibrate_report(const struct calibrate_sample *sample)
{
    static const enum calibrate_voice voices[] = { CALIBRATE_RECORDED,
                                                   CALIBRATE_OTHER,
                                                   CALIBRATE_SWAPPED,
                                                   CALIBRATE_AGAIN };
    struct cJSON *root = json_new_object();
    struct cJSON *list;

    json_add_number(root, "questions", (double)sample->num_cases);
    list = json_add_array(root, "measures");
    for (size_t v = 0; v < sizeof voices / sizeof *voices; v++) {
        if (voices[v] == CALIBRATE_AGAIN && sample->repeats == 0)
            continue;
        add_measure(list, sample, SIZE_MAX, voices[v]);
        for (size_t e = 0; e < sample->num_evaluators; e++)
            add_measure(list, sample, e, voices[v]);
    }
    add_self(root, sample);
    return root;
}
