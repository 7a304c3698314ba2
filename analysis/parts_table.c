#include "analysis/parts_table.h"

#include "analysis/parts_table_parts.h"
#include "analysis/table.h"
#include "base/text.h"

#include <stdlib.h>

#define PART(name, part) name,
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
#define PART(name, part) parts_table_##part,
    static size_t (*const makers[])(const struct analysis *,
                                    struct table **) = { PARTS_TABLE_LIST };
#undef PART

    for (size_t i = 0; parts_table_names[i]; i++) {
        if (text_equal(parts_table_names[i], name))
            return makers[i](analysis, out);
    }
    return 0;
}
