/*
 * server.h - a small HTTP/1.1 server of one thread, for tests: it reads
 * requests, asks `answer` what to send, and sends that when it is due, in
 * pieces where that is wanted.  It trusts its clients and checks little.
 */
#ifndef TEST_HTTP_SERVER_H
#define TEST_HTTP_SERVER_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct server_request {
    const char *target; /* as in the request line */
    const char *head;   /* all header lines */
    const char *body;
    uint64_t connection; /* which one, from 1 */
};

/* What becomes of a request. */
struct server_reply {
    struct text bytes; /* head and body, as they go out */
    int64_t delay_ms;  /* before the first byte */
    int64_t drip_ms;   /* a byte each; 0 = all at once */
    uint64_t repeats;  /* the byte 'x', so often, behind `bytes` */
    bool ends;         /* the connection, in order */
    bool resets;       /* the connection, with RST, when all is out */
    bool never;        /* nothing is sent, ever */
};

struct server_counts {
    uint64_t connections;
    uint64_t requests;
    uint64_t waiting; /* requests now being answered */
    uint64_t most_waiting;
};

typedef void server_answer_fn(const struct server_request *request,
                              const struct server_counts *counts,
                              struct server_reply *out);

/* Listen on a free port of the loopback address, print it on a line of standard
 * output, and serve until standard input ends. */
int server_run(server_answer_fn *answer);

#endif
