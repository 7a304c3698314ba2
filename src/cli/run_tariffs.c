#include "cli/run_tariffs.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/run.h"
#include "cli/sweep.h"
#include "dispatch/coordinator.h"

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

void run_tariffs_create(struct run *run)
{
    const struct sweep *sweep = run->sweep;
    const size_t num = run->num_models;
    const char **names = mem_alloc(num, sizeof *names);

    run->tariffs = mem_alloc(num, sizeof *run->tariffs);
    run->accounts = mem_alloc(num, sizeof *run->accounts);
    for (size_t i = 0; i < sweep->job->num_models; i++) {
        run->tariffs[i].account =
            find_account(run, names, &sweep->facts[i].account);
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        if (!(roles_dispatched(&sweep->roles) & 1u << role))
            continue;
        run->tariffs[run->model_of_role[role]].account =
            find_account(run, names, &sweep->roles.players[role].facts.account);
    }
    free((void *)names);
}
