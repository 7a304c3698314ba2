#include "cli/forecast/plan_memory.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/parts/guard.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    BYTES_OF_TOKEN = 3, /* about, of a long text */
    MOST_SECONDS = 20,  /* of a core, to count them */
};

struct candidate {
    size_t unit;
    size_t size; /* about so many tokens, with the answer */
};

/* The longest first. */
static int compare(const void *a, const void *b)
{
    const struct candidate *left = a;
    const struct candidate *right = b;

    if (left->size != right->size)
        return left->size > right->size ? -1 : 1;
    return left->unit < right->unit ? -1 : left->unit > right->unit;
}

/* A unit of each item of a model that is not left out; free(). */
static struct candidate *sort_units(const struct sweep *sweep,
                                    size_t model,
                                    size_t *num)
{
    const struct plan *plan = sweep->plan;
    const size_t repeats = plan->params.num_repeats;
    const size_t first = plan_first_unit(plan, model, 0);
    struct candidate *out = mem_alloc(plan->num_items, sizeof *out);

    *num = 0;
    for (size_t i = 0; i < plan->num_items; i++) {
        const size_t unit = first + i * repeats;
        const struct sampling *sampling = plan_sampling(plan, unit);

        if (sweep->is_skipped && sweep->is_skipped[unit])
            continue;
        out[(*num)++] = (struct candidate){
            .unit = unit,
            .size = strlen(plan_item(plan, unit)->prompt) / BYTES_OF_TOKEN
                    + (size_t)sampling->max_tokens
                    + (size_t)sampling->thinking_tokens,
        };
    }
    qsort(out, *num, sizeof *out, compare);
    return out;
}

int plan_memory_longest(const struct sweep *sweep, size_t model)
{
    size_t num;
    struct candidate *units = sort_units(sweep, model, &num);
    const size_t size = num > 0 ? units[0].size : 0;

    free(units);
    return size < INT32_MAX ? (int)size : INT32_MAX;
}

struct asking {
    const char *spec;
    const struct request *requests; /* [num] */
    size_t num;
};

/* A template is a program of somebody's: it may never end, or end in a crash.
 * Runs in a process of its own; the need goes into `out` as it is. */
static int ask_backend(void *context, struct text *out, struct error *err)
{
    const struct asking *self = context;
    const struct rlimit limit = { MOST_SECONDS, MOST_SECONDS + 1 };
    struct backend_need need = { 0 };
    int rc;

    (void)setrlimit(RLIMIT_CPU, &limit);
    (void)setenv("GGML_NO_BACKTRACE", "1", 1); /* it would start a debugger */
    rc = backend_measure(self->spec, self->requests, self->num, &need, err);
    if (rc == 1)
        text_add_len(out, (const char *)&need, sizeof need);
    return rc;
}

/* What `requests` [num] of a spec need. */
static int measure(const char *spec,
                   const char *name,
                   const struct request *requests,
                   size_t num,
                   struct plan_memory *out,
                   struct error *err)
{
    struct asking ask = { .spec = spec, .requests = requests, .num = num };
    struct text text = { 0 };
    const int rc = guard_run(ask_backend,
                             &ask,
                             "its model file or chat template",
                             &text,
                             err);

    out->is_known = rc == 1 && text.len == sizeof out->need;
    if (out->is_known)
        memcpy(&out->need, text_data(&text), sizeof out->need);
    text_release(&text);
    return rc < 0 ? error_wrap(err, "'%s'", name) : 0;
}

static int measure_model(const struct sweep *sweep,
                         size_t model,
                         struct plan_memory *out,
                         struct error *err)
{
    size_t num;
    struct candidate *units = sort_units(sweep, model, &num);
    struct request *requests;
    int rc;

    out->is_of_some = num > PLAN_MEMORY_LOOKED_AT;
    if (out->is_of_some)
        num = PLAN_MEMORY_LOOKED_AT;
    requests = mem_alloc(num, sizeof *requests);
    for (size_t i = 0; i < num; i++)
        sweep_request(sweep, units[i].unit, &requests[i]);
    rc = measure(sweep->specs[model],
                 sweep->job->models[model].name,
                 requests,
                 num,
                 out,
                 err);
    for (size_t i = 0; i < num; i++)
        request_release(&requests[i]);
    free(requests);
    free(units);
    return rc;
}

/* Words, about a token each, in the place of the longest reply; a judge may be
 * shown the prompt as well, in some wording. free() */
static char *longest_question(const struct sweep *sweep, enum role role)
{
    const char *prompt = "";
    size_t longest = 0;
    int64_t words = 0;
    struct text out = { 0 };

    for (size_t m = 0; m < sweep->job->num_models; m++) {
        size_t num;
        struct candidate *units = sort_units(sweep, m, &num);

        for (size_t i = 0; i < num; i++) {
            const int64_t tokens =
                plan_sampling(sweep->plan, units[i].unit)->max_tokens;

            words = tokens > words ? tokens : words;
        }
        if (num > 0 && units[0].size > longest) {
            longest = units[0].size;
            prompt = plan_item(sweep->plan, units[0].unit)->prompt;
        }
        free(units);
    }
    if (role == ROLE_JUDGE) {
        text_add(&out, prompt);
        words += ROLES_WORDING_TOKENS;
    }
    for (int64_t i = 0; i < words; i++)
        text_add(&out, " word");
    return text_take(&out);
}

static int measure_role(const struct sweep *sweep,
                        enum role role,
                        struct plan_memory *out,
                        struct error *err)
{
    char user[] = "user";
    char *text = longest_question(sweep, role);
    struct chat_message message = { .role = user, .text = text };
    const struct ask ask = {
        .role = role,
        .request = { .kind = role == ROLE_JUDGE      ? REQUEST_CHAT
                             : role == ROLE_EMBEDDER ? REQUEST_EMBED
                                                     : REQUEST_CLASSIFY,
                     .messages = &message,
                     .num_messages = 1,
                     .sampling.max_tokens = ROLES_ANSWER_TOKENS },
    };
    struct request request;
    int rc = 0;

    if (roles_request(&sweep->roles, &ask, &request)) {
        rc = measure(sweep->roles.players[role].spec,
                     sweep->job->roles[role].name,
                     &request,
                     1,
                     out,
                     err);
        request_release(&request);
    }
    free(text);
    return rc;
}

struct plan_memory *plan_memory_make(const struct sweep *sweep,
                                     struct error *err)
{
    const size_t num = sweep->job->num_models;
    struct plan_memory *out = mem_alloc(num + NUM_ROLES, sizeof *out);
    int rc = 0;

    for (size_t i = 0; i < num && rc == 0; i++)
        rc = measure_model(sweep, i, &out[i], err);
    for (unsigned role = 0; role < NUM_ROLES && rc == 0; role++) {
        if (roles_dispatched(&sweep->roles) & 1u << role)
            rc = measure_role(sweep, (enum role)role, &out[num + role], err);
    }
    if (rc == 0)
        return out;
    free(out);
    return NULL;
}
