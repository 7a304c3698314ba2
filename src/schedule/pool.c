#include "schedule/pool.h"

#include "base/mem.h"
#include "schedule/cell.h"

#include <stdlib.h>

static const size_t no_unit = CELL_NO_UNIT;

struct waiting {
    int64_t not_before_ms;
    size_t unit;
};

struct pool {
    struct pool_units *all;
    struct cell *cells; /* [num_cells], by task */
    size_t num_cells;
    size_t *back; /* [num_back], a stack of units that came back */
    size_t num_back;
    size_t cap_back;
    struct waiting *heap; /* [num_waiting], earliest at 0 */
    size_t num_waiting;
    size_t cap_waiting;
    uint32_t *taken; /* [num_taken] in the order of taking */
    size_t num_taken;
    size_t cap_taken;
    size_t at_taken; /* what stands before it is done or runs twice */
    size_t num_ready;
    size_t num_left;
};

struct pool *pool_create(struct pool_units *all, size_t num_tasks)
{
    struct pool *self = mem_alloc(1, sizeof *self);

    self->all = all;
    self->cells = mem_alloc(num_tasks, sizeof *self->cells);
    self->num_cells = num_tasks;
    return self;
}

void pool_destroy(struct pool *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_cells; i++)
        cell_release(&self->cells[i]);
    free(self->cells);
    free(self->back);
    free(self->heap);
    free(self->taken);
    free(self);
}

static double cost(const struct pool *self, size_t unit)
{
    return (double)self->all->costs[unit];
}

static struct cell *cell_of(const struct pool *self, size_t unit)
{
    return &self->cells[self->all->tasks[unit]];
}

void pool_add(struct pool *self, size_t unit)
{
    cell_add(cell_of(self, unit), unit, cost(self, unit));
    self->num_ready++;
    self->num_left++;
}

void pool_order(struct pool *self, const uint32_t *bundles)
{
    for (size_t i = 0; i < self->num_cells; i++)
        cell_order(&self->cells[i], self->all->costs, bundles);
}

void pool_append(struct pool *self, size_t unit)
{
    cell_append(cell_of(self, unit), unit, cost(self, unit));
    self->num_ready++;
    self->num_left++;
}

static void leave_ready(struct pool *self, size_t unit)
{
    struct cell *cell = cell_of(self, unit);

    self->num_ready--;
    cell->num_ready--;
    cell->ready_tokens -= cost(self, unit);
    if (cell->num_ready == 0)
        cell->ready_tokens = 0; /* no rounding left over */
}

/* Units that came back wait in the stack and are counted as ready, so a cell
 * may have ready ones though its cursor is at the end. */
static bool has_bundle(const struct cell *cell)
{
    return cell->num_ready > 0 && cell->at_bundle < cell->num_bundles;
}

/* Of two tasks with a bundle, in plan order where they are alike. */
static bool goes_before(const struct pool *self,
                        const struct pool_want *want,
                        size_t a,
                        size_t b)
{
    const double a_s = cell_next_tokens(&self->cells[a]) * want->pace[a];
    const double b_s = cell_next_tokens(&self->cells[b]) * want->pace[b];

    if (want->is_probed[a] != want->is_probed[b])
        return !want->is_probed[a];
    return a_s > b_s || (a_s >= b_s && a < b);
}

static struct cell *longest_cell(struct pool *self,
                                 const struct pool_want *want)
{
    size_t best = self->num_cells;

    for (size_t i = 0; i < self->num_cells; i++) {
        if (has_bundle(&self->cells[i])
            && (best == self->num_cells || goes_before(self, want, i, best)))
            best = i;
    }
    return best < self->num_cells ? &self->cells[best] : NULL;
}

static size_t next_back(struct pool *self)
{
    while (self->num_back > 0) {
        size_t unit = self->back[--self->num_back];

        if (self->all->states[unit] == POOL_READY)
            return unit;
    }
    return no_unit;
}

/* The next unit to go out, of `*cell` until its bundle ends; `*ends` tells
 * whether it does. */
static size_t next_ready(struct pool *self,
                         const struct pool_want *want,
                         struct cell **cell,
                         bool *ends)
{
    size_t unit = next_back(self);

    *ends = true;
    if (unit != no_unit)
        return unit;
    for (;;) {
        if (!*cell)
            *cell = longest_cell(self, want);
        if (!*cell)
            return no_unit;
        unit = cell_next(*cell, ends);
        if (*ends)
            *cell = NULL;
        if (unit != no_unit && self->all->states[unit] == POOL_READY)
            return unit;
    }
}

static void note_taken(struct pool *self, size_t unit)
{
    self->taken = mem_reserve(self->taken,
                              &self->cap_taken,
                              self->num_taken + 1,
                              sizeof *self->taken);
    self->taken[self->num_taken++] = (uint32_t)unit;
}

void pool_take_unit(struct pool *self, size_t unit)
{
    self->all->states[unit] = POOL_LEASED;
    leave_ready(self, unit);
    note_taken(self, unit);
}

static int compare_units(const void *a, const void *b)
{
    size_t left = *(const size_t *)a;
    size_t right = *(const size_t *)b;

    return left < right ? -1 : left > right;
}

