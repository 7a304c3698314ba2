#include "analysis/table.h"

#include "analysis/table_parts.h"
#include "base/mem.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>

struct table *table_create(const char *title, const char *note)
{
    struct table *self = mem_alloc(1, sizeof *self);

    self->title = mem_text(title);
    self->note = mem_text(note);
    return self;
}

void table_destroy(struct table *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_columns; i++)
        free(self->columns[i].name);
    for (size_t i = 0; i < self->num_cells; i++)
        free(self->cells[i].text);
    free(self->columns);
    free(self->cells);
    free(self->title);
    free(self->note);
    free(self);
}

void table_column(struct table *self,
                  const char *name,
                  enum table_kind kind,
                  int decimals)
{
    if (self->num_cells > 0)
        BUG("column %s after the first cell", name);
    self->columns = mem_reserve(self->columns,
                                &self->cap_columns,
                                self->num_columns + 1,
                                sizeof *self->columns);
    self->columns[self->num_columns++] =
        (struct table_column){ mem_text(name), kind, decimals };
}

static void add_cell(struct table *self,
                     enum table_kind kind,
                     const struct table_cell *cell)
{
    const struct table_column *column;

    if (self->num_columns == 0)
        BUG("a cell without columns");
    column = &self->columns[self->num_cells % self->num_columns];
    if (column->kind != kind
        && !(column->kind == TABLE_LINE && kind == TABLE_TEXT))
        BUG("a cell of column %s is of another kind", column->name);
    self->cells = mem_reserve(self->cells,
                              &self->cap_cells,
                              self->num_cells + 1,
                              sizeof *self->cells);
    self->cells[self->num_cells++] = *cell;
}

void table_text(struct table *self, const char *text)
{
    const struct table_cell cell = { .text = mem_text(text ? text : "") };

    add_cell(self, TABLE_TEXT, &cell);
}

void table_number(struct table *self, double number)
{
    const struct table_cell cell = { .value = number };

    add_cell(self, TABLE_NUMBER, &cell);
}

void table_interval(struct table *self, double value, double low, double high)
{
    const struct table_cell cell = { .value = value, .low = low, .high = high };

    add_cell(self, TABLE_INTERVAL, &cell);
}

void table_no_interval(struct table *self, double value, const char *why)
{
    const struct table_cell cell = { .text = mem_text(why),
                                     .value = value,
                                     .low = (double)NAN,
                                     .high = (double)NAN };

    add_cell(self, TABLE_INTERVAL, &cell);
}

size_t table_num_rows(const struct table *self)
{
    return self->num_columns > 0 ? self->num_cells / self->num_columns : 0;
}
