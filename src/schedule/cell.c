#include "schedule/cell.h"

#include "base/mem.h"

#include <stdlib.h>

void cell_release(struct cell *self)
{
    free(self->units);
    free(self->bundles);
    *self = (struct cell){ 0 };
}

void cell_add(struct cell *self, size_t unit, double tokens)
{
    self->units = mem_reserve(self->units,
                              &self->cap_units,
                              self->num_units + 1,
                              sizeof *self->units);
    self->units[self->num_units++] = (uint32_t)unit;
    self->num_ready++;
    self->num_left++;
    self->ready_tokens += tokens;
    self->left_tokens += tokens;
}

static struct cell_bundle *add_bundle(struct cell *self, size_t first)
{
    self->bundles = mem_reserve(self->bundles,
                                &self->cap_bundles,
                                self->num_bundles + 1,
                                sizeof *self->bundles);
    self->bundles[self->num_bundles] =
        (struct cell_bundle){ .first = (uint32_t)first };
    return &self->bundles[self->num_bundles++];
}

static int compare_bundles(const void *a, const void *b)
{
    const struct cell_bundle *left = a;
    const struct cell_bundle *right = b;

    if (left->tokens != right->tokens)
        return left->tokens > right->tokens ? -1 : 1;
    return left->first < right->first ? -1 : left->first > right->first;
}

struct placed {
    uint32_t bundle;
    uint32_t unit;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;

    if (left->bundle != right->bundle)
        return left->bundle < right->bundle ? -1 : 1;
    return left->unit < right->unit ? -1 : left->unit > right->unit;
}

/* Bring units of one bundle together. */
static void sort_units(struct cell *self, const uint32_t *bundles)
{
    struct placed *placed = mem_alloc(self->num_units, sizeof *placed);

    for (size_t i = 0; i < self->num_units; i++)
        placed[i] = (struct placed){ bundles[self->units[i]], self->units[i] };
    if (self->num_units > 1)
        qsort(placed, self->num_units, sizeof *placed, compare_placed);
    for (size_t i = 0; i < self->num_units; i++)
        self->units[i] = placed[i].unit;
    free(placed);
}

void cell_order(struct cell *self, const float *tokens, const uint32_t *bundles)
{
    struct cell_bundle *bundle = NULL;

    if (bundles)
        sort_units(self, bundles);
    for (size_t i = 0; i < self->num_units; i++) {
        const uint32_t unit = self->units[i];
        bool begins = i % CELL_BUNDLE == 0;

        if (bundles)
            begins = i == 0 || bundles[unit] != bundles[self->units[i - 1]];
        if (begins)
            bundle = add_bundle(self, i);
        bundle->num++;
        bundle->tokens += tokens[unit];
    }
    if (self->num_bundles > 1) {
        qsort(self->bundles,
              self->num_bundles,
              sizeof *self->bundles,
              compare_bundles);
    }
}

/* The bundle that may take one more at its end, or a new one. */
static struct cell_bundle *open_bundle(struct cell *self)
{
    if (self->num_bundles > 0 && self->at_bundle < self->num_bundles) {
        struct cell_bundle *last = &self->bundles[self->num_bundles - 1];

        if (last->num < CELL_BUNDLE
            && last->first + last->num == self->num_units)
            return last;
    }
    return add_bundle(self, self->num_units);
}

void cell_append(struct cell *self, size_t unit, double tokens)
{
    struct cell_bundle *bundle = open_bundle(self);

    bundle->num++;
    bundle->tokens += (float)tokens;
    cell_add(self, unit, tokens);
}

size_t cell_next(struct cell *self, bool *ends)
{
    const struct cell_bundle *bundle;
    size_t unit;

    *ends = true;
    if (self->at_bundle >= self->num_bundles)
        return CELL_NO_UNIT;
    bundle = &self->bundles[self->at_bundle];
    unit = self->units[bundle->first + self->at_unit];
    *ends = ++self->at_unit == bundle->num;
    if (*ends) {
        self->at_bundle++;
        self->at_unit = 0;
    }
    return unit;
}

double cell_next_tokens(const struct cell *self)
{
    if (self->at_bundle >= self->num_bundles)
        return 0;
    return (double)self->bundles[self->at_bundle].tokens;
}