size_t pool_take(struct pool *self, const struct pool_want *want, size_t *out)
{
    struct cell *cell = NULL;
    double taken_s = 0;
    size_t num = 0;
    bool ends = false;

    while (num < want->max) {
        size_t unit = next_ready(self, want, &cell, &ends);

        if (unit == no_unit)
            break;
        pool_take_unit(self, unit);
        out[num++] = unit;
        taken_s += cost(self, unit) * want->pace[self->all->tasks[unit]];
        if (taken_s >= want->seconds
            && (want->may_split || ends || taken_s >= 2 * want->seconds))
            break;
    }
    if (num > 1)
        qsort(out, num, sizeof *out, compare_units);
    return num;
}

size_t pool_again(struct pool *self, size_t max, size_t *out)
{
    size_t num = 0;

    for (; num < max && self->at_taken < self->num_taken; self->at_taken++) {
        const size_t unit = self->taken[self->at_taken];

        if (self->all->states[unit] != POOL_LEASED)
            continue;
        self->all->states[unit] = POOL_TWICE;
        out[num++] = unit;
    }
    return num;
}

static void heap_push(struct pool *self, struct waiting entry)
{
    size_t at = self->num_waiting++;

    self->heap = mem_reserve(self->heap,
                             &self->cap_waiting,
                             self->num_waiting,
                             sizeof *self->heap);
    while (at > 0
           && self->heap[(at - 1) / 2].not_before_ms > entry.not_before_ms) {
        self->heap[at] = self->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    self->heap[at] = entry;
}

static size_t heap_pop(struct pool *self)
{
    size_t unit = self->heap[0].unit;
    struct waiting last = self->heap[--self->num_waiting];
    size_t at = 0;

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= self->num_waiting)
            break;
        if (child + 1 < self->num_waiting
            && self->heap[child + 1].not_before_ms
                   < self->heap[child].not_before_ms)
            child++;
        if (self->heap[child].not_before_ms >= last.not_before_ms)
            break;
        self->heap[at] = self->heap[child];
        at = child;
    }
    self->heap[at] = last;
    return unit;
}

void pool_return(struct pool *self, size_t unit, int64_t not_before_ms)
{
    self->all->states[unit] = POOL_WAITING;
    heap_push(self, (struct waiting){ not_before_ms, unit });
}

void pool_wake(struct pool *self, int64_t now_ms)
{
    while (self->num_waiting > 0 && self->heap[0].not_before_ms <= now_ms) {
        size_t unit = heap_pop(self);

        if (self->all->states[unit] != POOL_WAITING)
            continue; /* its result came late, but it came */
        self->all->states[unit] = POOL_READY;
        self->num_ready++;
        cell_of(self, unit)->num_ready++;
        cell_of(self, unit)->ready_tokens += cost(self, unit);
        self->back = mem_reserve(self->back,
                                 &self->cap_back,
                                 self->num_back + 1,
                                 sizeof *self->back);
        self->back[self->num_back++] = unit;
    }
}

void pool_done(struct pool *self, size_t unit)
{
    struct cell *cell = cell_of(self, unit);

    if (self->all->states[unit] == POOL_READY)
        leave_ready(self, unit);
    self->all->states[unit] = POOL_DONE;
    cell->left_tokens -= cost(self, unit);
    self->num_left--;
    if (--cell->num_left == 0)
        cell->left_tokens = 0; /* no rounding left over */
}

size_t pool_num_ready(const struct pool *self)
{
    return self->num_ready;
}

size_t pool_num_left(const struct pool *self)
{
    return self->num_left;
}

size_t pool_left_of(const struct pool *self, size_t task)
{
    return self->cells[task].num_left;
}

size_t pool_ready_of(const struct pool *self, size_t task)
{
    return self->cells[task].num_ready;
}

/* Whether one of its units came back and waits for its second turn. */
static bool has_back(const struct pool *self, size_t task)
{
    for (size_t i = 0; i < self->num_back; i++) {
        const size_t unit = self->back[i];

        if (self->all->tasks[unit] == task
            && self->all->states[unit] == POOL_READY)
            return true;
    }
    return false;
}

size_t pool_ahead(const struct pool *self,
                  const struct pool_want *want,
                  size_t task,
                  size_t *first)
{
    size_t num = 0;

    *first = task;
    if (has_back(self, task))
        return 0; /* before any bundle; of its own there may be none */
    for (size_t i = 0; i < self->num_cells; i++) {
        if (i == task || !has_bundle(&self->cells[i])
            || !goes_before(self, want, i, task))
            continue;
        num++;
        if (goes_before(self, want, i, *first))
            *first = i;
    }
    return num;
}

double pool_ready_seconds(const struct pool *self, const double *pace)
{
    double sum = 0;

    for (size_t i = 0; i < self->num_cells; i++)
        sum += self->cells[i].ready_tokens * pace[i];
    return sum;
}

double pool_left_seconds(const struct pool *self, const double *pace)
{
    double sum = 0;

    for (size_t i = 0; i < self->num_cells; i++)
        sum += self->cells[i].left_tokens * pace[i];
    return sum;
}
