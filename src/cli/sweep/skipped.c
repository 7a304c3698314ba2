#include "cli/sweep/skipped.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/item.h"

#include <math.h>
#include <stdlib.h>

struct drawn {
    struct hash128 hash;
    size_t item;
};

static int compare(const void *a, const void *b)
{
    const struct drawn *left = a;
    const struct drawn *right = b;
    const int order = hash_compare(left->hash, right->hash);

    return order ? order
                 : (left->item > right->item) - (left->item < right->item);
}

size_t skipped_keep(double fraction, size_t num_items)
{
    const double num = ceil(fraction * (double)num_items - 1e-9);

    if (num < 1)
        return num_items > 0;
    return num < (double)num_items ? (size_t)num : num_items;
}

double skipped_width(size_t num_items)
{
    return num_items > 0 ? fmin(0.5, 0.98 / sqrt((double)num_items)) : 0.5;
}

/* The items of a task in an order that is the same for every model and run, and
 * has nothing to do with their places in the file: [num_items]. */
static size_t *draw(const struct plan_task *task)
{
    struct drawn *drawn = mem_alloc(task->num_items, sizeof *drawn);
    size_t *order = mem_alloc(task->num_items, sizeof *order);

    for (size_t i = 0; i < task->num_items; i++) {
        struct hash_stream *stream = hash_stream_create();

        hash_stream_text(stream, task->name);
        hash_stream_text(stream, task->items[i].prompt);
        drawn[i] = (struct drawn){ hash_stream_end(stream), i };
    }
    if (task->num_items > 1)
        qsort(drawn, task->num_items, sizeof *drawn, compare);
    for (size_t i = 0; i < task->num_items; i++)
        order[i] = drawn[i].item;
    free(drawn);
    return order;
}

static bool has_any(const struct job *job)
{
    if (job->num_cells > 0)
        return true;
    for (size_t i = 0; i < job->num_models; i++) {
        if (job->models[i].num_only > 0 || job->models[i].fraction < 1)
            return true;
    }
    return false;
}

/* Leave out what a cell does not ask: of the items in the order drawn, those
 * behind the limit and all from the one at which enough are kept. */
static void leave_out(const struct job_cell *cell,
                      const size_t *order,
                      size_t num_items,
                      size_t repeats,
                      bool *out)
{
    const size_t limit = cell->limit > 0 && (size_t)cell->limit < num_items
                             ? (size_t)cell->limit
                             : num_items;
    size_t kept = cell->is_asked ? skipped_keep(cell->fraction, limit) : 0;

    for (size_t i = 0; i < num_items; i++) {
        const bool is_kept = kept > 0 && order[i] < limit;

        kept -= is_kept;
        for (size_t r = 0; r < repeats && !is_kept; r++)
            out[order[i] * repeats + r] = true;
    }
}

bool *skipped_make(const struct sweep *sweep)
{
    const struct plan *plan = sweep->plan;
    bool *out;

    if (!has_any(sweep->job))
        return NULL;
    out = mem_alloc(plan->num_units, sizeof *out);
    for (size_t t = 0; t < plan->params.num_tasks; t++) {
        const struct plan_task *task = &plan->params.tasks[t];
        size_t *order = draw(task);

        for (size_t m = 0; m < sweep->job->num_models; m++) {
            struct job_cell cell;

            job_cell(sweep->job, m, task->name, &cell);
            leave_out(&cell,
                      order,
                      task->num_items,
                      plan->params.num_repeats,
                      out + plan_first_unit(plan, m, t));
        }
        free(order);
    }
    return out;
}
