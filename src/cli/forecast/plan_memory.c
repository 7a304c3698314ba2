#include "cli/forecast/plan_memory.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/parts/guard.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    LOOKED_AT = 256,    /* requests of each model: to count all takes seconds */
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

struct asking {
    const char *spec;
    const struct request *requests; /* [num] */
    size_t num;
};

/* A template is a program of somebody's: it may end in no time, or in a crash.
 * Runs in a process of its own; the need goes into `out` as it is. */
static int ask_backend(void *context, struct text *out, struct error *err)
{
    const struct asking *self = context;
    const struct rlimit limit = { MOST_SECONDS, MOST_SECONDS + 1 };
    struct backend_need need = { 0 };
    int rc;

    (void)setrlimit(RLIMIT_CPU, &limit);
    rc = backend_measure(self->spec, self->requests, self->num, &need, err);
    if (rc == 1)
        text_add_len(out, (const char *)&need, sizeof need);
    return rc;
}

static int measure(const struct sweep *sweep,
                   size_t model,
                   struct plan_memory *out,
                   struct error *err)
{
    size_t num;
    struct candidate *units = sort_units(sweep, model, &num);
    struct request *requests;
    struct asking ask = { .spec = sweep->specs[model] };
    char *what = text_format("the vocabulary or chat template of model '%s'",
                             sweep->job->models[model].name);
    struct text text = { 0 };
    int rc;

    if (num > LOOKED_AT)
        num = LOOKED_AT;
    requests = mem_alloc(num, sizeof *requests);
    for (size_t i = 0; i < num; i++)
        sweep_request(sweep, units[i].unit, &requests[i]);
    ask.num = num;
    ask.requests = requests;
    rc = guard_run(ask_backend, &ask, what, &text, err);
    out->is_known = rc == 1 && text.len == sizeof out->need;
    if (out->is_known)
        memcpy(&out->need, text_data(&text), sizeof out->need);
    for (size_t i = 0; i < num; i++)
        request_release(&requests[i]);
    free(requests);
    free(units);
    free(what);
    text_release(&text);
    if (rc < 0)
        (void)error_wrap(err, "model '%s'", sweep->job->models[model].name);
    return rc < 0 ? -1 : 0;
}

struct plan_memory *plan_memory_make(const struct sweep *sweep,
                                     struct error *err)
{
    struct plan_memory *out = mem_alloc(sweep->job->num_models, sizeof *out);

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (measure(sweep, i, &out[i], err) < 0) {
            free(out);
            return NULL;
        }
    }
    return out;
}

static void print_row(const char *name, const struct backend_need *need)
{
    char weights[32];
    char sequence[32];

    text_format_bytes(weights, sizeof weights, need->weights);
    text_format_bytes(sequence, sizeof sequence, need->sequence);
    printf("%-24s %9s %11s %8lld %8lld",
           name,
           weights,
           sequence,
           (long long)need->longest,
           (long long)need->limit);
    if (need->num_longer > 0) {
        printf("  %zu%s too long: context= of its backend, or max_tokens",
               need->num_longer,
               need->num_longer == LOOKED_AT ? " or more" : "");
    }
    printf("\n");
}

void plan_memory_print(const struct sweep *sweep,
                       const struct plan_memory *memory)
{
    bool is_first = true;

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (!memory[i].is_known)
            continue;
        if (is_first) {
            printf("\n%-24s %9s %11s %8s %8s   tokens with the answer\n",
                   "memory",
                   "weights",
                   "a sequence",
                   "longest",
                   "limit");
        }
        is_first = false;
        print_row(sweep->job->models[i].name, &memory[i].need);
    }
}

void plan_memory_add(struct cJSON *model, const struct plan_memory *memory)
{
    if (!memory->is_known)
        return;
    json_add_number(model, "longest_tokens", (double)memory->need.longest);
    json_add_number(model, "limit_tokens", (double)memory->need.limit);
    json_add_number(model, "too_long", (double)memory->need.num_longer);
    json_add_number(model, "sequence_bytes", (double)memory->need.sequence);
}
