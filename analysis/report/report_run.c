#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "store/reader_data.h"
#include "store/schema.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The time line has so many steps; more ranks than these are added up. */
enum { STEPS = 120, MAX_RANKS = 64, MAX_LEDGER = 20000 };

/* The end of the year 9999: what is later in a file is no time. */
static const int64_t latest_ms = 253402300799999;

struct timing {
    uint32_t *rank;       /* [num] each */
    int64_t *finished_ms; /* 0: nobody generated it */
    uint32_t *model;
    uint8_t *state;
    size_t num;
    int64_t first_ms, last_ms;
};

static bool is_time(int64_t ms)
{
    return ms > 0 && ms <= latest_ms;
}

static void release(struct timing *timing)
{
    free(timing->rank);
    free(timing->finished_ms);
    free(timing->model);
    free(timing->state);
}

static int load(struct timing *out,
                const struct reader *reader,
                struct error *err)
{
    *out = (struct timing){
        .rank = reader_data_load(reader, "/timing/rank", err),
        .num = reader_data_length(reader, DIM_UNIT),
    };
    out->finished_ms =
        out->rank ? reader_data_load(reader, "/timing/finished_ms", err) : NULL;
    out->model = out->finished_ms
                     ? reader_data_load(reader, "/records/model", err)
                     : NULL;
    out->state =
        out->model ? reader_data_load(reader, "/records/state", err) : NULL;
    for (size_t i = 0; out->state && i < out->num; i++) {
        const int64_t at = out->finished_ms[i];

        if (!is_time(at))
            continue;
        if (out->first_ms == 0 || at < out->first_ms)
            out->first_ms = at;
        if (at > out->last_ms)
            out->last_ms = at;
    }
    return out->state ? 0 : -1;
}

static size_t step_of(const struct timing *timing, int64_t at)
{
    const double span = (double)(timing->last_ms - timing->first_ms) + 1;
    const double part = (double)(at - timing->first_ms) / span;

    return (size_t)(part * STEPS);
}

static void add_count(struct cJSON *list, size_t who, size_t step, uint64_t num)
{
    struct cJSON *row = json_new_array();

    json_append_number(row, (double)who);
    json_append_number(row, (double)step);
    json_append_number(row, (double)num);
    json_append(list, row);
}

/* Units by `who` (rank or model) and step, as [who, step, units]. */
static void add_counts(struct cJSON *object,
                       const char *key,
                       const struct timing *timing,
                       const uint32_t *who,
                       size_t num_who)
{
    struct cJSON *list = json_add_array(object, key);
    uint64_t *counts = mem_alloc(num_who * STEPS, sizeof *counts);

    for (size_t i = 0; i < timing->num; i++) {
        if (is_time(timing->finished_ms[i])) {
            const size_t at = who[i] < num_who ? who[i] : num_who - 1;

            counts[at * STEPS + step_of(timing, timing->finished_ms[i])]++;
        }
    }
    for (size_t i = 0; i < num_who * STEPS; i++) {
        if (counts[i] > 0)
            add_count(list, i / STEPS, i % STEPS, counts[i]);
    }
    free(counts);
}

static int add_time_line(struct cJSON *run,
                         const struct reader *reader,
                         struct error *err)
{
    struct timing timing;
    int rc = load(&timing, reader, err);

    if (rc == 0 && timing.first_ms > 0) {
        json_add_number(run, "first_ms", (double)timing.first_ms);
        json_add_number(run, "last_ms", (double)timing.last_ms);
        json_add_number(run, "steps", STEPS);
        json_add_number(run, "max_ranks", MAX_RANKS);
        add_counts(run, "by_rank", &timing, timing.rank, MAX_RANKS);
        add_counts(run,
                   "by_model",
                   &timing,
                   timing.model,
                   reader_num_models(reader));
    }
    release(&timing);
    return rc;
}

/* Datasets of one length: two texts or a number and a text, then numbers. */
struct ledger {
    enum schema_dim dim;
    const char *key;        /* of the list in the document */
    const char *texts[3];   /* paths; ends with NULL */
    const char *numbers[8]; /* f64 */
    const char *counts[5];  /* u32 or u64 */
};

