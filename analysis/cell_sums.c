#include "analysis/cell_sums.h"

#include "base/json.h"
#include "base/mem.h"
#include "store/reader.h"
#include "store/reader_rows.h"
#include "trustsweep/error.h"
#include "trustsweep/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What stands in one place of the data. */
struct known {
    struct hash128 place; /* of task and position */
    uint64_t item;        /* hash of the entry */
};

struct load {
    const struct grid *grid;
    const struct reader *reader; /* of the file being read */
    size_t file;
    size_t first_model;  /* of the grid: the file's first */
    struct known *known; /* items of the files before it */
    size_t num_known, cap_known;
    struct reader_rows rows;
    struct cJSON **entries; /* [rows.num_items] */
    struct item *items;     /* [rows.num_items] */
    size_t *grid_columns;   /* [columns of the file]; or num_columns */
    size_t *starts;         /* [cells + 1], into `order` */
    size_t *order;          /* observations by cell */
    struct cell_sums *out;
};

static int parse_items(struct load *load, struct error *err)
{
    const struct reader_rows *rows = &load->rows;

    load->entries = mem_alloc(rows->num_items, sizeof(struct cJSON *));
    load->items = mem_alloc(rows->num_items, sizeof *load->items);
    for (size_t i = 0; i < rows->num_items; i++) {
        const uint64_t start = rows->entry_offset[i];

        load->entries[i] =
            json_parse(&rows->entries[start],
                       (size_t)(rows->entry_offset[i + 1] - start),
                       "/items/entry",
                       err);
        if (!load->entries[i])
            return error_wrap(err, "%s", reader_path(load->reader));
        load->items[i] = (struct item){
            .task = rows->tasks[rows->item_task[i]],
            .index = (size_t)rows->item_index[i],
            .entry = load->entries[i],
            .prompt = "",
        };
    }
    return 0;
}

static void number_columns(struct load *load)
{
    const size_t num = reader_num_columns(load->reader);

    load->grid_columns = mem_alloc(num, sizeof *load->grid_columns);
    for (size_t c = 0; c < num; c++)
        load->grid_columns[c] = load->grid->num_columns;
    for (size_t c = 0; c < load->grid->num_columns; c++) {
        const size_t at = grid_place(load->grid, load->file, c);

        if (at != GRID_NO_COLUMN)
            load->grid_columns[at] = c;
    }
}

/* The cell of an observation; as many as there are cells: of none. */
static size_t cell_of(const struct load *load, size_t observation)
{
    const struct grid *grid = load->grid;
    const struct reader_rows *rows = &load->rows;
    const size_t column = load->grid_columns[rows->column[observation]];
    const uint32_t model = rows->unit_model[rows->unit[observation]];

    if (column == grid->num_columns
        || !(rows->profiles[observation] & 1u << grid->profile))
        return grid->num_models * grid->num_columns;
    return grid_at(grid, load->first_model + model, column);
}

static void order_observations(struct load *load)
{
    const size_t num_cells = load->grid->num_models * load->grid->num_columns;
    const size_t num = load->rows.num_observations;
    size_t *next;

    load->starts = mem_alloc(num_cells + 2, sizeof *load->starts);
    load->order = mem_alloc(num, sizeof *load->order);
    for (size_t i = 0; i < num; i++)
        load->starts[cell_of(load, i) + 1]++;
    for (size_t c = 0; c <= num_cells; c++)
        load->starts[c + 1] += load->starts[c];
    next = mem_copy(load->starts, (num_cells + 2) * sizeof *next);
    for (size_t i = 0; i < num; i++)
        load->order[next[cell_of(load, i)]++] = i;
    free(next);
}

/* [labels] and a NULL. */
static const char **read_labels(struct cell_sums *out,
                                size_t at,
                                const char *text)
{
    const struct cJSON *list;
    const char **labels;
    size_t num = 0;

    out->labels[at] = json_parse(text, strlen(text), "labels", NULL);
    list = out->labels[at];
    if (json_count(list) == 0)
        return NULL;
    labels = mem_alloc(json_count(list) + 1, sizeof *labels);
    for (const struct cJSON *one = json_first(list); one; one = json_next(one))
        labels[num++] = json_is_text(one) ? json_text(one) : "";
    return labels;
}

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

/* Columns of one task and one way to cluster draw alike. */
static uint64_t seed_of(const struct reader_column *column)
{
    struct hash_stream *stream = hash_stream_create();

    hash_stream_text(stream, column->task);
    hash_stream_text(stream, column->cluster);
    return hash_stream_end(stream).low & 0xffffffffu;
}

static int read_cell(struct load *load,
                     size_t model,
                     size_t column,
                     struct error *err)
{
    const struct reader_column *from =
        reader_column(load->reader, grid_place(load->grid, load->file, column));
    const struct metric_ops *metric = metric_find(from->metric);
    const size_t cell = grid_at(load->grid, model, column);
    const size_t first = load->starts[cell];
    const size_t num = load->starts[cell + 1] - first;
    const struct reader_rows *rows = &load->rows;
    const struct reader_verdicts *said = &rows->by_profile[load->grid->profile];
    const struct metric_params params = {
        .profile = load->grid->profile,
        .by = or_null(from->by),
        .field = or_null(from->field),
        .cluster = or_null(from->cluster),
        .labels =
            load->out
                ->label_lists[load->file * load->grid->num_columns + column],
    };
    struct observation *observations = mem_alloc(num, sizeof *observations);
    struct verdict *verdicts = mem_alloc(num, sizeof *verdicts);
    int rc = 0;

