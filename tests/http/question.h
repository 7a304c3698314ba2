/*
 * question.h - what a request to the fault server asks: in which dialect, in
 * which words, and what is to go wrong.
 */
#ifndef TEST_HTTP_QUESTION_H
#define TEST_HTTP_QUESTION_H

#include "tests/http/server.h"

#include <stdbool.h>
#include <stdint.h>

struct cJSON;

enum dialect {
    CHAT,
    COMPLETE,
    EMBED,
    ANTHROPIC,
    GEMINI,
    GEMINI_EMBED,
    PERSPECTIVE,
    STATS
};

struct question {
    const struct server_request *request; /* borrowed */
    enum dialect dialect;
    char fault[32];     /* "" = none */
    const char *said;   /* the last message; "" = none was found */
    uint64_t times;     /* that it came, this one included */
    struct cJSON *root; /* of the body; NULL: it is no JSON */
};

/* By the address of a request. */
enum dialect question_dialect(const char *target);

/* Read one, and count it; question_release(). */
void question_read(struct question *self, const struct server_request *request);
void question_release(struct question *self);

bool question_is(const struct question *self, const char *fault);

/* Whether the fault is one of the first time only: "X-1". */
bool question_is_first(const struct question *self, const char *fault);

#endif
