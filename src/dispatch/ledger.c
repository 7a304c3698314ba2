#include "dispatch/ledger.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

void ledger_init(struct ledger *ledger,
                 size_t num_ranks,
                 size_t num_models,
                 size_t num_tasks)
{
    *ledger = (struct ledger){
        .last = mem_alloc(num_ranks, sizeof *ledger->last),
        .num_ranks = num_ranks,
        .cells = mem_alloc(num_models * num_tasks, sizeof *ledger->cells),
        .num_models = num_models,
        .num_tasks = num_tasks,
        .settled = mem_alloc(num_models * (num_tasks + 1) + 1,
                             sizeof *ledger->settled),
    };
    for (size_t i = 0; i < num_models * num_tasks; i++) {
        ledger->cells[i].model = (int)(i / num_tasks);
        ledger->cells[i].task = i % num_tasks;
    }
}

void ledger_release(struct ledger *ledger)
{
    free(ledger->rows);
    free(ledger->next);
    free(ledger->last);
    free(ledger->cells);
    free(ledger->shown);
    free(ledger->settled);
    *ledger = (struct ledger){ 0 };
}

/* Its place in `rows`. */
static size_t find_row(struct ledger *ledger, int rank, int model)
{
    uint32_t *last = &ledger->last[rank];

    for (uint32_t at = *last; at != 0; at = ledger->next[at - 1]) {
        if (ledger->rows[at - 1].model == model)
            return at - 1;
    }
    ledger->rows = mem_reserve(ledger->rows,
                               &ledger->cap,
                               ledger->num + 1,
                               sizeof *ledger->rows);
    ledger->next = mem_reserve(ledger->next,
                               &ledger->cap_next,
                               ledger->num + 1,
                               sizeof *ledger->next);
    ledger->rows[ledger->num] = (struct ledger_row){
        .rank = rank,
        .model = model,
    };
    ledger->next[ledger->num] = *last;
    *last = (uint32_t)++ledger->num;
    return ledger->num - 1;
}

struct ledger_seconds *ledger_row(struct ledger *ledger, int rank, int model)
{
    const size_t at = find_row(ledger, rank, model); /* it may move `rows` */

    return &ledger->rows[at].spent;
}

struct ledger_seconds *ledger_cell(struct ledger *ledger,
                                   int model,
                                   size_t task)
{
    return &ledger->cells[(size_t)model * ledger->num_tasks + task].spent;
}

double ledger_sum(const struct ledger_seconds *spent)
{
    return spent->load_s + spent->prefill_s + spent->decode_s
           + spent->judge_wait_s + spent->idle_s + spent->wasted_s;
}

void ledger_add(struct ledger_seconds *sum, const struct ledger_seconds *spent)
{
    sum->load_s += spent->load_s;
    sum->prefill_s += spent->prefill_s;
    sum->decode_s += spent->decode_s;
    sum->judge_wait_s += spent->judge_wait_s;
    sum->idle_s += spent->idle_s;
    sum->wasted_s += spent->wasted_s;
    sum->units += spent->units;
    sum->prompt_tokens += spent->prompt_tokens;
    sum->reply_tokens += spent->reply_tokens;
    sum->loads += spent->loads;
}

/* A part of what a model's rows have beyond its cells; never below 0, as sums
 * are rounded. */
static void add_rest(struct ledger_seconds *to,
                     const struct ledger_seconds *rows,
                     const struct ledger_seconds *cells,
                     double part)
{
    to->load_s += part * fmax(0, rows->load_s - cells->load_s);
    to->prefill_s += part * fmax(0, rows->prefill_s - cells->prefill_s);
    to->decode_s += part * fmax(0, rows->decode_s - cells->decode_s);
    to->judge_wait_s +=
        part * fmax(0, rows->judge_wait_s - cells->judge_wait_s);
    to->idle_s += part * fmax(0, rows->idle_s - cells->idle_s);
    to->wasted_s += part * fmax(0, rows->wasted_s - cells->wasted_s);
}

static double work_of(const struct ledger_seconds *spent)
{
    return spent->prefill_s + spent->decode_s + spent->wasted_s;
}

/* The cells of one model behind `num` others of `settled`; how many now. */
static size_t settle_model(struct ledger *ledger,
                           size_t model,
                           const struct ledger_seconds *rows,
                           size_t num)
{
    const struct ledger_cell *cells = &ledger->cells[model * ledger->num_tasks];
    struct ledger_cell none = { .model = (int)model, .task = LEDGER_NO_TASK };
    struct ledger_seconds known = { 0 };

    for (size_t t = 0; t < ledger->num_tasks; t++)
        ledger_add(&known, &cells[t].spent);

    const double work_s = work_of(&known);

    for (size_t t = 0; t < ledger->num_tasks; t++) {
        struct ledger_cell cell = cells[t];

        if (work_s > 0) {
            add_rest(&cell.spent,
                     rows,
                     &known,
                     work_of(&cells[t].spent) / work_s);
        }
        if (ledger_sum(&cell.spent) > 0 || cell.spent.units > 0)
            ledger->settled[num++] = cell;
    }
    if (work_s <= 0)
        add_rest(&none.spent, rows, &known, 1);
    if (ledger_sum(&none.spent) > 0)
        ledger->settled[num++] = none;
    return num;
}

/* The rows with what is under way. */
static void show_rows(struct ledger *ledger,
                      const struct ledger_open *open,
                      size_t num_open)
{
    for (size_t i = 0; i < num_open; i++)
        (void)find_row(ledger, open[i].rank, open[i].model);
    ledger->shown = mem_reserve(ledger->shown,
                                &ledger->cap_shown,
                                ledger->num,
                                sizeof *ledger->shown);
    for (size_t i = 0; i < ledger->num; i++)
        ledger->shown[i] = ledger->rows[i];
    for (size_t i = 0; i < num_open; i++) {
        const size_t at = find_row(ledger, open[i].rank, open[i].model);

        ledger->shown[at].spent.decode_s += open[i].seconds;
    }
}

struct ledger_view ledger_view(struct ledger *ledger,
                               const struct ledger_open *open,
                               size_t num_open)
{
    struct ledger_seconds *models =
        mem_alloc(ledger->num_models + 1, sizeof *models);
    struct ledger_cell none = { .model = -1, .task = LEDGER_NO_TASK };
    size_t num = 0;

    show_rows(ledger, open, num_open);
    for (size_t i = 0; i < ledger->num; i++) {
        ledger_add(&models[ledger->shown[i].model + 1],
                   &ledger->shown[i].spent);
    }
    for (size_t m = 0; m < ledger->num_models; m++)
        num = settle_model(ledger, m, &models[m + 1], num);
    none.spent = models[0];
    if (ledger_sum(&none.spent) > 0)
        ledger->settled[num++] = none;
    free(models);
    return (struct ledger_view){
        .rows = ledger->shown,
        .num_rows = ledger->num,
        .cells = ledger->settled,
        .num_cells = num,
    };
}
