/*
 * cli_prefixes JOB [CELLS [WORKERS...]] - how many prompt tokens a sweep computes.
 *
 * No inference: the prompts of a job's first model are rendered and tokenised,
 * the production scheduler hands them to so many workers (1 and 64 without
 * being told), and each worker finds what it has in memory by the code of the
 * backend: the last prompts that it was given, as many as it has streams.  A
 * stream has room for the longest request so far, with all tokens that its reply
 * may have; they are as many as CELLS tokens (0: 32768) give, 32 at most, and
 * what they held is lost when they grow, as in llama_room.h.  Time goes by tokens;
 * 64 tokens are taken for a reply.
 */
#include "base/mem.h"
#include "cli/forecast/outlook.h"
#include "cli/sweep/sweep.h"
#include "generate/llama/llama_prefix.h"
#include "generate/llama/llama_sequence.h"
#include "schedule/schedule.h"
#include "tests/bench/prompts.h"
#include "trustsweep/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEPT = 32, /* streams of a backend, at most */
    FIRST_ROOM = 512,
    ROUND = 256,
    CELLS = 1024 * KEPT,
    CONTEXT = 4096,
    REPLY = 64,
    SPEED = 300, /* tokens a second */
    MAX_WORKERS = 1024,
};

struct worker {
    struct llama_sequence *kept; /* [KEPT + 1], the last one is the new one */
    int num_kept;
    int32_t room;      /* of a stream */
    int64_t num_rooms; /* so often it grew */
    uint64_t number;
    int64_t free_ms; /* when it can take the next lease */
};

struct bench {
    struct sweep *sweep;
    struct bench_prompts prompts;
    int64_t cells;
    struct worker workers[MAX_WORKERS];
    size_t *units;
};

static int32_t oldest(const struct worker *worker)
{
    int32_t best = -1;

    for (int32_t i = 0; i < worker->num_kept; i++) {
        if (worker->kept[i].state == LLAMA_SEQUENCE_KEPT
            && (best < 0 || worker->kept[i].number < worker->kept[best].number))
            best = i;
    }
    return best;
}

/* As llama_intake.c makes room. */
static void make_room(struct worker *worker, int64_t cells, int32_t tokens)
{
    int32_t wanted = worker->room + worker->room / 4;
    int64_t num;

    if (tokens <= worker->room || tokens > CONTEXT)
        return;
    if (wanted < tokens || wanted > CONTEXT)
        wanted = tokens;
    worker->room = (wanted + ROUND - 1) / ROUND * ROUND;
    num = cells / worker->room;
    worker->num_kept = num < 1 ? 1 : num > KEPT ? KEPT : (int)num;
    worker->num_rooms++;
    memset(worker->kept, 0, (KEPT + 1) * sizeof *worker->kept);
}

/* Tokens that are computed of one prompt. */
static int32_t read_prompt(struct worker *worker,
                           const struct llama_prompt *prompt)
{
    struct llama_sequence *now = &worker->kept[KEPT];
    int32_t length;
    int32_t source;
    int32_t place = -1;

    *now = (struct llama_sequence){ .state = LLAMA_SEQUENCE_LIVE,
                                    .tokens = prompt->tokens,
                                    .num_tokens = prompt->num_tokens };
    source = llama_prefix_source(worker->kept, KEPT + 1, KEPT, &length);
    if (source >= 0)
        worker->kept[source].number = ++worker->number;
    for (int32_t i = 0; i < worker->num_kept && place < 0; i++) {
        if (worker->kept[i].state == LLAMA_SEQUENCE_FREE)
            place = i;
    }
    if (place < 0)
        place = oldest(worker);
    worker->kept[place] = *now;
    worker->kept[place].state = LLAMA_SEQUENCE_KEPT;
    worker->kept[place].num_read = prompt->num_tokens;
    worker->kept[place].number = ++worker->number;
    *now = (struct llama_sequence){ 0 };
    return prompt->num_tokens - length;
}

