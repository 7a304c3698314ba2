#include "base/mem.h"
#include "store/merge_axis.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdbool.h>

static bool is_measured(const struct reader *reader,
                        uint64_t model,
                        uint64_t column)
{
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct reader_score *score = reader_score(reader,
                                                        (enum profile)p,
                                                        (size_t)model,
                                                        (size_t)column);

        if (!isnan(score->value) || score->num > 0)
            return true;
        for (int s = 0; s < NUM_STATES; s++) {
            if (score->states[s] > 0)
                return true;
        }
    }
    return false;
}

static int own(struct merge_order *self,
               uint64_t model,
               uint64_t column,
               struct error *err)
{
    size_t any = self->num;
    size_t owner = self->num;

    for (size_t f = 0; f < self->num; f++) {
        const uint64_t m = merge_order_row(self, DIM_MODEL, f, model);
        const uint64_t c = merge_order_row(self, DIM_COLUMN, f, column);

        if (m == MERGE_NOWHERE || c == MERGE_NOWHERE)
            continue;
        if (any == self->num)
            any = f;
        if (!is_measured(self->readers[f], m, c))
            continue;
        if (owner != self->num) {
            return error_set(
                err,
                ERR_USAGE,
                "'%s' has column '%s' in %s and in %s: which counts? Leave one "
                "out, or compare them with 'analyze'",
                reader_model(self->readers[f], (size_t)m)->name,
                reader_column(self->readers[f], (size_t)c)->name,
                self->paths[owner],
                self->paths[f]);
        }
        owner = f;
    }
    self->owner[model * self->axes[DIM_COLUMN].num + column] =
        owner != self->num ? owner : any;
    return 0;
}

int merge_owner_find(struct merge_order *self, struct error *err)
{
    const uint64_t models = self->axes[DIM_MODEL].num;
    const uint64_t columns = self->axes[DIM_COLUMN].num;

    self->owner = mem_alloc(models * columns, sizeof *self->owner);
    for (uint64_t m = 0; m < models; m++) {
        for (uint64_t c = 0; c < columns; c++) {
            if (own(self, m, c, err) < 0)
                return -1;
        }
    }
    return 0;
}
