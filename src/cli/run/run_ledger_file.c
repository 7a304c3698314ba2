#include "cli/run/run_ledger_file.h"

#include "base/json.h"
#include "base/mem.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { NUM_SECONDS = 6, NUM_COUNTS = 4 };

/* book.c keeps a rank in 16 bits */
static const double most_ranks = UINT16_MAX;

/* The largest number that a double counts to. */
static const double most = 9007199254740992;

static const struct {
    const char *key;
    size_t offset;
} seconds[NUM_SECONDS] = {
    { "load_s", offsetof(struct ledger_seconds, load_s) },
    { "prefill_s", offsetof(struct ledger_seconds, prefill_s) },
    { "decode_s", offsetof(struct ledger_seconds, decode_s) },
    { "judge_wait_s", offsetof(struct ledger_seconds, judge_wait_s) },
    { "idle_s", offsetof(struct ledger_seconds, idle_s) },
    { "wasted_s", offsetof(struct ledger_seconds, wasted_s) },
}, counts[NUM_COUNTS] = {
    { "units", offsetof(struct ledger_seconds, units) },
    { "prompt_tokens", offsetof(struct ledger_seconds, prompt_tokens) },
    { "reply_tokens", offsetof(struct ledger_seconds, reply_tokens) },
    { "loads", offsetof(struct ledger_seconds, loads) },
};

/* Most are 0, and left out. */
static void add_spent(struct cJSON *object, const struct ledger_seconds *spent)
{
    for (int i = 0; i < NUM_SECONDS; i++) {
        const double *from =
            (const void *)((const char *)spent + seconds[i].offset);

        if (*from != 0)
            json_add_number(object, seconds[i].key, *from);
    }
    for (int i = 0; i < NUM_COUNTS; i++) {
        const uint64_t *from =
            (const void *)((const char *)spent + counts[i].offset);

        if (*from != 0)
            json_add_number(object, counts[i].key, (double)*from);
    }
}

struct cJSON *run_ledger_file_make(const struct spent *spent)
{
    struct cJSON *root = json_new_object();
    struct cJSON *starts = json_add_array(root, "starts");
    struct cJSON *rows = json_add_array(root, "rows");
    struct cJSON *cells = json_add_array(root, "cells");

    for (size_t i = 0; i < spent->num_starts; i++) {
        struct cJSON *start = json_new_object();

        json_add_text(start, "started", spent->starts[i].began);
        json_add_number(start, "workers", spent->starts[i].workers);
        json_add_number(start, "seconds", spent->starts[i].seconds);
        json_append(starts, start);
    }
    for (size_t i = 0; i < spent->num_rows; i++) {
        const struct spent_row *from = &spent->rows[i];
        struct cJSON *row = json_new_object();

        json_add_number(row, "rank", from->rank);
        json_add_text(row, "model", spent_model(spent, from->model));
        if (from->is_apart)
            json_add_bool(row, "without_gpu", true);
        add_spent(row, &from->spent);
        json_append(rows, row);
    }
    for (size_t i = 0; i < spent->num_cells; i++) {
        const struct ledger_cell *from = &spent->cells[i];
        struct cJSON *cell = json_new_object();

        json_add_text(cell, "model", spent_model(spent, from->model));
        json_add_text(cell, "task", spent_task(spent, from->task));
        add_spent(cell, &from->spent);
        json_append(cells, cell);
    }
    return root;
}

/* What is not there is 0. */
static bool take_number(const struct cJSON *object,
                        const char *key,
                        double *out)
{
    const struct cJSON *member = json_member(object, key);

    *out = member ? json_number(member) : 0;
    return *out >= 0 && *out <= most;
}

static bool take_spent(const struct cJSON *object, struct ledger_seconds *out)
{
    bool is_good = true;

    for (int i = 0; i < NUM_SECONDS; i++) {
        double *to = (void *)((char *)out + seconds[i].offset);

        is_good = take_number(object, seconds[i].key, to) && is_good;
    }
    for (int i = 0; i < NUM_COUNTS; i++) {
        uint64_t *to = (void *)((char *)out + counts[i].offset);
        double number;

        if (take_number(object, counts[i].key, &number)) {
            *to = (uint64_t)number;
        } else {
            is_good = false;
        }
    }
    return is_good;
}

static bool take_rank(const struct cJSON *object, const char *key, int *out)
{
    const double number = json_member_number(object, key);

    if (!(number >= 1 && number <= most_ranks))
        return false;
    *out = (int)number;
    return true;
}

static bool take_start(const struct cJSON *from, struct spent_start *out)
{
    const char *began = json_member_text(from, "started");

    (void)snprintf(out->began, sizeof out->began, "%s", began ? began : "");
    return began && take_rank(from, "workers", &out->workers)
           && take_number(from, "seconds", &out->seconds);
}

static bool take_row(const struct cJSON *from,
                     const struct run_ledger_names *names,
                     struct spent_row *out)
{
    const char *model = json_member_text(from, "model");

    if (!model || !take_rank(from, "rank", &out->rank)
        || !take_spent(from, &out->spent))
        return false;
    out->model = names->model(names->self, model);
    out->is_apart = json_member_bool(from, "without_gpu", false);
    return true;
}

static bool take_cell(const struct cJSON *from,
                      const struct run_ledger_names *names,
                      struct ledger_cell *out)
{
    const char *model = json_member_text(from, "model");
    const char *task = json_member_text(from, "task");
    int number;

    if (!model || !task || !take_spent(from, &out->spent))
        return false;
    out->model = names->model(names->self, model);
    number = names->task(names->self, task);
    out->task = number < 0 ? LEDGER_NO_TASK : (size_t)number;
    return true;
}

bool run_ledger_file_take(const struct cJSON *root,
                          const struct run_ledger_names *names,
                          struct spent *out)
{
    const struct cJSON *starts = json_member(root, "starts");
    const struct cJSON *rows = json_member(root, "rows");
    const struct cJSON *cells = json_member(root, "cells");
    bool is_good =
        json_is_array(starts) && json_is_array(rows) && json_is_array(cells);

    *out = (struct spent){
        .starts = mem_alloc(json_count(starts) + 1, sizeof *out->starts),
        .rows = mem_alloc(json_count(rows) + 1, sizeof *out->rows),
        .cells = mem_alloc(json_count(cells) + 1, sizeof *out->cells),
    };
    for (const struct cJSON *one = json_first(starts); one && is_good;
         one = json_next(one))
        is_good = take_start(one, &out->starts[out->num_starts++]);
    for (const struct cJSON *one = json_first(rows); one && is_good;
         one = json_next(one))
        is_good = take_row(one, names, &out->rows[out->num_rows++]);
    for (const struct cJSON *one = json_first(cells); one && is_good;
         one = json_next(one))
        is_good = take_cell(one, names, &out->cells[out->num_cells++]);
    if (!is_good)
        spent_release(out);
    return is_good;
}