/* The worker that is free first takes a lease; tokens computed, -1: none. */
static int64_t take_lease(struct bench *self,
                          struct schedule *schedule,
                          size_t num_workers)
{
    struct worker *worker = self->workers;
    int64_t computed = 0;
    int model = 0;
    size_t num;

    for (size_t i = 1; i < num_workers; i++) {
        if (self->workers[i].free_ms < worker->free_ms)
            worker = &self->workers[i];
    }
    num = schedule_lease(schedule,
                         (int)(worker - self->workers),
                         worker->number > 0 ? 0 : SCHEDULE_NO_MODEL,
                         worker->free_ms,
                         &model,
                         self->units);
    if (num == 0)
        return -1;
    for (size_t i = 0; i < num; i++) {
        const size_t unit = self->units[i];
        const struct llama_prompt *prompt = &self->prompts.prompts[unit];
        int32_t tokens;

        make_room(worker,
                  self->cells,
                  prompt->num_tokens + self->prompts.max_tokens[unit]);
        tokens = read_prompt(worker, prompt);
        computed += tokens;
        worker->free_ms += (int64_t)(tokens + REPLY) * 1000 / SPEED;
        schedule_observe(schedule,
                         (int)(worker - self->workers),
                         self->units[i],
                         (double)(tokens + REPLY) / SPEED);
        schedule_done(schedule, self->units[i]);
    }
    return computed;
}

static int simulate(struct bench *self,
                    size_t num_workers,
                    bool has_bundles,
                    struct error *err)
{
    struct outlook outlook;
    struct schedule *schedule;
    int64_t sum = 0;
    int64_t computed;

    if (outlook_make(&outlook, self->sweep, err) < 0)
        return -1;
    outlook.params.num_models = 1;
    outlook.params.num_units = self->prompts.num;
    outlook.params.num_slots = num_workers;
    if (!has_bundles)
        outlook.params.unit_bundle = NULL;
    schedule = schedule_create(&outlook.params);
    self->units = mem_alloc(schedule_max_lease(schedule), sizeof *self->units);
    for (size_t i = 0; i < num_workers; i++) {
        self->workers[i] = (struct worker){
            .kept = mem_alloc(KEPT + 1, sizeof(struct llama_sequence)),
            .num_kept = KEPT,
            .room = FIRST_ROOM,
        };
    }
    while ((computed = take_lease(self, schedule, num_workers)) >= 0)
        sum += computed;
    printf("{\"workers\": %zu, \"bundles\": %s, \"prompts\": %zu, "
           "\"prompt_tokens\": %" PRIu64 ", \"computed\": %" PRId64
           ", \"share_computed\": %.4f, \"cells\": %" PRId64
           ", \"room\": %d, \"streams\": %d, \"rooms\": %" PRId64
           ", \"units_left\": %zu}\n",
           num_workers,
           has_bundles ? "true" : "false",
           self->prompts.num,
           self->prompts.num_tokens,
           sum,
           (double)sum / (double)self->prompts.num_tokens,
           self->cells,
           self->workers[0].room,
           self->workers[0].num_kept,
           self->workers[0].num_rooms,
           schedule_left(schedule));
    for (size_t i = 0; i < num_workers; i++)
        free(self->workers[i].kept);
    free(self->units);
    schedule_destroy(schedule);
    outlook_release(&outlook);
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench self;
    struct error err = { 0 };
    struct sweep_params params = { .limit = -1 };
    static char one[] = "1";
    static char many[] = "64";
    static char *few[] = { one, many };
    char **counts = argc > 3 ? argv + 3 : few;
    const int num_counts = argc > 3 ? argc - 3 : 2;
    int rc = -1;

    if (argc < 2) {
        (void)error_set(&err,
                        ERR_USAGE,
                        "cli_prefixes JOB [CELLS [WORKERS...]]");
    } else {
        params.job_path = argv[1];
        self.sweep = sweep_open(&params, &err);
    }
    if (self.sweep)
        rc = bench_prompts_make(&self.prompts, self.sweep, &err);
    self.cells = argc > 2 ? strtoll(argv[2], NULL, 10) : 0;
    if (self.cells <= 0)
        self.cells = CELLS;
    for (int i = 0; i < num_counts && rc == 0; i++) {
        size_t num = strtoul(counts[i], NULL, 10);

        if (num < 1 || num > MAX_WORKERS)
            continue;
        rc = simulate(&self, num, false, &err);
        if (rc == 0)
            rc = simulate(&self, num, true, &err);
    }
    if (rc < 0)
        fprintf(stderr, "cli_prefixes: %s\n", err.text);
    bench_prompts_release(&self.prompts);
    sweep_close(self.sweep);
    return rc < 0 ? error_exit_status(&err) : 0;
}
