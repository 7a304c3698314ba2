/*
 * generate_batched FILE.gguf [options] - tokens a second of the llama backend,
 * as llama-batched-bench counts them: so many prompts of about so many tokens,
 * none of which begins like another, and so many tokens each.
 *
 * Prints a JSON object: prompt and reply tokens, all of which were computed, the
 * seconds from the first submit to the last reply, CPU seconds.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct settings {
    int64_t sequences;
    int64_t prompt;
    int64_t reply;
    int64_t threads;
    char *arguments;
};

static const struct option table[] = {
    { .name = "sequences",
      .type = OPTION_INT,
      .offset = offsetof(struct settings, sequences),
      .fallback = "8",
      .min = 1,
      .max = 256,
      .help = "At once." },
    { .name = "prompt",
      .type = OPTION_INT,
      .offset = offsetof(struct settings, prompt),
      .fallback = "128",
      .min = 8,
      .max = 100000,
      .unit = "tokens",
      .help = "About, of each." },
    { .name = "reply",
      .type = OPTION_INT,
      .offset = offsetof(struct settings, reply),
      .fallback = "64",
      .min = 1,
      .max = 100000,
      .unit = "tokens",
      .help = "Of each, unless the model ends before." },
    { .name = "threads",
      .type = OPTION_INT,
      .offset = offsetof(struct settings, threads),
      .fallback = "0",
      .max = 1024,
      .help = "0 = all cores." },
    { .name = "arguments",
      .type = OPTION_TEXT,
      .offset = offsetof(struct settings, arguments),
      .value = "KEY=VALUE,...",
      .help = "More arguments for the backend." },
    { .name = NULL },
};

/* A list of numbers, which models like to go on with; two tokens each at least,
 * four with their blank in a vocabulary of single digits. */
static struct request make_request(const struct settings *settings, int64_t i)
{
    struct text text = { 0 };
    struct request out = {
        .kind = REQUEST_COMPLETE,
        .unit = { .low = (uint64_t)i },
        .num_messages = 1,
        .sampling = { .max_tokens = (int32_t)settings->reply, .top_p = 1 },
    };

    for (int64_t j = 0; j < settings->prompt / 4; j++)
        text_addf(&text, "%s%" PRId64, j ? ", " : "", 11 + i + j);
    text_add(&text, ",");
    out.messages = mem_alloc(1, sizeof *out.messages);
    out.messages[0].role = mem_text("user");
    out.messages[0].text = text_take(&text);
    return out;
}

static double cpu_s(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
           + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int submit_all(struct backend *backend,
                      const struct settings *settings,
                      struct error *err)
{
    for (int64_t i = 0; i < settings->sequences; i++) {
        struct request request = make_request(settings, i);
        int rc = backend->ops->submit(backend, &request, err);

        request_release(&request);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int measure(struct backend *backend,
                   const struct settings *settings,
                   struct error *err)
{
    const int64_t began = clock_ns();
    const double cpu = cpu_s();
    uint64_t prompt = 0;
    uint64_t written = 0;
    double seconds;
    int rc = submit_all(backend, settings, err);

    for (int64_t back = 0; back < settings->sequences && rc >= 0;) {
        struct reply reply = { 0 };

        rc = backend->ops->step(backend, 50, &reply, err);
        if (rc != 1)
            continue;
        back++;
        prompt += reply.prompt_tokens - reply.cached_tokens;
        written += reply.reply_tokens;
        reply_release(&reply);
    }
    if (rc < 0)
        return -1;
    seconds = (double)(clock_ns() - began) / 1e9;
    printf("{\"sequences\": %" PRId64 ", \"prompt_tokens\": %" PRIu64
           ", \"reply_tokens\": %" PRIu64
           ", \"seconds\": %.3f, \"cpu_s\": %.3f, \"tokens_per_s\": %.1f, "
           "\"tokens_per_cpu_s\": %.1f}\n",
           settings->sequences,
           prompt,
           written,
           seconds,
           cpu_s() - cpu,
           (double)(prompt + written) / seconds,
           (double)(prompt + written) / (cpu_s() - cpu));
    return 0;
}

int main(int argc, char **argv)
{
    struct settings settings = { 0 };
    struct error err = { 0 };
    struct backend *backend = NULL;
    char *rest[16];
    int rc = -1;

    options_defaults(table, &settings);
    if (argc <= 16
        && options_parse(table, argc - 1, argv + 1, &settings, rest, &err)
               == 1) {
        struct slot slot = { .threads = (int)settings.threads };
        char *spec = text_format("inprocess:llama:%s,parallel=%" PRId64 "%s%s",
                                 rest[0],
                                 settings.sequences,
                                 settings.arguments ? "," : "",
                                 settings.arguments ? settings.arguments : "");

        backend = backend_create(spec, &slot, &err);
        free(spec);
    } else if (err.code == ERR_NONE) {
        (void)error_set(&err, ERR_USAGE, "generate_batched FILE [options]");
    }
    if (backend)
        rc = measure(backend, &settings, &err);
    if (rc < 0)
        fprintf(stderr, "generate_batched: %s\n", err.text);
    backend_destroy(backend);
    options_release(table, &settings);
    return rc < 0 ? error_exit_status(&err) : 0;
}
