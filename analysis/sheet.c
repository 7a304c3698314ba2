#include "analysis/sheet.h"

#include "analysis/published.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FACTS_BYTES = 1 << 20 };

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

static size_t find_model(const struct grid *grid, const char *name)
{
    size_t m = 0;

    while (m < grid->num_models && strcmp(grid->models[m].name, name) != 0)
        m++;
    return m;
}

/* A fact without a source is a claim. */
static int check_facts(const struct cJSON *facts,
                       const struct grid *grid,
                       const char *path,
                       struct error *err)
{
    if (!json_is_object(facts))
        return error_set(err, ERR_FORMAT, "%s: not an object of models", path);
    for (const struct cJSON *at = json_first(facts); at; at = json_next(at)) {
        if (text_of(at, "source")[0] == '\0') {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: %s: no source of its facts",
                             path,
                             json_key(at));
        }
        if (find_model(grid, json_key(at)) == grid->num_models) {
            return error_set(err,
                             ERR_USAGE,
                             "%s: %s is no model of the results",
                             path,
                             json_key(at));
        }
    }
    return 0;
}

static int read_facts(struct sheet *out,
                      const struct grid *grid,
                      const char *path,
                      struct error *err)
{
    if (!path)
        return 0;
    out->facts = json_read(path, MAX_FACTS_BYTES, err);
    return out->facts ? check_facts(out->facts, grid, path, err) : -1;
}

/* The user's facts of a model, else the board's; NULL: none. */
static const struct cJSON *facts_of(const struct sheet *sheet,
                                    const struct grid_model *model,
                                    const struct published *board)
{
    const struct cJSON *own =
        sheet->facts ? json_member(sheet->facts, model->name) : NULL;

    if (own || !model->published_as)
        return own;
    return json_member(published_part(board, "facts"), model->published_as);
}

static void fill_row(struct sheet_row *row,
                     const struct grid *grid,
                     const struct cJSON *facts)
{
    const struct grid_model *model = &grid->models[row->model];

    row->weights = text_of(facts, "weights");
    row->licence = text_of(facts, "licence");
    row->data = text_of(facts, "data");
    row->techniques = text_of(facts, "techniques");
    row->moderator = text_of(facts, "moderator");
    row->source = text_of(facts, "source");
    if (grid->num_readers > 0) {
        count_items(row, grid->readers[model->file], grid->profile, model->at);
    }
}

int sheet_make(struct sheet *out,
               const struct grid *grid,
               const struct published *board,
               const char *facts,
               struct error *err)
{
    *out = (struct sheet){
        .rows = mem_alloc(grid->num_models, sizeof *out->rows),
        .num_rows = grid->num_models,
        .audit = audit_all(grid),
    };
    if (read_facts(out, grid, facts, err) < 0) {
        sheet_release(out);
        return -1;
    }
    for (size_t m = 0; m < grid->num_models; m++) {
        out->rows[m].model = m;
        fill_row(&out->rows[m], grid, facts_of(out, &grid->models[m], board));
    }
    return 0;
}

void sheet_release(struct sheet *sheet)
{
    free(sheet->rows);
    json_free(sheet->audit);
    json_free(sheet->facts);
    *sheet = (struct sheet){ 0 };
}
