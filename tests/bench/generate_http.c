/*
 * generate_http SERVER [CONCURRENT [LATENCY_MS [SECONDS]]] - requests a second
 * of one http backend against a server that answers after LATENCY_MS, the share
 * of the ideal rate (CONCURRENT / LATENCY), and what of a core it takes.
 *
 * SERVER  tests/fault_server of the build folder
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 5, PROMPT_BYTES = 400 };

static const double warm_s = 1;

/* Its port; `*input` ends it. */
static int start(const char *program, const char *latency, int *input)
{
    char line[16] = { 0 };
    int to[2];
    int from[2];
    pid_t pid;

    if (pipe(to) < 0 || pipe(from) < 0)
        return -1;
    (void)fcntl(to[1], F_SETFD, FD_CLOEXEC);
    pid = fork();
    if (pid == 0) {
        (void)dup2(to[0], STDIN_FILENO);
        (void)dup2(from[1], STDOUT_FILENO);
        (void)execl(program, program, latency, (char *)NULL);
        _exit(127);
    }
    (void)close(to[0]);
    (void)close(from[1]);
    for (size_t i = 0; i + 1 < sizeof line && !strchr(line, '\n'); i++) {
        if (read(from[0], line + i, 1) != 1)
            return -1;
    }
    *input = to[1];
    return (int)strtol(line, NULL, 10);
}

static double cpu_s(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int submit(struct backend *backend, uint64_t unit, char *prompt)
{
    char role[] = "user";
    struct chat_message message = { .role = role, .text = prompt };
    struct request request = {
        .unit = { .high = 1, .low = unit },
        .kind = REQUEST_CHAT,
        .messages = &message,
        .num_messages = 1,
        .sampling = { .max_tokens = 512, .top_p = 1, .repetition_penalty = 1 },
    };

    return backend->ops->submit(backend, &request, NULL);
}

/* How many answers come in `seconds`; -1 = one that is none. */
static long drive(struct backend *backend,
                  double seconds,
                  char *prompt,
                  uint64_t *unit)
{
    const int64_t until = clock_ns() + (int64_t)(seconds * 1e9);
    struct error err = { 0 };
    long num = 0;
    int rc = 0;

    while (clock_ns() < until) {
        struct reply reply = { 0 };

        while (submit(backend, *unit, prompt) == 0)
            ++*unit;
        while ((rc = backend->ops
                         ->step(backend, rc == 1 ? 0 : STEP_MS, &reply, &err))
               == 1) {
            num++;
            if (reply.state != STATE_ANSWERED)
                rc = -1;
            reply_release(&reply);
            if (rc < 0)
                break;
        }
        if (rc < 0)
            return -1;
    }
    return num;
}

int main(int argc, char **argv)
{
    const char *concurrent = argc > 2 ? argv[2] : "64";
    const char *latency = argc > 3 ? argv[3] : "50";
    const double seconds = argc > 4 ? strtod(argv[4], NULL) : 5;
    const double ideal = strtod(concurrent, NULL) * 1e3 / strtod(latency, NULL);
    char prompt[PROMPT_BYTES + 1];
    struct error err = { 0 };
    struct backend *backend;
    uint64_t unit = 0;
    double cpu;
    char *spec;
    int input = -1;
    int port = argc > 1 ? start(argv[1], latency, &input) : -1;
    long num;

    if (port < 0) {
        fprintf(stderr,
                "usage: generate_http SERVER [CONCURRENT [LATENCY_MS "
                "[SECONDS]]]\n");
        return 2;
    }
    memset(prompt, 'a', PROMPT_BYTES);
    prompt[PROMPT_BYTES] = '\0';
    spec = text_format("http:m,url=http://127.0.0.1:%d/v1,parallel=%s",
                       port,
                       concurrent);
    backend = backend_create(spec, NULL, &err);
    if (!backend || drive(backend, warm_s, prompt, &unit) < 0) {
        fprintf(stderr, "%s: %s\n", spec, err.text);
        return 1;
    }
    cpu = cpu_s();
    num = drive(backend, seconds, prompt, &unit);
    cpu = cpu_s() - cpu;
    printf("%s at once, %s ms: %.1f requests/s, %.1f %% of the ideal %.1f; "
           "%.1f %% of a core, %.0f us a request\n",
           concurrent,
           latency,
           (double)num / seconds,
           (double)num / seconds / ideal * 100,
           ideal,
           cpu / seconds * 100,
           cpu * 1e6 / (double)num);
    backend_destroy(backend);
    free(spec);
    (void)close(input);
    (void)wait(NULL);
    return 0;
}
