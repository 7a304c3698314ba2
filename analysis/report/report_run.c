#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "base/mem.h"
#include "store/reader.h"
#include "store/reader_data.h"
#include "store/schema.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The time line has so many steps; more ranks than these are added up. */
enum { STEPS = 120, MAX_RANKS = 64, MAX_LEDGER = 4000 };

struct timing {
    uint32_t *rank;       /* [num] each */
    int64_t *finished_ms; /* 0: nobody generated it */
    uint32_t *model;
    uint8_t *state;
    size_t num;
    int64_t first_ms, last_ms;
};

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

        if (at <= 0)
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
        if (timing->finished_ms[i] > 0) {
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

static void fill_ledger(struct cJSON *run,
                        const uint32_t *rank,
                        char **models,
                        double *const *seconds,
                        const uint64_t *units,
                        size_t num)
{
    static const char *const names[] = { "load_s",
                                         "generate_s",
                                         "idle_s",
                                         "wasted_s" };
    struct cJSON *list = json_add_array(run, "ledger");

    for (size_t i = 0; i < num && i < MAX_LEDGER; i++) {
        struct cJSON *row = json_new_object();

        json_add_number(row, "rank", rank[i]);
        json_add_text(row, "model", models[i]);
        for (int k = 0; k < 4; k++)
            json_add_number(row, names[k], seconds[k][i]);
        json_add_number(row, "units", (double)units[i]);
        json_append(list, row);
    }
}

static int add_ledger(struct cJSON *run,
                      const struct reader *reader,
                      struct error *err)
{
    static const char *const paths[] = { "/ledger/load_s",
                                         "/ledger/generate_s",
                                         "/ledger/idle_s",
                                         "/ledger/wasted_s" };
    const size_t num = reader_data_length(reader, DIM_LEDGER_ROW);
    uint32_t *rank = reader_data_load(reader, "/ledger/rank", err);
    char **models = reader_data_load_texts(reader, "/ledger/model", err);
    uint64_t *units = reader_data_load(reader, "/ledger/units", err);
    double *seconds[4] = { NULL };
    bool is_there = rank && models && units;

    for (int k = 0; k < 4; k++) {
        seconds[k] = is_there ? reader_data_load(reader, paths[k], err) : NULL;
        is_there = is_there && seconds[k];
    }
    if (is_there)
        fill_ledger(run, rank, models, seconds, units, num);
    for (int k = 0; k < 4; k++)
        free(seconds[k]);
    free(rank);
    free(units);
    reader_data_free_texts(models, num);
    return is_there ? 0 : -1;
}

static void add_provenance(struct cJSON *root, const struct reader *reader)
{
    static const char *const names[] = { "versions", "dataset", "models",
                                         "roles",    "prompts", "run",
                                         "job",      "cost" };
    struct cJSON *object = json_add_object(root, "provenance");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = reader_provenance(reader, names[i]);

        if (text) {
            struct cJSON *value =
                json_parse(text, strlen(text), names[i], NULL);

            if (value) {
                json_add(object, names[i], value);
            } else {
                json_add_text(object, names[i], text);
            }
        }
        free(text);
    }
}

int report_run_add(struct cJSON *root,
                   const struct reader *reader,
                   struct error *err)
{
    struct cJSON *run = json_add_object(root, "run");

    add_provenance(root, reader);
    if (add_time_line(run, reader, err) < 0)
        return -1;
    return add_ledger(run, reader, err);
}
