#include "store/writer_scores.h"

#include "base/mem.h"
#include "store/h5.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdlib.h>

struct scores {
    size_t shape[3]; /* repeats + 1, models, columns; repeat 0: over all */
    size_t num_cells;
    struct writer_score *entries[NUM_PROFILES]; /* [shape[0] * num_cells] */
    uint8_t *comparable;                        /* [num_cells] */
};

struct scores *scores_create(size_t num_repeats,
                             size_t num_models,
                             size_t num_columns)
{
    struct scores *self = mem_alloc(1, sizeof *self);

    self->shape[0] = num_repeats + 1;
    self->shape[1] = num_models;
    self->shape[2] = num_columns;
    self->num_cells = num_models * num_columns;
    self->comparable = mem_alloc(self->num_cells, 1);
    for (int p = 0; p < NUM_PROFILES; p++) {
        const size_t num = self->shape[0] * self->num_cells;

        self->entries[p] = mem_alloc(num, sizeof *self->entries[p]);
        for (size_t i = 0; i < num; i++)
            self->entries[p][i].score = score_none();
    }
    return self;
}

void scores_destroy(struct scores *self)
{
    if (!self)
        return;
    for (int p = 0; p < NUM_PROFILES; p++)
        free(self->entries[p]);
    free(self->comparable);
    free(self);
}

static size_t cell(const struct scores *self, size_t model, size_t column)
{
    if (model >= self->shape[1] || column >= self->shape[2])
        BUG("score of model %zu, column %zu", model, column);
    return model * self->shape[2] + column;
}

void scores_set(struct scores *self,
                const size_t place[3],
                enum profile profile,
                const struct writer_score *score)
{
    if (place[0] >= self->shape[0])
        BUG("score of repeat %zu", place[0]);
    self->entries[profile][place[0] * self->num_cells
                           + cell(self, place[1], place[2])] = *score;
}

const struct writer_score *scores_get(const struct scores *self,
                                      enum profile profile,
                                      size_t model,
                                      size_t column)
{
    return &self->entries[profile][cell(self, model, column)];
}

void scores_set_comparable(struct scores *self,
                           size_t model,
                           size_t column,
                           bool is_comparable)
{
    self->comparable[cell(self, model, column)] = is_comparable;
}

/* Elements are 8 bytes wide, doubles and counts alike. */
union number {
    double real;
    uint64_t count;
};

static union number field_of(const struct writer_score *entry, int field)
{
    switch (field) {
    case SCORE_VALUE:
        return (union number){ .real = entry->score.value };
    case SCORE_LOW:
        return (union number){ .real = entry->score.low };
    case SCORE_HIGH:
        return (union number){ .real = entry->score.high };
    case SCORE_WITHIN_LOW:
        return (union number){ .real = entry->score.within_low };
    case SCORE_WITHIN_HIGH:
        return (union number){ .real = entry->score.within_high };
    case SCORE_SE_ITEMS:
        return (union number){ .real = entry->score.se_items };
    case SCORE_SE_SAMPLING:
        return (union number){ .real = entry->score.se_sampling };
    case SCORE_SE_JUDGE:
        return (union number){ .real = entry->score.se_judge };
    case SCORE_NUM:
        return (union number){ .count = entry->score.num };
    case SCORE_NUM_SKIPPED:
        return (union number){ .count = entry->score.num_skipped };
    case SCORE_NUM_RECORDED:
        return (union number){ .count = entry->origins[ORIGIN_RECORDED] };
    case SCORE_NUM_ASKED:
        return (union number){ .count = entry->origins[ORIGIN_ASKED] };
    default:
        return (union number){ .count = entry->states[field - SCORE_STATES] };
    }
}

static int write_field(const struct scores *self,
                       hid_t file,
                       enum profile profile,
                       bool by_repeat,
                       int field)
{
    char path[SCHEMA_PATH];
    const enum schema_type type =
        schema_score_path(profile, by_repeat, field, path);
    const struct writer_score *from =
        self->entries[profile] + (by_repeat ? self->num_cells : 0);
    const size_t num =
        by_repeat ? (self->shape[0] - 1) * self->num_cells : self->num_cells;
    union number *values = mem_alloc(num, sizeof *values);
    int rc;

    for (size_t i = 0; i < num; i++)
        values[i] = field_of(&from[i], field);
    rc = num ? h5_write(file, path, type, values) : 0;
    free(values);
    return rc;
}

int scores_write(const struct scores *self, hid_t file, struct error *err)
{
    for (int i = 0; i < NUM_PROFILES * 2 * NUM_SCORE_FIELDS; i++) {
        const enum profile profile = (enum profile)(i / (2 * NUM_SCORE_FIELDS));
        const bool by_repeat = i / NUM_SCORE_FIELDS % 2;

        if (write_field(self, file, profile, by_repeat, i % NUM_SCORE_FIELDS)
            < 0)
            return h5_fail(err, ERR_IO, "/scores/%s", profile_name(profile));
    }
    if (self->num_cells
        && h5_write(file, "/scores/comparable", TYPE_U8, self->comparable) < 0)
        return h5_fail(err, ERR_IO, "/scores/comparable");
    return 0;
}
