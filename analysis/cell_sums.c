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

struct load {
    const struct grid *grid;
    const struct reader *reader;
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
            return -1;
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
    for (size_t c = 0; c < load->grid->num_columns; c++)
        load->grid_columns[load->grid->columns[c].at] = c;
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
    return grid_at(grid, model, column);
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
                                size_t column,
                                const char *text)
{
    const struct cJSON *list;
    const char **labels;
    size_t num = 0;

    out->labels[column] = json_parse(text, strlen(text), "labels", NULL);
    list = out->labels[column];
    if (json_count(list) == 0)
        return NULL;
    labels = mem_alloc(json_count(list) + 1, sizeof *labels);
    for (const struct cJSON *at = json_first(list); at; at = json_next(at))
        labels[num++] = json_is_text(at) ? json_text(at) : "";
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
        reader_column(load->reader, load->grid->columns[column].at);
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
        .labels = load->out->label_lists[column],
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

static int read_cells(struct load *load, struct error *err)
{
    const struct grid *grid = load->grid;
    struct cell_sums *out = load->out;

    for (size_t c = 0; c < grid->num_columns; c++) {
        const struct reader_column *from =
            reader_column(load->reader, grid->columns[c].at);

        out->label_lists[c] = read_labels(out, c, from->labels);
        out->seeds[c] = seed_of(from);
        for (size_t m = 0; m < grid->num_models; m++) {
            if (read_cell(load, m, c, err) < 0)
                return -1;
        }
    }
    return 0;
}

int cell_sums_load(struct cell_sums *out,
                   const struct grid *grid,
                   const struct reader *reader,
                   struct error *err)
{
    struct load load = { .grid = grid, .reader = reader, .out = out };
    int rc = -1;

    *out = (struct cell_sums){
        .num_models = grid->num_models,
        .num_columns = grid->num_columns,
        .cells =
            mem_alloc(grid->num_models * grid->num_columns, sizeof *out->cells),
        .seeds = mem_alloc(grid->num_columns, sizeof *out->seeds),
        .labels = mem_alloc(grid->num_columns, sizeof(struct cJSON *)),
        .label_lists = mem_alloc(grid->num_columns, sizeof(const char **)),
    };
    if (reader_rows_load(reader, &load.rows, err) < 0)
        goto out;
    if (parse_items(&load, err) == 0) {
        number_columns(&load);
        order_observations(&load);
        rc = read_cells(&load, err);
    }
    for (size_t i = 0; load.entries && i < load.rows.num_items; i++)
        json_free(load.entries[i]);
    reader_rows_release(&load.rows);
out:
    free((void *)load.entries);
    free(load.items);
    free(load.grid_columns);
    free(load.starts);
    free(load.order);
    if (rc < 0)
        cell_sums_release(out);
    return rc;
}

void cell_sums_release(struct cell_sums *cells)
{
    for (size_t i = 0; i < cells->num_models * cells->num_columns; i++)
        sums_release(&cells->cells[i]);
    for (size_t c = 0; c < cells->num_columns; c++) {
        json_free(cells->labels[c]);
        free((void *)cells->label_lists[c]);
    }
    free(cells->cells);
    free(cells->seeds);
    free((void *)cells->labels);
    free((void *)cells->label_lists);
    *cells = (struct cell_sums){ 0 };
}
