#include "cli/forecast/role_costs.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/sweep/selection.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_ANSWER = 16 }; /* tokens, of what evaluators ask for */

/* The items of a task that some column with that role scores; NULL: none.
 * [items of the task] */
static bool *find_items(const struct sweep *sweep,
                        const struct selection *selection,
                        size_t task,
                        enum role role)
{
    const struct manifest *manifest = sweep->manifest;
    bool *is_scored = NULL;

    for (size_t c = 0; c < manifest->num_columns; c++) {
        const struct column *column = &manifest->columns[c];
        const uint8_t *bits = selection->by_column[c];

        if (!column->needs || !strstr(column->needs, role_name(role)) || !bits
            || !text_equal(column->task, sweep->tasks[task].name))
            continue;
        if (!is_scored) {
            is_scored =
                mem_alloc(sweep->tasks[task].num_items, sizeof *is_scored);
        }
        for (size_t i = 0; i < sweep->tasks[task].num_items; i++)
            is_scored[i] = is_scored[i] || bits[i];
    }
    return is_scored;
}

/* Of one task and all models: tokens of the replies that are asked about. */
static void mark_task(float *out,
                      const struct sweep *sweep,
                      const struct outlook *outlook,
                      size_t task,
                      const bool *is_scored)
{
    const size_t repeats = sweep->plan->params.num_repeats;
    const size_t num = sweep->tasks[task].num_items * repeats;

    for (size_t m = 0; m < sweep->job->num_models; m++) {
        const size_t first = plan_first_unit(sweep->plan, m, task);

        for (size_t i = 0; i < num; i++) {
            const size_t unit = first + i;
            const double tokens =
                (double)outlook->unit_cost[unit]
                - outlook_prompt_tokens(
                    sweep->tasks[task].items[i / repeats].prompt);

            if (is_scored[i / repeats]
                && !(sweep->is_skipped && sweep->is_skipped[unit]))
                out[unit] = (float)fmax(tokens, 0);
        }
    }
}

/* Tokens of the replies that a role is asked about, -1 of those that it is not:
 * [num_units] */
static float *find_replies(const struct sweep *sweep,
                           const struct outlook *outlook,
                           const struct selection *selection,
                           enum role role)
{
    float *out = mem_alloc(sweep->plan->num_units, sizeof *out);

    for (size_t u = 0; u < sweep->plan->num_units; u++)
        out[u] = -1;
    for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
        bool *is_scored = find_items(sweep, selection, t, role);

        if (is_scored)
            mark_task(out, sweep, outlook, t, is_scored);
        free(is_scored);
    }
    return out;
}

/* A role that is asked in words, played by a model that chats. */
static bool is_chat(const struct sweep *sweep, enum role role)
{
    const unsigned texts = BACKEND_CAN(REQUEST_CHAT);
    const unsigned scores =
        BACKEND_CAN(REQUEST_EMBED) | BACKEND_CAN(REQUEST_CLASSIFY);
    const unsigned can = sweep->roles.players[role].facts.can;

    return role == ROLE_JUDGE
           || (can & texts && !(can & scores) && role != ROLE_EMBEDDER);
}

static struct sampling find_sampling(const struct sweep *sweep, enum role role)
{
    struct sampling sampling = { .max_tokens = LONGEST_ANSWER };

    job_role_sampling(sweep->job, role, &sampling);
    return sampling;
}

static double answer_tokens(const struct sampling *sampling)
{
    return fmin(ROLES_ANSWER_TOKENS, (double)sampling->max_tokens);
}

static void add_price(struct role_cost *out,
                      const struct sweep *sweep,
                      enum role role)
{
    const struct job_price *price = &sweep->job->roles[role].price;
    const struct sampling sampling = find_sampling(sweep, role);
    double prompts;

    if (is_chat(sweep, role)) {
        out->prompt_tokens += out->questions * ROLES_WORDING_TOKENS;
        out->reply_tokens = out->questions * answer_tokens(&sampling);
    }
    prompts = out->prompt_tokens * price->prompt / 1e6;
    out->cost = prompts + out->reply_tokens * price->reply / 1e6;
    out->most_cost = prompts;
    if (is_chat(sweep, role)) {
        out->most_cost +=
            out->questions
            * ((double)sampling.max_tokens + (double)sampling.thinking_tokens)
            * price->reply / 1e6;
    }
}

void role_costs_make(struct role_cost *out,
                     const struct sweep *sweep,
                     const struct outlook *outlook)
{
    const unsigned roles = roles_dispatched(&sweep->roles);
    struct selection selection;

    memset(out, 0, NUM_ROLES * sizeof *out);
    selection_make(&selection, sweep);
    for (unsigned role = ROLE_ANSWER + 1; role < NUM_ROLES; role++) {
        float *replies;

        if (!(roles & 1u << role))
            continue;
        replies = find_replies(sweep, outlook, &selection, (enum role)role);
        for (size_t u = 0; u < sweep->plan->num_units; u++) {
            out[role].questions += replies[u] >= 0;
            out[role].prompt_tokens += fmax((double)replies[u], 0);
        }
        free(replies);
        add_price(&out[role], sweep, (enum role)role);
    }
    selection_release(&selection);
}

float *role_costs_by_unit(const struct sweep *sweep,
                          const struct outlook *outlook,
                          enum role role)
{
    const struct sampling sampling = find_sampling(sweep, role);
    const double more = is_chat(sweep, role)
                            ? ROLES_WORDING_TOKENS + answer_tokens(&sampling)
                            : 1; /* never none */
    struct selection selection;
    float *out;

    selection_make(&selection, sweep);
    out = find_replies(sweep, outlook, &selection, role);
    for (size_t u = 0; u < sweep->plan->num_units; u++)
        out[u] = out[u] < 0 ? 0 : out[u] + (float)more;
    selection_release(&selection);
    return out;
}
