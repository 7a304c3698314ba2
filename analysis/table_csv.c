/* A table for spreadsheets. */
#include "analysis/table_parts.h"
#include "base/text.h"
#include "base/text_show.h"

#include <math.h>
#include <stdlib.h>

static void csv_number(struct text *out, double number)
{
    if (isfinite(number))
        text_addf(out, "%.15g", number);
}

/* ",NAME low" */
static void add_end(struct text *out, const char *name, const char *which)
{
    char *whole = text_format("%s%s", name, which);

    text_add(out, ",");
    text_show_field(out, whole);
    free(whole);
}

static void csv_names(const struct table *self, struct text *out)
{
    for (size_t c = 0; c < self->num_columns; c++) {
        const char *name = self->columns[c].name;

        if (c > 0)
            text_add(out, ",");
        text_show_field(out, name);
        if (self->columns[c].kind == TABLE_INTERVAL) {
            add_end(out, name, " low");
            add_end(out, name, " high");
        }
    }
    text_add(out, ",table\r\n");
}

void table_csv(const struct table *self, struct text *out)
{
    csv_names(self, out);
    for (size_t i = 0; i < self->num_cells; i++) {
        const struct table_cell *cell = &self->cells[i];
        const enum table_kind kind = self->columns[i % self->num_columns].kind;

        if (cell->text && kind != TABLE_INTERVAL) {
            text_show_field(out, cell->text);
        } else {
            csv_number(out, cell->value);
        }
        if (kind == TABLE_INTERVAL) {
            text_add(out, ",");
            csv_number(out, cell->low);
            text_add(out, ",");
            csv_number(out, cell->high);
        }
        text_add(out, ",");
        if ((i + 1) % self->num_columns == 0) {
            text_show_field(out, self->title);
            text_add(out, "\r\n");
        }
    }
}
