#include "cli/sweep/selection.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/sweep/sweep.h"

#include <stdlib.h>

static uint8_t *select_items(const struct column *column,
                             const struct plan_task *task)
{
    uint8_t *bits = mem_alloc(task->num_items, sizeof *bits);

    for (size_t i = 0; i < task->num_items; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            if (column_wants(column, (enum profile)p, &task->items[i]))
                bits[i] = (uint8_t)(bits[i] | 1u << p);
        }
    }
    return bits;
}

void selection_make(struct selection *out, const struct sweep *sweep)
{
    const struct manifest *manifest = sweep->manifest;

    *out = (struct selection){
        .by_column = mem_alloc(manifest->num_columns, sizeof(uint8_t *)),
        .num_columns = manifest->num_columns,
    };
    for (size_t c = 0; c < manifest->num_columns; c++) {
        for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
            if (text_equal(manifest->columns[c].task, sweep->tasks[t].name)) {
                out->by_column[c] =
                    select_items(&manifest->columns[c], &sweep->tasks[t]);
            }
        }
    }
}

void selection_release(struct selection *self)
{
    for (size_t c = 0; c < self->num_columns; c++)
        free(self->by_column[c]);
    free((void *)self->by_column);
    *self = (struct selection){ 0 };
}
