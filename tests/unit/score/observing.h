/* Observations written as rows: the item as JSON, the verdict beside it. */
#ifndef OBSERVING_H
#define OBSERVING_H

#include "base/json.h"
#include "base/mem.h"
#include "score/fold.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { OBSERVING_MAX = 128 };

#define OBSERVING_NONE ((double)NAN)

struct observing_row {
    const char *entry; /* JSON object; equal pointers are not one item */
    int label;
    double value;
    uint32_t repeat;
    size_t index; /* of the item, where repeats need one; else 0 */
};

/* A row of a single answer. */
#define ROW(text, of, number)                             \
    {                                                     \
        .entry = (text), .label = (of), .value = (number) \
    }

struct observing {
    struct item items[OBSERVING_MAX];
    struct verdict verdicts[OBSERVING_MAX];
    struct observation observations[OBSERVING_MAX];
    struct cJSON *entries[OBSERVING_MAX];
    size_t num;
};

static inline struct observing *observing_create(
    const struct observing_row *rows,
    size_t num)
{
    struct observing *self = mem_alloc(1, sizeof *self);

    assert_true(num <= OBSERVING_MAX);
    self->num = num;
    for (size_t i = 0; i < num; i++) {
        const char *entry = rows[i].entry;

        self->entries[i] = json_parse(entry, strlen(entry), "row", NULL);
        assert_non_null(self->entries[i]);
        self->items[i] = (struct item){
            .task = "a/b",
            .index = rows[i].index ? rows[i].index : i,
            .entry = self->entries[i],
            .prompt = "",
        };
        self->verdicts[i] = (struct verdict){
            .state = isnan(rows[i].value) ? STATE_UNPARSED : STATE_ANSWERED,
            .label = rows[i].label,
            .value = rows[i].value,
        };
        self->observations[i] = (struct observation){
            .item = &self->items[i],
            .verdict = &self->verdicts[i],
            .repeat = rows[i].repeat,
        };
    }
    return self;
}

static inline void observing_destroy(struct observing *self)
{
    for (size_t i = 0; i < self->num; i++)
        json_free(self->entries[i]);
    free(self);
}

static inline struct score observing_score(const char *metric,
                                           const struct observing_row *rows,
                                           size_t num,
                                           const struct metric_params *params)
{
    struct observing *self = observing_create(rows, num);
    struct fold fold;

    assert_non_null(metric_find(metric));
    assert_int_equal(fold_column(metric_find(metric),
                                 self->observations,
                                 num,
                                 params,
                                 &fold,
                                 NULL),
                     0);
    observing_destroy(self);
    return fold.score;
}

static inline void observing_near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-9))
        fail_msg("%.12g, not %.12g", value, expected);
}

#endif
