/*
 * cli_llama [options] JOB - replies a second of a job's first model.
 *
 * The backend runs in this process and is fed as a worker feeds it, with the
 * items of the job's data set and the sampling of the job file.  Prints one
 * JSON object: items, seconds, prompt tokens and how many of them were
 * computed, reply tokens.  `--tokens` only writes the prompts as the model reads
 * them, so that another program can be given the same; `--replies` writes what
 * came back; both in plan order.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "cli/sweep/sweep.h"
#include "tests/bench/prompts.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct settings {
    char *tokens;
    char *replies;
    char *arguments;
    char *order;
    int64_t budget;
    int64_t threads;
};

static const char *const orders[] = { "plan", "prefix", "reverse", NULL };

static const struct option table[] = {
    { .name = "tokens",
      .type = OPTION_PATH,
      .offset = offsetof(struct settings, tokens),
      .value = "FILE",
      .help = "Write the prompts as tokens, one JSON object a line." },
    { .name = "replies",
      .type = OPTION_PATH,
      .offset = offsetof(struct settings, replies),
      .value = "FILE",
      .help = "Write the replies, one JSON object a line." },
    { .name = "order",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct settings, order),
      .fallback = "prefix",
      .choices = orders,
      .help = "In which the units are handed over." },
    { .name = "arguments",
      .type = OPTION_TEXT,
      .offset = offsetof(struct settings, arguments),
      .value = "KEY=VALUE,...",
      .help = "More arguments for the backend." },
    { .name = "budget",
      .type = OPTION_INT,
      .offset = offsetof(struct settings, budget),
      .fallback = "50",
      .max = 10000,
      .unit = "ms",
      .help = "Of one step." },
    { .name = "threads",
      .type = OPTION_INT,
      .offset = offsetof(struct settings, threads),
      .fallback = "0",
      .max = 1024,
      .help = "0 = all cores." },
    { .name = NULL },
};

struct bench {
    struct settings settings;
    struct sweep *sweep;
    size_t *units; /* [num] in the order of handing over */
    size_t num;
    struct backend *backend;
    struct reply *replies; /* [num_units of the plan] */
    size_t num_sent;
    size_t num_back;
};

/* qsort() passes nothing along. */
static const struct plan *sorted_plan;

static int compare_prompts(const void *a, const void *b)
{
    const size_t left = *(const size_t *)a;
    const size_t right = *(const size_t *)b;
    int order = strcmp(plan_item(sorted_plan, left)->prompt,
                       plan_item(sorted_plan, right)->prompt);

    if (order != 0)
        return order;
    return left < right ? -1 : left > right;
}

/* The units of the first model. */
static void choose_units(struct bench *self)
{
    const struct plan *plan = self->sweep->plan;

    self->num = plan->num_items * plan->params.num_repeats;
    self->units = mem_alloc(self->num, sizeof *self->units);
    for (size_t i = 0; i < self->num; i++) {
        self->units[i] =
            text_equal(self->settings.order, "reverse") ? self->num - 1 - i : i;
    }
    if (text_equal(self->settings.order, "prefix")) {
        sorted_plan = plan;
        qsort(self->units, self->num, sizeof *self->units, compare_prompts);
    }
}

/* As many as it takes. */
static int feed(struct bench *self, struct error *err)
{
    while (self->num_sent < self->num) {
        struct request request;
        int rc;

        sweep_request(self->sweep, self->units[self->num_sent], &request);
        rc = self->backend->ops->submit(self->backend, &request, err);
        request_release(&request);
        if (rc < 0 && err->code != ERR_TRANSIENT)
            return -1;
        if (rc < 0)
            break;
        self->num_sent++;
    }
    *err = (struct error){ 0 };
    return 0;
}

static int work(struct bench *self, struct error *err)
{
    int budget_ms = (int)self->settings.budget;

    while (self->num_back < self->num) {
        struct reply reply = { 0 };
        size_t unit;
        int rc;

        if (feed(self, err) < 0)
            return -1;
        rc = self->backend->ops->step(self->backend, budget_ms, &reply, err);
        budget_ms = rc == 1 ? 0 : (int)self->settings.budget;
        if (rc < 0)
            return -1;
        if (rc == 0)
            continue;
        unit = plan_find(self->sweep->plan, reply.unit);
        self->replies[unit] = reply;
        self->num_back++;
    }
    return 0;
}

