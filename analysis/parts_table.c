#include "analysis/parts_table.h"

#include "analysis/analysis.h"
#include "analysis/parts_table_parts.h"
#include "analysis/table.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define PART(name, part, takes) name,
const char *const parts_table_names[] = { PARTS_TABLE_LIST NULL };
#undef PART

size_t parts_table_keep(struct table *table, struct table **out)
{
    if (table_num_rows(table) == 0) {
        table_destroy(table);
        return 0;
    }
    out[0] = table;
    return 1;
}

struct table *parts_table_titled(char *title, const char *note)
{
    struct table *table = table_create(title, note);

    free(title);
    return table;
}

size_t parts_table_make(const struct analysis *analysis,
                        const char *name,
                        struct table **out)
{
#define PART(name, part, takes) parts_table_##part,
    static size_t (*const makers[])(const struct analysis *,
                                    struct table **) = { PARTS_TABLE_LIST };
#undef PART

    for (size_t i = 0; parts_table_names[i]; i++) {
        if (text_equal(parts_table_names[i], name))
            return makers[i](analysis, out);
    }
    return 0;
}

/* How many ranked models have a figure, of the measure that most have. */
static void add_known(const struct analysis *analysis, struct text *out)
{
    const struct rank_scope *all = &analysis->ranking.scopes[0];
    size_t most = 0;

    for (size_t i = 0; i < analysis->utility.num_measures; i++) {
        const double *values = analysis->utility.measures[i].values;
        size_t num = 0;

        for (size_t r = 0; r < all->num_rows; r++)
            num += isnan(values[all->rows[r].model]) ? 0 : 1;
        most = num > most ? num : most;
    }
    text_addf(out,
              "; here are %zu ranked, %zu of them with a figure",
              all->num_rows,
              most);
}

static void add_sides(const struct analysis *analysis, struct text *out)
{
    const struct rank_scope *all = &analysis->ranking.scopes[0];
    size_t num_open = 0;
    size_t num_proprietary = 0;

    for (size_t r = 0; r < all->num_rows; r++) {
        const char *access = analysis->grid.models[all->rows[r].model].access;

        num_open += text_equal(access, "open");
        num_proprietary += text_equal(access, "proprietary");
    }
    text_addf(out,
              "; here are %zu open, %zu proprietary, %zu of unknown access",
              num_open,
              num_proprietary,
              all->num_rows - num_open - num_proprietary);
}

static void add_matched(const struct analysis *analysis, struct text *out)
{
    if (analysis->options.series && !analysis->is_board) {
        text_addf(out,
                  "; '%s' covers %zu of %zu models",
                  analysis->options.series,
                  analysis->series.num,
                  analysis->grid.num_models);
    }
}

void parts_table_takes(const struct analysis *analysis,
                       const char *name,
                       struct text *out)
{
#define PART(name, part, takes) takes,
    static const char *const takes[] = { PARTS_TABLE_LIST };
#undef PART

    for (size_t i = 0; parts_table_names[i]; i++) {
        if (text_equal(parts_table_names[i], name))
            text_add(out, takes[i]);
    }
    if (text_equal(name, "utility")) {
        add_known(analysis, out);
    } else if (text_equal(name, "access")) {
        add_sides(analysis, out);
    } else if (text_equal(name, "series")) {
        add_matched(analysis, out);
    }
}
