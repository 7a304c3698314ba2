#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/run/run_spending.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LOAD = 0,
    PREFILL,
    DECODE,
    JUDGE_WAIT,
    IDLE,
    WASTED,
    ALL,
    NUM_KINDS,
    NAME_WIDTH = 22,
    CELL_WIDTH = 40,
    MOST_RANKS = 16, /* that are all shown; of more the idlest */
    FEW_RANKS = 10,
    FEW_CELLS = 10,
};

static const double rounding_s = 0.001;

static const char *const keys[NUM_KINDS] = {
    "load_s", "prefill_s", "decode_s",    "judge_wait_s",
    "idle_s", "wasted_s",  "allocated_s",
};

static const char *const titles[NUM_KINDS] = {
    "load", "prefill", "decode", "judge wait", "idle", "wasted", "all",
};

static void print_head(int width, const char *name)
{
    printf("\n%-*s", width, name);
    for (int i = 0; i < NUM_KINDS; i++)
        printf(" %10s", titles[i]);
    printf("\n");
}

static void print_seconds(int width, const char *name, const double *seconds)
{
    printf("%-*.*s", width, width, name);
    for (int i = 0; i < NUM_KINDS; i++) {
        char text[32];

        text_format_seconds(text, sizeof text, seconds[i]);
        printf(" %10s", text);
    }
    printf("\n");
}

static void read_seconds(const struct cJSON *object, double *out)
{
    for (int i = 0; i < NUM_KINDS; i++)
        out[i] = json_member_number(object, keys[i]);
}

static void print_object(int width,
                         const char *name,
                         const struct cJSON *object)
{
    double seconds[NUM_KINDS];

    read_seconds(object, seconds);
    print_seconds(width, name, seconds);
}

static void print_models(const struct cJSON *ledger)
{
    print_head(NAME_WIDTH, "workers' time");
    for (const struct cJSON *model = json_first(json_member(ledger, "models"));
         model;
         model = json_next(model)) {
        const char *name = json_member_text(model, "name");

        if (name && name[0]) {
            print_object(NAME_WIDTH, name, model);
        } else if (json_member_number(model, "allocated_s") > 0) {
            print_object(NAME_WIDTH, "no model", model);
        }
    }
    print_object(NAME_WIDTH, "all", ledger);
    if (json_member(ledger, "without_gpu")) {
        print_object(NAME_WIDTH,
                     "of it, without a GPU",
                     json_member(ledger, "without_gpu"));
    }
}

/* What was given out by the clock, beside the sum of what is booked. */
static void print_allocated(const struct cJSON *ledger)
{
    const double num = (double)json_count(json_member(ledger, "ranks"));
    const double num_starts = (double)json_count(json_member(ledger, "starts"));
    double seconds[NUM_KINDS];
    double sum_s = 0;
    char each[32];
    char all[32];
    char sum[32];

    read_seconds(ledger, seconds);
    for (int i = 0; i < ALL; i++)
        sum_s += seconds[i];
    text_format_seconds(each, sizeof each, num > 0 ? seconds[ALL] / num : 0);
    text_format_seconds(all, sizeof all, seconds[ALL]);
    text_format_seconds(sum, sizeof sum, sum_s);
    if (num_starts > 1) {
        printf("allocated: in %.0f starts, %s in all, ", num_starts, all);
    } else {
        printf("allocated: %.0f worker%s, %s each, %s in all, ",
               num,
               num == 1 ? "" : "s",
               each,
               all);
    }
    if (fabs(sum_s - seconds[ALL]) < rounding_s) {
        printf("which the six kinds add up to\n");
    } else {
        printf("but the six kinds add up to %s\n", sum);
    }
}

/* An element and what it is sorted by. */
struct ranked {
    const struct cJSON *object;
    double value;
};

static int compare_ranked(const void *a, const void *b)
{
    const double left = ((const struct ranked *)a)->value;
    const double right = ((const struct ranked *)b)->value;

    return left > right ? -1 : left < right;
}

/* The elements, most of `key` first; [json_count(list)], to be freed. */
static struct ranked *sort(const struct cJSON *list, const char *key)
{
    struct ranked *all = mem_alloc(json_count(list) + 1, sizeof *all);
    size_t num = 0;

    for (const struct cJSON *one = json_first(list); one; one = json_next(one))
        all[num++] = (struct ranked){ one, json_member_number(one, key) };
    if (num > 1)
        qsort(all, num, sizeof *all, compare_ranked);
    return all;
}

/* Least, median and most of every kind by itself. */
static void print_spread(const struct cJSON *list)
{
    const size_t num = json_count(list);
    double least[NUM_KINDS];
    double median[NUM_KINDS];
    double most[NUM_KINDS];

    for (int i = 0; i < NUM_KINDS; i++) {
        struct ranked *all = sort(list, keys[i]);

        most[i] = all[0].value;
        median[i] = (all[(num - 1) / 2].value + all[num / 2].value) / 2;
        least[i] = all[num - 1].value;
        free(all);
    }
    print_seconds(NAME_WIDTH, "least", least);
    print_seconds(NAME_WIDTH, "median", median);
    print_seconds(NAME_WIDTH, "most", most);
}

static void print_rank(const struct cJSON *rank)
{
    char name[32];

    (void)snprintf(name,
                   sizeof name,
                   "rank %.0f",
                   json_member_number(rank, "rank"));
    print_object(NAME_WIDTH, name, rank);
}

static void print_ranks(const struct cJSON *list)
{
    const size_t num = json_count(list);
    char title[64];
    struct ranked *idlest;

    if (num == 0)
        return;
    if (num <= MOST_RANKS) {
        print_head(NAME_WIDTH, "by rank");
        for (const struct cJSON *rank = json_first(list); rank;
             rank = json_next(rank))
            print_rank(rank);
        return;
    }
    (void)snprintf(title, sizeof title, "of %zu ranks", num);
    print_head(NAME_WIDTH, title);
    print_spread(list);
    printf("the %d idlest (all: --json):\n", FEW_RANKS);
    idlest = sort(list, "idle_s");
    for (size_t i = 0; i < FEW_RANKS; i++)
        print_rank(idlest[i].object);
    free(idlest);
}

static void print_cells(const struct cJSON *list)
{
    const size_t num = json_count(list);
    const size_t num_shown = num < FEW_CELLS ? num : FEW_CELLS;
    struct ranked *all;
    char title[64];

    if (num == 0)
        return;
    if (num == num_shown) {
        (void)snprintf(title, sizeof title, "by model and task");
    } else {
        (void)snprintf(title,
                       sizeof title,
                       "%zu of %zu cells (all: --json)",
                       num_shown,
                       num);
    }
    print_head(CELL_WIDTH, title);
    all = sort(list, "allocated_s");
    for (size_t i = 0; i < num_shown; i++) {
        const char *model = json_member_text(all[i].object, "model");
        const char *task = json_member_text(all[i].object, "task");
        char *name = text_format("%s %s",
                                 model && model[0] ? model : "no model",
                                 task && task[0]     ? task
                                 : model && model[0] ? "(no task yet)"
                                                     : "");

        print_object(CELL_WIDTH, name, all[i].object);
        free(name);
    }
    free(all);
}

void run_spending_print(const struct cJSON *run)
{
    const struct cJSON *ledger = json_member(run, "ledger");

    if (!ledger)
        return;
    print_models(ledger);
    print_allocated(ledger);
    print_ranks(json_member(ledger, "ranks"));
    print_cells(json_member(ledger, "cells"));
}
