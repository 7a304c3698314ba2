#include "cli/run/run_spending.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/results/results_ledger.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOAD = 0, PREFILL, DECODE, JUDGE_WAIT, IDLE, WASTED, NUM_KINDS };

static const char *const keys[NUM_KINDS] = {
    "load_s", "prefill_s", "decode_s", "judge_wait_s", "idle_s", "wasted_s",
};

static const char *const titles[NUM_KINDS] = {
    "load", "prefill", "decode", "judge wait", "idle", "wasted",
};

static void sum_row(double *sums, const struct ledger_row *row)
{
    const double part =
        results_ledger_prefill_part(row->prefill_s, row->decode_s);

    sums[LOAD] += row->load_s;
    sums[PREFILL] += row->generate_s * part;
    sums[DECODE] += row->generate_s * (1 - part);
    sums[JUDGE_WAIT] += row->judge_wait_s;
    sums[IDLE] += row->idle_s;
    sums[WASTED] += row->wasted_s;
}

static void add_sums(struct cJSON *object, const double *sums)
{
    double all_s = 0;

    for (int i = 0; i < NUM_KINDS; i++) {
        all_s += sums[i];
        json_add_number(object, keys[i], sums[i]);
    }
    json_add_number(object, "allocated_s", all_s);
}

/* Their hours are none of a GPU. */
static void add_without_gpu(struct cJSON *object,
                            const struct schedule *schedule,
                            const struct ledger_view *ledger)
{
    double sums[NUM_KINDS] = { 0 };
    bool is_any = false;

    for (size_t i = 0; i < ledger->num_rows; i++) {
        if (schedule_is_apart(schedule, ledger->rows[i].rank - 1)) {
            is_any = true;
            sum_row(sums, &ledger->rows[i]);
        }
    }
    if (is_any)
        add_sums(json_add_object(object, "without_gpu"), sums);
}

void run_spending_add(struct cJSON *run,
                      const struct sweep *sweep,
                      const struct schedule *schedule,
                      const struct ledger_view *ledger)
{
    struct cJSON *object = json_add_object(run, "ledger");
    struct cJSON *models;
    double all[NUM_KINDS] = { 0 };
    int num_models = 0;

    for (size_t i = 0; i < ledger->num_rows; i++) {
        sum_row(all, &ledger->rows[i]);
        if (ledger->rows[i].model >= num_models)
            num_models = ledger->rows[i].model + 1;
    }
    add_sums(object, all);
    add_without_gpu(object, schedule, ledger);
    models = json_add_array(object, "models");
    for (int m = 0; m < num_models; m++) {
        struct cJSON *model = json_new_object();
        double sums[NUM_KINDS] = { 0 };

        for (size_t i = 0; i < ledger->num_rows; i++) {
            if (ledger->rows[i].model == m)
                sum_row(sums, &ledger->rows[i]);
        }
        json_add_text(model, "name", results_ledger_model(sweep, m));
        add_sums(model, sums);
        json_append(models, model);
    }
}

static void print_sums(const char *name, const struct cJSON *sums)
{
    printf("%-24.24s", name);
    for (int i = 0; i < NUM_KINDS; i++) {
        char text[32];

        text_format_seconds(text,
                            sizeof text,
                            json_member_number(sums, keys[i]));
        printf(" %11s", text);
    }
    printf("\n");
}

void run_spending_print(const struct cJSON *run)
{
    const struct cJSON *ledger = json_member(run, "ledger");
    const struct cJSON *model;

    if (!ledger)
        return;
    printf("\n%-24s", "workers' time");
    for (int i = 0; i < NUM_KINDS; i++)
        printf(" %11s", titles[i]);
    printf("\n");
    for (model = json_first(json_member(ledger, "models")); model;
         model = json_next(model)) {
        const char *name = json_member_text(model, "name");

        print_sums(name ? name : "?", model);
    }
    print_sums("all", ledger);
    if (json_member(ledger, "without_gpu"))
        print_sums("of it, without a GPU", json_member(ledger, "without_gpu"));
}
