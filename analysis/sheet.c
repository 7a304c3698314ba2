#include "analysis/sheet.h"

#include "analysis/published.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdbool.h>
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
    struct cJSON *value = reader_provenance_json(reader, name);

    if (!value)
        return;
    if (json_is_object(value))
        json_remove(value, "location"); /* a path of somebody's machine */
    json_add(audit, name, value);
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
    if (!json_is_object(facts)) {
        return error_set(
            err,
            ERR_FORMAT,
            "%s: an object is wanted, with a member for each model",
            path);
    }
    for (const struct cJSON *at = json_first(facts); at; at = json_next(at)) {
        if (text_of(at, "source")[0] == '\0') {
            return error_set(
                err,
                ERR_FORMAT,
                "%s: %s: \"source\" is missing: say where its facts are from",
                path,
                json_key(at));
        }
        if (find_model(grid, json_key(at)) == grid->num_models) {
            return error_set(err,
                             ERR_USAGE,
                             "%s: '%s' is no model of the results",
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

/* The job file's facts of a model; NULL: none. */
static const struct cJSON *job_facts(const struct cJSON *job, const char *name)
{
    const struct cJSON *models = json_member(job, "models");

    for (const struct cJSON *at = json_first(models); at; at = json_next(at)) {
        if (text_equal(json_member_text(at, "name"), name))
            return json_member(at, "facts");
    }
    return NULL;
}

/* Who tells facts of one model, the first one first; NULL: nobody. */
enum teller { OWN, JOB, BOARD, NUM_TELLERS };

static void find_facts(const struct sheet *sheet,
                       const struct grid *grid,
                       size_t m,
                       const struct published *board,
                       const struct cJSON *out[NUM_TELLERS])
{
    const struct grid_model *model = &grid->models[m];

    out[OWN] = sheet->facts ? json_member(sheet->facts, model->name) : NULL;
    out[JOB] = NULL;
    out[BOARD] = NULL;
    if (grid->num_readers > 0) {
        const struct reader *reader = grid->readers[model->file];

        out[JOB] = job_facts(sheet->jobs[model->file],
                             reader_model(reader, model->at)->name);
    }
    if (model->published_as) {
        out[BOARD] =
            json_member(published_part(board, "facts"), model->published_as);
    }
}

/* "job file (README of the model); arXiv:2307.09288" */
static char *name_sources(const struct cJSON *const facts[NUM_TELLERS],
                          const bool has_told[NUM_TELLERS])
{
    struct text out = { 0 };

    for (int who = 0; who < NUM_TELLERS; who++) {
        const char *source = text_of(facts[who], "source");

        if (!has_told[who])
            continue;
        if (out.len > 0)
            text_add(&out, "; ");
        if (who != JOB) {
            text_add(&out, source);
        } else if (source[0]) {
            text_addf(&out, "job file (%s)", source);
        } else {
            text_add(&out, "job file");
        }
    }
    return text_take(&out);
}

/* Each fact is of the first who tells it. */
static void fill_row(struct sheet_row *row,
                     const struct grid *grid,
                     const struct cJSON *const facts[NUM_TELLERS])
{
    static const char *const names[] = { "weights",
                                         "licence",
                                         "data",
                                         "techniques",
                                         "moderator" };
    const char **const places[] = { &row->weights,
                                    &row->licence,
                                    &row->data,
                                    &row->techniques,
                                    &row->moderator };
    const struct grid_model *model = &grid->models[row->model];
    bool has_told[NUM_TELLERS] = { false };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        *places[i] = "";
        for (int who = 0; who < NUM_TELLERS && !**places[i]; who++) {
            *places[i] = text_of(facts[who], names[i]);
            has_told[who] = has_told[who] || **places[i];
        }
    }
    row->source = name_sources(facts, has_told);
    if (grid->num_readers > 0)
        count_items(row, grid->readers[model->file], grid->profile, model->at);
}

static void read_jobs(struct sheet *out, const struct grid *grid)
{
    out->num_jobs = grid->num_readers;
    out->jobs = mem_alloc(out->num_jobs, sizeof(struct cJSON *));
    for (size_t f = 0; f < out->num_jobs; f++)
        out->jobs[f] = reader_provenance_json(grid->readers[f], "job");
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
    read_jobs(out, grid);
    for (size_t m = 0; m < grid->num_models; m++) {
        const struct cJSON *told[NUM_TELLERS];

        out->rows[m].model = m;
        find_facts(out, grid, m, board, told);
        fill_row(&out->rows[m], grid, told);
    }
    return 0;
}

void sheet_release(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->num_rows; i++)
        free(sheet->rows[i].source);
    for (size_t f = 0; f < sheet->num_jobs; f++)
        json_free(sheet->jobs[f]);
    free((void *)sheet->jobs);
    free(sheet->rows);
    json_free(sheet->audit);
    json_free(sheet->facts);
    *sheet = (struct sheet){ 0 };
}