static const struct ledger ledgers[] = {
    { .dim = DIM_LEDGER_ROW,
      .key = "ledger",
      .texts = { "/ledger/model" },
      .numbers = { "/ledger/load_s",
                   "/ledger/prefill_s",
                   "/ledger/decode_s",
                   "/ledger/judge_wait_s",
                   "/ledger/idle_s",
                   "/ledger/wasted_s" },
      .counts = { "/ledger/rank", "/ledger/units" } },
    { .dim = DIM_LEDGER_CELL,
      .key = "ledger_cells",
      .texts = { "/ledger/cell_model", "/ledger/cell_task" },
      .numbers = { "/ledger/cell_load_s",
                   "/ledger/cell_prefill_s",
                   "/ledger/cell_decode_s",
                   "/ledger/cell_judge_wait_s",
                   "/ledger/cell_idle_s",
                   "/ledger/cell_wasted_s" },
      .counts = { "/ledger/cell_units",
                  "/ledger/cell_prompt_tokens",
                  "/ledger/cell_reply_tokens" } },
};

/* "/ledger/cell_units" is "units". */
static const char *member_of(const char *path)
{
    const char *name = strrchr(path, '/') + 1;

    return text_starts(name, "cell_") ? name + strlen("cell_") : name;
}

static int add_texts(struct cJSON **rows,
                     const struct reader *reader,
                     const char *path,
                     size_t num,
                     struct error *err)
{
    char **texts = reader_data_load_texts(reader, path, err);

    for (size_t i = 0; texts && i < num; i++)
        json_add_text(rows[i], member_of(path), texts[i]);
    reader_data_free_texts(texts, texts ? num : 0);
    return texts ? 0 : -1;
}

static double number_at(const void *values, enum schema_type type, size_t i)
{
    if (type == TYPE_F64)
        return ((const double *)values)[i];
    if (type == TYPE_U32)
        return ((const uint32_t *)values)[i];
    return (double)((const uint64_t *)values)[i];
}

static int add_numbers(struct cJSON **rows,
                       const struct reader *reader,
                       const char *path,
                       size_t num,
                       struct error *err)
{
    const enum schema_type type = schema_find(path)->type;
    void *values = reader_data_load(reader, path, err);

    for (size_t i = 0; values && i < num; i++)
        json_add_number(rows[i], member_of(path), number_at(values, type, i));
    free(values);
    return values ? 0 : -1;
}

static int add_ledger(struct cJSON *run,
                      const struct reader *reader,
                      const struct ledger *ledger,
                      struct error *err)
{
    const size_t num = reader_data_length(reader, ledger->dim);
    struct cJSON *list = json_add_array(run, ledger->key);
    struct cJSON **rows;
    int rc = 0;

    if (num > MAX_LEDGER) /* of thousands of ranks: the sums are in "run" */
        return 0;
    rows = mem_alloc(num, sizeof(struct cJSON *));
    for (size_t i = 0; i < num; i++)
        rows[i] = json_new_object();
    for (size_t i = 0; rc == 0 && ledger->texts[i]; i++)
        rc = add_texts(rows, reader, ledger->texts[i], num, err);
    for (size_t i = 0; rc == 0 && ledger->numbers[i]; i++)
        rc = add_numbers(rows, reader, ledger->numbers[i], num, err);
    for (size_t i = 0; rc == 0 && ledger->counts[i]; i++)
        rc = add_numbers(rows, reader, ledger->counts[i], num, err);
    for (size_t i = 0; i < num; i++)
        json_append(list, rows[i]);
    free((void *)rows);
    return rc;
}

static void add_provenance(struct cJSON *root, const struct reader *reader)
{
    static const char *const names[] = { "versions", "dataset", "models",
                                         "roles",    "prompts", "run",
                                         "job",      "cost" };
    struct cJSON *object = json_add_object(root, "provenance");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        reader_provenance_add(reader, names[i], object);
}

int report_run_add(struct cJSON *root,
                   const struct reader *reader,
                   const struct cJSON *skipped,
                   struct error *err)
{
    struct cJSON *run = json_add_object(root, "run");

    add_provenance(root, reader);
    if (json_count(skipped) > 0)
        json_add(run, "skipped", json_copy(skipped));
    if (add_time_line(run, reader, err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(ledgers); i++) {
        if (add_ledger(run, reader, &ledgers[i], err) < 0)
            return -1;
    }
    return 0;
}
