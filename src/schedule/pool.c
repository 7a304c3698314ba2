#include "schedule/pool.h"

#include "base/mem.h"

#include <stdlib.h>

static const size_t no_unit = SIZE_MAX;

struct bundle {
    double cost;
    size_t first; /* position in `units` */
    size_t num;
};

struct waiting {
    int64_t not_before_ms;
    size_t unit;
};

struct pool {
    struct pool_units *all;
    size_t *units; /* [num_units], plan order, then as they came */
    size_t num_units;
    size_t cap_units;
    struct bundle
        *bundles; /* [num_bundles], longest first, then as they came */
    size_t num_bundles;
    size_t cap_bundles;
    size_t at_bundle; /* cursor: bundle, and unit within it */
    size_t at_unit;
    size_t *back; /* [num_back], a stack of units that came back */
    size_t num_back;
    size_t cap_back;
    struct waiting *heap; /* [num_waiting], earliest at 0 */
    size_t num_waiting;
    size_t cap_waiting;
    size_t num_ready;
    double ready_cost;
    double left_cost;
};

struct pool *pool_create(struct pool_units *all)
{
    struct pool *self = mem_alloc(1, sizeof *self);

    self->all = all;
    return self;
}

void pool_destroy(struct pool *self)
{
    if (!self)
        return;
    free(self->units);
    free(self->bundles);
    free(self->back);
    free(self->heap);
    free(self);
}

static double cost(const struct pool *self, size_t unit)
{
    return (double)self->all->costs[unit];
}

void pool_add(struct pool *self, size_t unit)
{
    self->units = mem_reserve(self->units,
                              &self->cap_units,
                              self->num_units + 1,
                              sizeof *self->units);
    self->units[self->num_units++] = unit;
    self->num_ready++;
    self->ready_cost += cost(self, unit);
    self->left_cost += cost(self, unit);
}

static int compare_bundles(const void *a, const void *b)
{
    const struct bundle *left = a;
    const struct bundle *right = b;

    if (left->cost != right->cost)
        return left->cost > right->cost ? -1 : 1;
    return left->first < right->first ? -1 : left->first > right->first;
}

void pool_order(struct pool *self)
{
    self->num_bundles = (self->num_units + POOL_BUNDLE - 1) / POOL_BUNDLE;
    self->bundles = mem_reserve(NULL,
                                &self->cap_bundles,
                                self->num_bundles,
                                sizeof *self->bundles);
    for (size_t i = 0; i < self->num_units; i++) {
        struct bundle *bundle = &self->bundles[i / POOL_BUNDLE];

        if (i % POOL_BUNDLE == 0)
            *bundle = (struct bundle){ .first = i };
        bundle->num++;
        bundle->cost += cost(self, self->units[i]);
    }
    if (self->num_bundles > 1) {
        qsort(self->bundles,
              self->num_bundles,
              sizeof *self->bundles,
              compare_bundles);
    }
}

/* The bundle that may take one more at its end, or a new one. */
static struct bundle *open_bundle(struct pool *self)
{
    struct bundle *last = NULL;

    if (self->num_bundles > 0)
        last = &self->bundles[self->num_bundles - 1];
    if (last && self->at_bundle < self->num_bundles && last->num < POOL_BUNDLE
        && last->first + last->num == self->num_units)
        return last;
    self->bundles = mem_reserve(self->bundles,
                                &self->cap_bundles,
                                self->num_bundles + 1,
                                sizeof *self->bundles);
    last = &self->bundles[self->num_bundles++];
    *last = (struct bundle){ .first = self->num_units };
    return last;
}

void pool_append(struct pool *self, size_t unit)
{
    struct bundle *bundle = open_bundle(self);

    bundle->num++;
    bundle->cost += cost(self, unit);
    pool_add(self, unit);
}

static void leave_ready(struct pool *self, size_t unit)
{
    self->num_ready--;
    self->ready_cost -= cost(self, unit);
    if (self->num_ready == 0)
        self->ready_cost = 0; /* no rounding left over */
}

/* The next unit to go out; `*ends` tells whether it ends its bundle. */
static size_t next_ready(struct pool *self, bool *ends)
{
    *ends = true;
    while (self->num_back > 0) {
        size_t unit = self->back[--self->num_back];

        if (self->all->states[unit] == POOL_READY)
            return unit;
    }
    while (self->at_bundle < self->num_bundles) {
        const struct bundle *bundle = &self->bundles[self->at_bundle];
        size_t unit = self->units[bundle->first + self->at_unit];

        *ends = ++self->at_unit == bundle->num;
        if (*ends) {
            self->at_bundle++;
            self->at_unit = 0;
        }
        if (self->all->states[unit] == POOL_READY)
            return unit;
    }
    return no_unit;
}

static int compare_units(const void *a, const void *b)
{
    size_t left = *(const size_t *)a;
    size_t right = *(const size_t *)b;

    return left < right ? -1 : left > right;
}

size_t pool_take(struct pool *self, const struct pool_want *want, size_t *out)
{
    double taken = 0;
    size_t num = 0;
    bool ends = false;

    while (num < want->max) {
        size_t unit = next_ready(self, &ends);

        if (unit == no_unit)
            break;
        self->all->states[unit] = POOL_LEASED;
        leave_ready(self, unit);
        out[num++] = unit;
        taken += cost(self, unit);
        if (taken >= want->cost
            && (want->may_split || ends || taken >= 2 * want->cost))
            break;
    }
    if (num > 1)
        qsort(out, num, sizeof *out, compare_units);
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
        self->ready_cost += cost(self, unit);
        self->back = mem_reserve(self->back,
                                 &self->cap_back,
                                 self->num_back + 1,
                                 sizeof *self->back);
        self->back[self->num_back++] = unit;
    }
}

void pool_done(struct pool *self, size_t unit)
{
    if (self->all->states[unit] == POOL_READY)
        leave_ready(self, unit);
    self->all->states[unit] = POOL_DONE;
    self->left_cost -= cost(self, unit);
}

size_t pool_num_ready(const struct pool *self)
{
    return self->num_ready;
}

double pool_ready_cost(const struct pool *self)
{
    return self->ready_cost;
}

double pool_left_cost(const struct pool *self)
{
    return self->left_cost > 0 ? self->left_cost : 0;
}
