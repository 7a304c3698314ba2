/*
 * How long resampling a whole sweep takes on one core: 16 models, the 31 ranked
 * columns with as many items, groups and clusters as the official data have
 * (16,441 prompts), 10,000 resamples; and ranking them.
 *
 *   bench_analysis_draws [RESAMPLES]
 */
#include "analysis/rank.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/metric.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODELS = 16, RESAMPLES = 10000 };

/* clusters 0: items are independent */
static const struct shape {
    const char *name, *metric, *task;
    size_t items, groups, clusters;
} shapes[] = {
    { "internal", "group_rate_rounded", "a", 400, 4, 0 },
    { "external", "macro_f1", "b", 400, 4, 391 },
    { "hallucination", "group_rate_rounded", "c", 652, 4, 0 },
    { "sycophancy_persona", "rate", "d", 179, 1, 174 },
    { "sycophancy_preference", "ratio_no", "e", 120, 1, 0 },
    { "adv_factuality", "rate", "f", 209, 1, 200 },
    { "jailbreak_rta", "rate", "g", 1300, 1, 13 },
    { "toxicity_avg", "rate", "g", 1300, 1, 13 },
    { "misuse_rta", "rate", "h", 1174, 1, 66 },
    { "exaggerated_safety_rta", "rate", "i", 200, 1, 10 },
    { "stereotype_recognition", "rate", "j", 1000, 1, 0 },
    { "stereotype_agreement", "rate", "k", 1000, 1, 9 },
    { "stereotype_query_rta", "rate", "l", 95, 1, 0 },
    { "disparagement_sex_p", "chi_square", "m", 810, 2, 0 },
    { "disparagement_race_p", "chi_square", "m", 810, 3, 0 },
    { "preference_rta", "group_rate", "n", 240, 2, 120 },
    { "advglue_rs", "robustness_score", "o", 912, 4, 282 },
    { "advinstruction_sim_pct", "percent_mean", "p", 550, 1, 50 },
    { "ood_detection_rta", "rate", "q", 241, 1, 240 },
    { "ood_generalization_f1", "f1_of_accuracy", "r", 500, 2, 478 },
    { "awareness_normal_rta", "rate", "s", 280, 1, 40 },
    { "awareness_aug_rta", "rate", "t", 280, 1, 40 },
    { "leakage_rta", "leakage_rta", "u", 400, 8, 50 },
    { "leakage_td", "leakage_td", "u", 400, 8, 50 },
    { "leakage_cd", "leakage_cd", "u", 400, 8, 50 },
    { "confaide_pearson", "pearson", "v", 196, 1, 97 },
    { "social_chemistry_acc", "class_accuracy", "w", 500, 3, 498 },
    { "ethics_acc", "group_rate", "x", 500, 2, 0 },
    { "moralchoice_low_acc", "rate", "y", 687, 1, 0 },
    { "moralchoice_high_rta", "rate", "z", 680, 1, 0 },
    { "emotional_acc", "rate", "0", 200, 1, 0 },
};

static const char *const labels[] = { "",       "yes",     "no",   "address",
                                      "REFUTE", "SUPPORT", "good", NULL };

/* Every field that some metric asks for. */
static struct cJSON *entry_of(const struct shape *shape, size_t item)
{
    static const char *const names[] = {
        "0", "1", "2", "3", "4", "5", "6", "7"
    };
    static const char *const types[] = { "A", "B", "C", "D" };
    const size_t group = item % shape->groups;
    const bool is_pair = strcmp(shape->metric, "robustness_score") == 0;
    const size_t pair = item / 2;
    struct cJSON *entry = json_new_object();

    json_add_text(entry, "task", names[item / 2 % shape->groups]);
    json_add_number(entry, "index", (double)pair);
    json_add_text(entry,
                  "type",
                  is_pair ? (item % 2 ? "modified" : "original")
                          : types[item % 4]);
    json_add_text(entry, "shotType", item % 8 < 4 ? "zero-shot" : "five-shot");
    json_add_text(entry, "g", names[group]);
    json_add_text(entry, "answer", item % 3 ? "SUPPORT" : "REFUTE");
    json_add_number(entry, "label", (double)(item % 5) - 2);
    if (shape->clusters > 0)
        json_add_number(entry, "c", (double)(item / 2 % shape->clusters));
    return entry;
}

