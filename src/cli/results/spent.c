#include "cli/results/spent.h"

#include "base/mem.h"
#include "dispatch/ledger.h"

#include <stdlib.h>
#include <string.h>

/* Those of `a`, then those of `b`; free() */
static void *join(const void *a,
                  size_t num_a,
                  const void *b,
                  size_t num_b,
                  size_t size)
{
    char *out = mem_alloc(num_a + num_b + 1, size);

    if (num_a > 0)
        memcpy(out, a, num_a * size);
    if (num_b > 0)
        memcpy(out + num_a * size, b, num_b * size);
    return out;
}

struct spent spent_copy(const struct spent *from)
{
    struct spent out = *from;

    out.starts =
        join(from->starts, from->num_starts, NULL, 0, sizeof *out.starts);
    out.rows = join(from->rows, from->num_rows, NULL, 0, sizeof *out.rows);
    out.cells = join(from->cells, from->num_cells, NULL, 0, sizeof *out.cells);
    return out;
}

void spent_release(struct spent *self)
{
    free(self->starts);
    free(self->rows);
    free(self->cells);
    *self = (struct spent){ 0 };
}

static int compare_rows(const void *a, const void *b)
{
    const struct spent_row *left = a;
    const struct spent_row *right = b;
    const bool has_left = left->spent.loads > 0;
    const bool has_right = right->spent.loads > 0;

    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    if (left->model != right->model)
        return left->model < right->model ? -1 : 1;
    if (left->is_apart != right->is_apart)
        return left->is_apart ? 1 : -1;
    return (has_left ? 1 : 0) - (has_right ? 1 : 0);
}

static int compare_cells(const void *a, const void *b)
{
    const struct ledger_cell *left = a;
    const struct ledger_cell *right = b;

    if (left->model != right->model)
        return left->model < right->model ? -1 : 1;
    if (left->task != right->task)
        return left->task < right->task ? -1 : 1;
    return 0;
}

/* Rows that are one: those that compare alike stand side by side. */
static void fold_rows(struct spent *self)
{
    size_t num = 0;

    if (self->num_rows > 1)
        qsort(self->rows, self->num_rows, sizeof *self->rows, compare_rows);
    for (size_t i = 0; i < self->num_rows; i++) {
        const struct spent_row *row = &self->rows[i];

        if (num > 0 && compare_rows(&self->rows[num - 1], row) == 0) {
            ledger_add(&self->rows[num - 1].spent, &row->spent);
        } else {
            self->rows[num++] = *row;
        }
    }
    self->num_rows = num;
}

static void fold_cells(struct spent *self)
{
    size_t num = 0;

    if (self->num_cells > 1)
        qsort(self->cells, self->num_cells, sizeof *self->cells, compare_cells);
    for (size_t i = 0; i < self->num_cells; i++) {
        const struct ledger_cell *cell = &self->cells[i];

        if (num > 0 && compare_cells(&self->cells[num - 1], cell) == 0) {
            ledger_add(&self->cells[num - 1].spent, &cell->spent);
        } else {
            self->cells[num++] = *cell;
        }
    }
    self->num_cells = num;
}

void spent_add(struct spent *self, const struct spent *more)
{
    struct spent_start *starts = join(self->starts,
                                      self->num_starts,
                                      more->starts,
                                      more->num_starts,
                                      sizeof *starts);
    struct spent_row *rows = join(self->rows,
                                  self->num_rows,
                                  more->rows,
                                  more->num_rows,
                                  sizeof *rows);
    struct ledger_cell *cells = join(self->cells,
                                     self->num_cells,
                                     more->cells,
                                     more->num_cells,
                                     sizeof *cells);

    free(self->starts);
    free(self->rows);
    free(self->cells);
    self->starts = starts;
    self->rows = rows;
    self->cells = cells;
    self->num_starts += more->num_starts;
    self->num_rows += more->num_rows;
    self->num_cells += more->num_cells;
    fold_rows(self);
    fold_cells(self);
}

const char *spent_model(const struct spent *self, int model)
{
    return model < 0 || (size_t)model >= self->num_models ? ""
                                                          : self->models[model];
}

const char *spent_task(const struct spent *self, size_t task)
{
    return task >= self->num_tasks ? "" : self->tasks[task];
}

double spent_allocated_s(const struct spent *self, int rank)
{
    double sum_s = 0;

    for (size_t i = 0; i < self->num_starts; i++) {
        if (self->starts[i].workers >= rank)
            sum_s += self->starts[i].seconds;
    }
    return sum_s;
}

double spent_all_allocated_s(const struct spent *self)
{
    double sum_s = 0;

    for (size_t i = 0; i < self->num_starts; i++)
        sum_s += self->starts[i].workers * self->starts[i].seconds;
    return sum_s;
}

int spent_most_workers(const struct spent *self)
{
    int most = 0;

    for (size_t i = 0; i < self->num_starts; i++) {
        if (self->starts[i].workers > most)
            most = self->starts[i].workers;
    }
    return most;
}
