/*
 * subject.h - what the fuzzers of evaluators and metrics work on: the sample,
 * and changed copies of its items.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "dataset/dataset.h"
#include "fuzz.h"
#include "kept.h"
#include "trustsweep/error.h"
#include "trustsweep/metric.h"

enum { MAX_UNITS = 64 };

static struct manifest *manifest;
static struct dataset *dataset;

/* Units of one task: items, some of them changed, some asked twice. */
struct subject {
    size_t num;
    struct item items[MAX_UNITS];
    struct cJSON *changed[MAX_UNITS]; /* owned; NULL: the sample's own */
    const struct item *pointers[MAX_UNITS];
    uint32_t repeats[MAX_UNITS];
};

static inline void subject_set_up(void)
{
    const struct dataset_params params = { .location = "sample" };
    struct error err = { 0 };

    manifest = manifest_read("trustllm", &err);
    if (manifest)
        dataset = dataset_open(manifest, &params, &err);
    if (!dataset)
        BUG("%s", err.text);
}

static inline void subject_tear_down(void)
{
    dataset_destroy(dataset);
    manifest_destroy(manifest);
}

/* A field goes, or becomes something else. */
static inline struct cJSON *change_entry(struct draws *draws,
                                         const struct cJSON *entry)
{
    struct cJSON *out = json_copy(entry);
    char *key = mem_text(json_key(any_child(draws, entry)));
    struct text text = { 0 };

    switch (draw(draws, 6)) {
    case 0:
        json_remove(out, key);
        break;
    case 1:
        json_set(out, key, json_new_array());
        break;
    case 2:
        json_remove(out, key);
        json_add_number(out, key, (double)draw(draws, 5) - 2);
        break;
    case 3:
        json_remove(out, key);
        json_add_number(out, key, one_in(draws, 2) ? 1e300 : -0.5);
        break;
    case 4:
        json_remove(out, key);
        json_add_null(out, key);
        break;
    default:
        add_reply(draws, entry, &text);
        json_remove(out, key);
        json_add_text(out, key, text_data(&text)); /* up to a NUL */
        break;
    }
    text_release(&text);
    free(key);
    return out;
}

static inline void subject_init(struct draws *draws,
                                const struct dataset_task *task,
                                struct subject *out)
{
    const bool has_changes = one_in(draws, 3);
    const uint32_t repeats = one_in(draws, 4) ? 2 : 1;
    const size_t first = one_in(draws, 2) ? 0 : draw(draws, task->num_items);

    *out = (struct subject){ 0 };
    for (size_t i = first; i < task->num_items; i++) {
        const struct item *item = &task->items[i];
        struct cJSON *changed = has_changes && one_in(draws, 4)
                                    ? change_entry(draws, item->entry)
                                    : NULL;
        const char *prompt =
            changed ? json_member_text(changed, "prompt") : item->prompt;

        for (uint32_t repeat = 0; repeat < repeats; repeat++) {
            if (out->num == MAX_UNITS)
                BUG("more than %d units", (int)MAX_UNITS);
            out->items[out->num] = *item;
            if (changed) {
                out->items[out->num].entry = changed;
                out->items[out->num].prompt = prompt ? prompt : "";
            }
            out->changed[out->num] = repeat == 0 ? changed : NULL;
            out->pointers[out->num] = &out->items[out->num];
            out->repeats[out->num++] = repeat;
        }
        if (one_in(draws, 12))
            break;
    }
}

static inline void subject_release(struct subject *subject)
{
    for (size_t i = 0; i < subject->num; i++)
        json_free(subject->changed[i]);
}

static inline bool is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

static inline void shuffle(struct draws *draws,
                           struct observation *list,
                           size_t num)
{
    for (size_t i = num; i > 1; i--) {
        const size_t other = draw(draws, i);
        const struct observation kept = list[i - 1];

        list[i - 1] = list[other];
        list[other] = kept;
    }
}

/* A bound of an interval: none, or finite and on its side of the value. */
static inline void check_interval(double value, double low, double high)
{
    CHECK(isnan(low) == isnan(high));
    if (isnan(low))
        return;
    CHECK(isfinite(low) && isfinite(high) && isfinite(value));
    CHECK(low <= value && value <= high);
}

/* Whether the metric counts pairs of items. */
static inline bool counts_pairs(const struct metric_ops *metric)
{
    return text_starts(metric->name, "pair_")
           || text_equal(metric->name, "robustness_score");
}

static inline void check_counts(const struct metric_ops *metric,
                                const struct score *score,
                                size_t num)
{
    const uint64_t used = score->num * (counts_pairs(metric) ? 2 : 1);

    CHECK(used + score->num_skipped == num);
    /* the published rule of leakage_cd has 0 where nobody gives an address */
    if (score->num == 0 && !text_equal(metric->name, "leakage_cd"))
        CHECK(isnan(score->value));
}

static inline void keep_score(const struct metric_ops *metric,
                              const struct score *score)
{
    const double numbers[] = { score->value,       score->low,
                               score->high,        score->within_low,
                               score->within_high, score->se_items,
                               score->se_sampling, score->se_judge };
    struct text text = { 0 };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        kept_number(&text, numbers[i]);
    text_addf(&text,
              " %llu %llu",
              (unsigned long long)score->num,
              (unsigned long long)score->num_skipped);
    kept_add(metric->name, &text);
    text_release(&text);
}

/* A score keeps its promises, whatever the verdicts, in any order. */
static inline void check_score(struct draws *draws,
                               const struct metric_ops *metric,
                               const struct metric_params *params,
                               struct observation *observations,
                               size_t num)
{
    struct score one = score_none();
    struct score two = score_none();
    struct error err = { 0 };

    fuzz_subject = metric->name;
    CHECK(metric->compute(observations, num, params, &one, &err) == 0);
    CHECK(isnan(one.value) || isfinite(one.value));
    check_interval(one.value, one.low, one.high);
    check_interval(one.value, one.within_low, one.within_high);
    CHECK(isnan(one.se_items) || (isfinite(one.se_items) && one.se_items >= 0));
    CHECK(isnan(one.se_sampling)
          || (isfinite(one.se_sampling) && one.se_sampling >= 0));
    check_counts(metric, &one, num);
    keep_score(metric, &one);
    shuffle(draws, observations, num);
    CHECK(metric->compute(observations, num, params, &two, &err) == 0);
    CHECK(is_same(one.value, two.value));
    CHECK(is_same(one.low, two.low) && is_same(one.high, two.high));
    CHECK(is_same(one.within_low, two.within_low));
    CHECK(is_same(one.within_high, two.within_high));
    CHECK(is_same(one.se_items, two.se_items));
    CHECK(is_same(one.se_sampling, two.se_sampling));
    CHECK(one.num == two.num && one.num_skipped == two.num_skipped);
}

#endif