static void fill_model(const struct shape *shape,
                       const struct item *items,
                       struct sums *out,
                       uint64_t *random)
{
    const double p = 0.2 + 0.6 * random_unit(random);
    struct observation *observations =
        mem_alloc(shape->items, sizeof *observations);
    struct verdict *verdicts = mem_alloc(shape->items, sizeof *verdicts);
    const bool is_pair = strcmp(shape->metric, "robustness_score") == 0;
    const struct metric_params params = {
        .profile = PROFILE_PAPER,
        .by = is_pair ? "task" : "g",
        .field = strcmp(shape->metric, "chi_square") == 0 ? "g" : NULL,
        .cluster = shape->clusters > 0 ? "c" : NULL,
        .labels = labels,
    };
    struct error err = { 0 };

    for (size_t i = 0; i < shape->items; i++) {
        const bool hit = random_unit(random) < p;

        verdicts[i] = (struct verdict){
            .state = STATE_ANSWERED,
            .label = 1 + (int)random_below(random, 5),
            .value = hit,
        };
        observations[i] = (struct observation){ &items[i], &verdicts[i], 0 };
    }
    if (sums_read(metric_find(shape->metric),
                  observations,
                  shape->items,
                  &params,
                  out,
                  &err)
            < 0
        || out->num == 0)
        BUG("%s: %s", shape->name, err.text);
    free(observations);
    free(verdicts);
}

static double value_of(const struct sums *sums)
{
    double *totals = mem_alloc(sums->width, sizeof *totals);
    double value;

    for (size_t i = 0; i < sums->num; i++) {
        for (size_t k = 0; k < sums->width; k++)
            totals[k] += sums->parts[i * sums->width + k];
    }
    value = sums_value(sums, totals);
    free(totals);
    return value;
}

static void fill_column(struct grid *grid,
                        struct cell_sums *cells,
                        size_t column,
                        uint64_t *random)
{
    const struct shape *shape = &shapes[column];
    struct item *items = mem_alloc(shape->items, sizeof *items);
    struct cJSON **entries = mem_alloc(shape->items, sizeof(struct cJSON *));

    for (size_t i = 0; i < shape->items; i++) {
        entries[i] = entry_of(shape, i);
        items[i] = (struct item){ .task = shape->task,
                                  .index = i,
                                  .entry = entries[i],
                                  .prompt = "" };
    }
    cells->seeds[column] = (uint64_t)shape->task[0];
    for (size_t m = 0; m < MODELS; m++) {
        const size_t at = grid_at(grid, m, column);

        fill_model(shape, items, &cells->cells[at], random);
        grid->values[at] = value_of(&cells->cells[at]);
    }
    for (size_t i = 0; i < shape->items; i++)
        json_free(entries[i]);
    free(items);
    free((void *)entries);
}

int main(int argc, char **argv)
{
    struct grid_model models[MODELS];
    struct grid_column columns[ARRAY_LEN(shapes)];
    double values[MODELS * ARRAY_LEN(shapes)] = { 0 };
    struct sums sums[MODELS * ARRAY_LEN(shapes)];
    uint64_t seeds[ARRAY_LEN(shapes)];
    struct grid grid = { .models = models,
                         .num_models = MODELS,
                         .columns = columns,
                         .num_columns = ARRAY_LEN(shapes),
                         .values = values };
    struct cell_sums cells = { .num_models = MODELS,
                               .num_columns = ARRAY_LEN(shapes),
                               .cells = sums,
                               .seeds = seeds };
    uint64_t random = 7;
    uint64_t num = RESAMPLES;
    struct draws draws;
    struct ranking ranking;
    int64_t start;
    int64_t drawn;
    int64_t ranked;

    if (argc > 1 && !text_to_uint64(argv[1], &num))
        return 2;
    for (size_t m = 0; m < MODELS; m++)
        models[m] = (struct grid_model){ .name = "m" };
    for (size_t c = 0; c < ARRAY_LEN(shapes); c++) {
        columns[c] = (struct grid_column){ .name = shapes[c].name,
                                           .dimension = "d",
                                           .direction = 1,
                                           .weight = 1 };
        fill_column(&grid, &cells, c, &random);
    }
    start = clock_ns();
    draws_make(&draws, &grid, &cells, (size_t)num, 1, NULL);
    drawn = clock_ns();
    rank_make(&ranking, &grid, &draws, 1);
    ranked = clock_ns();
    printf("%llu resamples, %d models, %zu columns: draws %.2f s, ranks %.2f s "
           "(first: mean rank %.2f [%.2f, %.2f])\n",
           (unsigned long long)num,
           (int)MODELS,
           ARRAY_LEN(shapes),
           (double)(drawn - start) / 1e9,
           (double)(ranked - drawn) / 1e9,
           ranking.scopes[0].rows[0].mean_rank,
           ranking.scopes[0].rows[0].low,
           ranking.scopes[0].rows[0].high);
    rank_release(&ranking);
    draws_release(&draws);
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        sums_release(&sums[i]);
    return 0;
}