    for (size_t i = 0; i < num; i++) {
        const size_t at = load->order[first + i];
        const uint64_t unit = rows->unit[at];

        verdicts[i] = (struct verdict){
            .state = (enum state)said->state[at],
            .label = said->label[at],
            .value = said->value[at],
        };
        observations[i] = (struct observation){
            .item = &load->items[rows->unit_item[unit]],
            .verdict = &verdicts[i],
            .repeat = rows->unit_repeat[unit],
        };
    }
    if (metric && !isnan(load->grid->values[cell])) {
        rc = sums_read(metric,
                       observations,
                       num,
                       &params,
                       &load->out->cells[cell],
                       err);
    }
    free(observations);
    free(verdicts);
    return rc;
}

/* The file's models, which stand side by side in the grid. */
static int read_cells(struct load *load, struct error *err)
{
    const struct grid *grid = load->grid;
    struct cell_sums *out = load->out;
    const size_t num = reader_num_models(load->reader);

    for (size_t c = 0; c < grid->num_columns; c++) {
        const size_t place = grid_place(grid, load->file, c);
        const size_t at = load->file * grid->num_columns + c;

        if (place == GRID_NO_COLUMN)
            continue;
        out->label_lists[at] =
            read_labels(out, at, reader_column(load->reader, place)->labels);
        if (out->seeds[c] == 0)
            out->seeds[c] = seed_of(reader_column(load->reader, place));
        for (size_t m = 0; m < num; m++) {
            if (read_cell(load, load->first_model + m, c, err) < 0)
                return -1;
        }
    }
    return 0;
}

static int compare_known(const void *a, const void *b)
{
    return hash_compare(((const struct known *)a)->place,
                        ((const struct known *)b)->place);
}

/* Items are paired by their place: it must hold the same item in all files. */
static int check_items(struct load *load, struct error *err)
{
    const struct reader_rows *rows = &load->rows;
    const size_t before = load->num_known;

    load->known = mem_reserve(load->known,
                              &load->cap_known,
                              before + rows->num_items,
                              sizeof *load->known);
    for (size_t i = 0; i < rows->num_items; i++) {
        const char *task = rows->tasks[rows->item_task[i]];
        struct hash_stream *stream = hash_stream_create();
        struct known one = { .item = rows->item_hash[i] };
        const struct known *other;

        hash_stream_text(stream, task);
        hash_stream_u64(stream, rows->item_index[i]);
        one.place = hash_stream_end(stream);
        other =
            before > 0
                ? bsearch(&one, load->known, before, sizeof one, compare_known)
                : NULL;
        if (other && other->item != one.item) {
            return error_set(err,
                             ERR_USAGE,
                             "file %zu: item %zu of %s is another one than in "
                             "the files before it: of other data, so that "
                             "models cannot be compared by item",
                             load->file + 1,
                             (size_t)rows->item_index[i],
                             task);
        }
        if (!other)
            load->known[load->num_known++] = one;
    }
    if (load->num_known > 0)
        qsort(load->known, load->num_known, sizeof *load->known, compare_known);
    return 0;
}

static int load_file(struct load *load, struct error *err)
{
    int rc = -1;

    load->reader = load->grid->readers[load->file];
    if (reader_rows_load(load->reader, &load->rows, err) < 0)
        return -1;
    if (check_items(load, err) == 0 && parse_items(load, err) == 0) {
        number_columns(load);
        order_observations(load);
        rc = read_cells(load, err);
    }
    for (size_t i = 0; load->entries && i < load->rows.num_items; i++)
        json_free(load->entries[i]);
    reader_rows_release(&load->rows);
    free((void *)load->entries);
    free(load->items);
    free(load->grid_columns);
    free(load->starts);
    free(load->order);
    load->entries = NULL;
    load->items = NULL;
    load->grid_columns = NULL;
    load->starts = NULL;
    load->order = NULL;
    return rc;
}

int cell_sums_load(struct cell_sums *out,
                   const struct grid *grid,
                   struct error *err)
{
    struct load load = { .grid = grid, .out = out };
    const size_t num_labels = grid->num_readers * grid->num_columns;
    int rc = 0;

    *out = (struct cell_sums){
        .num_models = grid->num_models,
        .num_columns = grid->num_columns,
        .cells =
            mem_alloc(grid->num_models * grid->num_columns, sizeof *out->cells),
        .seeds = mem_alloc(grid->num_columns, sizeof *out->seeds),
        .labels = mem_alloc(num_labels, sizeof(struct cJSON *)),
        .label_lists = mem_alloc(num_labels, sizeof(const char **)),
        .num_labels = num_labels,
    };
    for (; rc == 0 && load.file < grid->num_readers; load.file++) {
        rc = load_file(&load, err);
        load.first_model += reader_num_models(grid->readers[load.file]);
    }
    free(load.known);
    if (rc < 0)
        cell_sums_release(out);
    return rc;
}

void cell_sums_release(struct cell_sums *cells)
{
    for (size_t i = 0; i < cells->num_models * cells->num_columns; i++)
        sums_release(&cells->cells[i]);
    for (size_t i = 0; i < cells->num_labels; i++) {
        json_free(cells->labels[i]);
        free((void *)cells->label_lists[i]);
    }
    free(cells->cells);
    free(cells->seeds);
    free((void *)cells->labels);
    free((void *)cells->label_lists);
    *cells = (struct cell_sums){ 0 };
}
