#include "cli/run/run_tariffs.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/run/run.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "job/job.h"
#include "trustsweep/record.h"

#include <stdlib.h>

/* The smaller one; 0 is none. */
static double narrower(double a, double b)
{
    if (!(a > 0) || !(b > 0))
        return a > 0 ? a : b;
    return a < b ? a : b;
}

/* The place of an account among those met so far; -1 = there is none.
 * names: [num_models], those of the accounts */
static int find_account(struct run *run,
                        const char **names,
                        const struct backend_account *of)
{
    size_t at = 0;

    if (!of->name[0])
        return -1;
    while (at < run->num_accounts && !text_equal(names[at], of->name))
        at++;
    if (at == run->num_accounts) {
        names[run->num_accounts++] = of->name;
        run->accounts[at] = (struct coordinator_account){ 0 };
    }
    run->accounts[at].requests =
        narrower(run->accounts[at].requests, of->requests);
    run->accounts[at].tokens = narrower(run->accounts[at].tokens, of->tokens);
    return (int)at;
}

void run_tariffs_remember(struct run *run,
                          size_t unit,
                          const struct record *record)
{
    const size_t num_models = run->sweep->job->num_models;
    double share = 1;
    struct run_tokens *tokens;

    if (record->role != ROLE_ANSWER && record->attempt == 0)
        return; /* from a cache, or never asked */
    if (record->role != ROLE_ANSWER) {
        tokens = &run->tokens[num_models + (size_t)record->role];
    } else if (unit < run->sweep->plan->num_units) {
        const size_t model = run->sweep->plan->units[unit].model;

        tokens = &run->tokens[model];
        if (record->rank == 0 && record->attempt > 0) /* from a batch file */
            share = run->sweep->job->models[model].price.batch;
    } else {
        return;
    }
    tokens->is_estimated |= reply_is_estimated(&record->reply);
    tokens->prompt += share * record->reply.prompt_tokens;
    tokens->reply += share * record->reply.reply_tokens;
}

static void set_price(struct coordinator_tariff *out,
                      const struct job_price *price,
                      const struct run_tokens *before)
{
    out->prompt_price = price->prompt / 1e6;
    out->reply_price = price->reply / 1e6;
    out->limit = price->limit;
    out->is_estimated =
        before->is_estimated && (price->prompt > 0 || price->reply > 0);
    out->spent =
        before->prompt * out->prompt_price + before->reply * out->reply_price;
}

void run_tariffs_create(struct run *run)
{
    const struct sweep *sweep = run->sweep;
    const struct job *job = sweep->job;
    const size_t num = run->num_models;
    const char **names = mem_alloc(num, sizeof *names);

    run->tariffs = mem_alloc(num, sizeof *run->tariffs);
    run->accounts = mem_alloc(num, sizeof *run->accounts);
    for (size_t i = 0; i < job->num_models; i++) {
        set_price(&run->tariffs[i], &job->models[i].price, &run->tokens[i]);
        run->tariffs[i].account =
            find_account(run, names, &sweep->facts[i].account);
    }
    for (size_t role = 0; role < NUM_ROLES; role++) {
        struct coordinator_tariff *tariff;

        if (!(roles_dispatched(&sweep->roles) & 1u << role))
            continue;
        tariff = &run->tariffs[run->model_of_role[role]];
        set_price(tariff,
                  &job->roles[role].price,
                  &run->tokens[job->num_models + role]);
        tariff->account =
            find_account(run, names, &sweep->roles.players[role].facts.account);
    }
    free((void *)names);
}
