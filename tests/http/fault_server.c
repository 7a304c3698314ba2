/*
 * A model server that does what is asked of it: "fault=NAME" or "fault:NAME" in
 * a prompt or a model's name says what goes wrong.  Without it the last message
 * comes back, in the dialect of the address.
 *
 * usage: fault_server [LATENCY_MS [CERTIFICATE]]
 *
 * CERTIFICATE        speak TLS, with a certificate that is written there
 * FAULT_SERVER_CUTS  so many connections are cut at first
 * FAULT_SERVER_KEY   the key that requests have to carry; unset: none
 *
 * Prints its port; ends with its standard input.  GET /stats tells what it saw.
 */
#include "base/text.h"
#include "tests/http/fault_answer.h"
#include "tests/http/fault_failure.h"
#include "tests/http/fault_put.h"
#include "tests/http/question.h"
#include "tests/http/server.h"
#include "tests/http/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FAULTS = 64 };

static struct {
    char name[32];
    uint64_t num;
} faults[MAX_FAULTS];

static int64_t latency_ms;
static uint64_t num_with_key, num_proxied;

static void count_fault(const char *name)
{
    for (size_t i = 0; i < MAX_FAULTS; i++) {
        if (faults[i].num == 0)
            (void)snprintf(faults[i].name, sizeof faults[i].name, "%s", name);
        if (strcmp(faults[i].name, name) == 0) {
            faults[i].num++;
            return;
        }
    }
}

static void put_stats(const struct server_counts *counts,
                      struct server_reply *out)
{
    struct text body = { 0 };

    text_addf(&body,
              "{\"connections\":%llu,\"requests\":%llu,\"most_waiting\":%llu,"
              "\"with_key\":%llu,\"proxied\":%llu,\"http2\":%u,\"faults\":{",
              (unsigned long long)counts->connections,
              (unsigned long long)counts->requests,
              (unsigned long long)counts->most_waiting,
              (unsigned long long)num_with_key,
              (unsigned long long)num_proxied,
              tls_offers_http2());
    for (size_t i = 0; i < MAX_FAULTS && faults[i].num > 0; i++) {
        text_addf(&body,
                  "%s\"%s\":%llu",
                  i ? "," : "",
                  faults[i].name,
                  (unsigned long long)faults[i].num);
    }
    text_add(&body, "}}");
    fault_put(out, "200 OK", "", text_data(&body), body.len);
    text_release(&body);
}

static void answer(const struct server_request *request,
                   const struct server_counts *counts,
                   struct server_reply *out)
{
    const char *key = getenv("FAULT_SERVER_KEY");
    struct question self;

    if (question_dialect(request->target) == STATS) {
        put_stats(counts, out);
        return;
    }
    out->delay_ms = latency_ms;
    num_proxied += strncmp(request->target, "http://", 7) == 0;
    if (key && strstr(request->head, key))
        num_with_key++;
    question_read(&self, request);
    count_fault(self.fault);
    if (key && !strstr(request->head, key)) {
        fault_put_error(out,
                        "401 Unauthorized",
                        "",
                        "invalid_api_key",
                        "no key");
    } else if (!self.root || !self.said[0]) {
        fault_put_error(out, BAD_REQUEST, "", "no_prompt", "no prompt");
    } else if (!fault_failure(&self, out)) {
        fault_answer(&self, out);
    }
    question_release(&self);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        (void)text_to_int64(argv[1], &latency_ms);
    if (argc > 2 && tls_begin(argv[2]) < 0)
        return 1;
    return server_run(answer);
}
