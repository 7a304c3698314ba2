#include "analysis/sheet.h"

#include "analysis/published.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

static const char *text_of(const struct cJSON *object, const char *key)
{
    const char *text = json_member_text(object, key);

    return text ? text : "";
}

static bool is_first_of_task(const struct reader *reader, size_t column)
{
    for (size_t c = 0; c < column; c++) {
        if (strcmp(reader_column(reader, c)->task,
                   reader_column(reader, column)->task)
            == 0)
            return false;
    }
    return true;
}

/* Of one column a task, as columns of a task share its items. */
static void count_items(struct sheet_row *row,
                        const struct reader *reader,
                        enum profile profile,
                        size_t model)
{
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_score *score =
            reader_score(reader, profile, model, c);

        if (!reader_column(reader, c)->is_ranked
            || !is_first_of_task(reader, c))
            continue;
        row->num_blocked += score->states[STATE_BLOCKED];
        for (int s = 0; s < NUM_STATES; s++) {
            if (s != STATE_MISSING && s != STATE_NONE)
                row->num_items += score->states[s];
        }
    }
}

static void add_provenance(struct cJSON *audit,
                           const struct reader *reader,
                           const char *name)
{
    char *text = reader_provenance(reader, name);
    struct cJSON *value =
        text ? json_parse(text, strlen(text), name, NULL) : NULL;

    if (value) {
        if (json_is_object(value))
            json_remove(value, "location"); /* a path of somebody's machine */
        json_add(audit, name, value);
    }
    free(text);
}

static struct cJSON *audit_of(const struct reader *reader)
{
    static const char *const names[] = { "versions", "dataset", "roles" };
    struct cJSON *audit = json_new_object();

    json_add_text(audit, "content_digest", reader_digest(reader));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_provenance(audit, reader, names[i]);
    return audit;
}

static struct cJSON *audit_all(const struct grid *grid)
{
    struct cJSON *audit;
    struct cJSON *others;

    if (grid->num_readers == 0)
        return NULL;
    audit = audit_of(grid->readers[0]);
    if (grid->num_readers > 1) {
        others = json_add_array(audit, "others");
        for (size_t f = 1; f < grid->num_readers; f++)
            json_append(others, audit_of(grid->readers[f]));
    }
    return audit;
}

void sheet_make(struct sheet *out,
                const struct grid *grid,
                const struct published *board)
{
    const bool has_files = grid->num_readers > 0;
    const struct cJSON *facts = published_part(board, "facts");

    *out = (struct sheet){
        .rows = mem_alloc(grid->num_models, sizeof *out->rows),
        .num_rows = grid->num_models,
        .audit = audit_all(grid),
    };
    for (size_t m = 0; m < grid->num_models; m++) {
        const char *name = grid->models[m].published_as;
        const struct cJSON *of = name ? json_member(facts, name) : NULL;

        out->rows[m] = (struct sheet_row){
            .model = m,
            .weights = text_of(of, "weights"),
            .licence = text_of(of, "licence"),
            .data = text_of(of, "data"),
            .techniques = text_of(of, "techniques"),
            .moderator = text_of(of, "moderator"),
            .source = text_of(of, "source"),
        };
        if (has_files) {
            count_items(&out->rows[m],
                        grid->readers[grid->models[m].file],
                        grid->profile,
                        grid->models[m].at);
        }
    }
}

void sheet_release(struct sheet *sheet)
{
    free(sheet->rows);
    json_free(sheet->audit);
    *sheet = (struct sheet){ 0 };
}