/* Of all threads; what it is worth on a machine that others use as well. */
static double cpu_s(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
           + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

struct times {
    double load_s;
    double work_s;
    double cpu_s; /* of the work */
};

static void print_result(const struct bench *self, const struct times *times)
{
    uint64_t prompt = 0;
    uint64_t cached = 0;
    uint64_t written = 0;
    struct rusage used;

    for (size_t i = 0; i < self->num; i++) {
        prompt += self->replies[i].prompt_tokens;
        cached += self->replies[i].cached_tokens;
        written += self->replies[i].reply_tokens;
    }
    (void)getrusage(RUSAGE_SELF, &used);
    printf("{\"items\": %zu, \"seconds\": %.2f, \"items_per_s\": %.3f, "
           "\"cpu_s\": %.2f, "
           "\"prompt_tokens\": %" PRIu64 ", \"computed\": %" PRIu64
           ", \"share_computed\": %.4f, \"reply_tokens\": %" PRIu64
           ", \"load_s\": %.2f, \"peak_mib\": %ld}\n",
           self->num,
           times->work_s,
           (double)self->num / times->work_s,
           times->cpu_s,
           prompt,
           prompt - cached,
           prompt ? (double)(prompt - cached) / (double)prompt : 0,
           written,
           times->load_s,
           used.ru_maxrss / 1024);
}

static int write_replies(const struct bench *self, struct error *err)
{
    struct text out = { 0 };
    int rc;

    for (size_t i = 0; i < self->num; i++) {
        const struct reply *reply = &self->replies[i];
        struct cJSON *line = json_new_object();

        json_add_text(line, "task", plan_item(self->sweep->plan, i)->task);
        json_add_text(line, "state", state_name(reply->state));
        json_add_text(line, "text", reply->text);
        json_write_line(line, &out);
        text_add(&out, "\n");
        json_free(line);
    }
    rc = file_write(self->settings.replies, text_data(&out), out.len, err);
    text_release(&out);
    return rc;
}

static int write_tokens(const struct bench *self, struct error *err)
{
    struct bench_prompts prompts = { 0 };
    struct text out = { 0 };
    int rc = bench_prompts_make(&prompts, self->sweep, err);

    for (size_t i = 0; i < prompts.num && rc == 0; i++) {
        const struct llama_prompt *prompt = &prompts.prompts[i];

        text_addf(&out,
                  "{\"max_tokens\": %d, \"prompt\": [",
                  plan_sampling(self->sweep->plan, i)->max_tokens);
        for (int32_t j = 0; j < prompt->num_tokens; j++)
            text_addf(&out, "%s%d", j ? ", " : "", prompt->tokens[j]);
        text_add(&out, "]}\n");
    }
    if (rc == 0)
        rc = file_write(self->settings.tokens, text_data(&out), out.len, err);
    text_release(&out);
    bench_prompts_release(&prompts);
    return rc;
}

static int measure(struct bench *self, struct error *err)
{
    struct slot slot = { .threads = (int)self->settings.threads };
    char *spec =
        text_format("inprocess:%s%s%s",
                    self->sweep->specs[0],
                    self->settings.arguments ? "," : "",
                    self->settings.arguments ? self->settings.arguments : "");
    int64_t began = clock_ns();
    struct times times;
    int64_t loaded;
    double cpu_before;
    int rc;

    self->backend = backend_create(spec, &slot, err);
    free(spec);
    if (!self->backend)
        return -1;
    loaded = clock_ns();
    cpu_before = cpu_s();
    self->replies = mem_alloc(self->num, sizeof *self->replies);
    rc = work(self, err);
    times = (struct times){
        .load_s = (double)(loaded - began) / 1e9,
        .work_s = (double)(clock_ns() - loaded) / 1e9,
        .cpu_s = cpu_s() - cpu_before,
    };
    if (rc == 0)
        print_result(self, &times);
    if (rc == 0 && self->settings.replies)
        rc = write_replies(self, err);
    return rc;
}

int main(int argc, char **argv)
{
    struct bench self = { 0 };
    struct error err = { 0 };
    char *rest[16];
    struct sweep_params params = { .limit = -1 };
    int rc = -1;

    options_defaults(table, &self.settings);
    if (argc <= 16
        && options_parse(table, argc - 1, argv + 1, &self.settings, rest, &err)
               == 1) {
        params.job_path = rest[0];
        self.sweep = sweep_open(&params, &err);
    } else if (err.code == ERR_NONE) {
        (void)error_set(&err, ERR_USAGE, "cli_llama [options] JOB");
    }
    if (self.sweep) {
        choose_units(&self);
        rc = self.settings.tokens ? write_tokens(&self, &err)
                                  : measure(&self, &err);
    }
    if (rc < 0)
        fprintf(stderr, "cli_llama: %s\n", err.text);
    for (size_t i = 0; self.replies && i < self.num; i++)
        reply_release(&self.replies[i]);
    free(self.replies);
    free(self.units);
    backend_destroy(self.backend);
    sweep_close(self.sweep);
    options_release(table, &self.settings);
    return rc < 0 ? error_exit_status(&err) : 0;
}
