/*
 * generate_served URL PROMPTS CONCURRENT MAX_TOKENS - what an http backend
 * reaches against a server that is there; aiohttp_client.py does the same in
 * Python, and http_clients.py sets the two beside each other.
 *
 * PROMPTS  JSON lines, each a text.  Prints one JSON line.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { STEP_MS = 20, MAX_BYTES = 1 << 30 };

struct prompts {
    char **texts; /* [num] */
    size_t num;
    size_t cap;
};

static int read_prompts(const char *path,
                        struct prompts *out,
                        struct error *err)
{
    struct text lines = { 0 };
    int rc = file_read(path, MAX_BYTES, &lines, err);

    for (const char *at = text_data(&lines); rc == 0 && *at;) {
        const size_t len = strcspn(at, "\n");
        struct cJSON *value = json_parse(at, len, path, err);

        if (value) {
            out->texts = mem_reserve(out->texts,
                                     &out->cap,
                                     out->num + 1,
                                     sizeof *out->texts);
            out->texts[out->num++] = mem_text(json_text(value));
        } else {
            rc = -1;
        }
        json_free(value);
        at += len + (at[len] == '\n');
    }
    text_release(&lines);
    return rc;
}

static int submit(struct backend *backend,
                  uint64_t unit,
                  char *prompt,
                  int max_tokens)
{
    char role[] = "user";
    struct chat_message message = { .role = role, .text = prompt };
    struct request request = {
        .unit = { .high = 1, .low = unit },
        .kind = REQUEST_CHAT,
        .messages = &message,
        .num_messages = 1,
        .sampling = { .max_tokens = max_tokens,
                      .top_p = 1,
                      .repetition_penalty = 1 },
    };

    return backend->ops->submit(backend, &request, NULL);
}

/* All of them answered; the sum of the replies' tokens, or -1. */
static int64_t drive(struct backend *backend,
                     const struct prompts *prompts,
                     int max_tokens,
                     struct error *err)
{
    size_t sent = 0;
    size_t back = 0;
    int64_t tokens = 0;
    int rc = 0;

    while (back < prompts->num) {
        struct reply reply = { 0 };

        while (sent < prompts->num
               && submit(backend, sent, prompts->texts[sent], max_tokens) == 0)
            sent++;
        rc = backend->ops->step(backend, rc == 1 ? 0 : STEP_MS, &reply, err);
        if (rc < 0)
            return -1;
        if (rc == 0)
            continue;
        back++;
        tokens += reply.reply_tokens;
        if (reply.state == STATE_FAILED)
            return error_set(err, ERR_IO, "%s", reply.detail);
        reply_release(&reply);
    }
    return tokens;
}

static double cpu_s(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    struct prompts prompts = { 0 };
    struct error err = { 0 };
    struct backend *backend = NULL;
    struct rusage usage;
    int64_t max_tokens = 0;
    int64_t tokens = -1;
    int64_t began;
    double cpu;
    char *spec;

    if (argc != 5 || !text_to_int64(argv[4], &max_tokens)) {
        fprintf(stderr,
                "usage: generate_served URL PROMPTS CONCURRENT MAX_TOKENS\n");
        return 2;
    }
    spec = text_format("http:served,url=%s,parallel=%s,"
                       "body={\"cache_prompt\": false}",
                       argv[1],
                       argv[3]);
    if (read_prompts(argv[2], &prompts, &err) == 0)
        backend = backend_create(spec, NULL, &err);
    cpu = cpu_s();
    began = clock_ns();
    if (backend)
        tokens = drive(backend, &prompts, (int)max_tokens, &err);
    cpu = cpu_s() - cpu;
    (void)getrusage(RUSAGE_SELF, &usage);
    if (tokens < 0) {
        fprintf(stderr, "%s: %s\n", spec, err.text);
    } else {
        printf("{\"items\": %zu, \"reply_tokens\": %lld, \"seconds\": %.4f, "
               "\"cpu_s\": %.4f, \"peak_mib\": %.1f}\n",
               prompts.num,
               (long long)tokens,
               (double)(clock_ns() - began) / 1e9,
               cpu,
               (double)usage.ru_maxrss / 1024);
    }
    backend_destroy(backend);
    for (size_t i = 0; i < prompts.num; i++)
        free(prompts.texts[i]);
    free(prompts.texts);
    free(spec);
    return tokens < 0;
}
