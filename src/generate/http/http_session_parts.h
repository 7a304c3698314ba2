/*
 * http_session_parts.h - private to http_session*.c.
 */
#ifndef HTTP_SESSION_PARTS_H
#define HTTP_SESSION_PARTS_H

#include "generate/http/http_client.h"
#include "generate/http/http_key.h"
#include "generate/http/http_options.h"
#include "generate/http/http_pace.h"
#include "generate/http/http_task.h"
#include "generate/parts/ready.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_session {
    struct http_options options;
    struct http_key key;
    struct http_client *client;
    struct http_pace pace;
    struct http_task *tasks; /* [num_tasks], in the order of submit() */
    size_t num_tasks;
    int num_running;
    unsigned refused;   /* settings, as bits */
    bool has_answered;  /* key, address and model are good */
    bool has_estimated; /* tokens, and said so */
    int num_denied;     /* in a row */
    int num_away;
    uint64_t random;
    struct ready ready;
};

void http_session_remove(struct http_session *self, size_t at);

/* What has come of a request: its reply is ready, it waits for another try, or
 * the session is broken (-1). */
int http_session_take(struct http_session *self,
                      struct http_response *response,
                      struct error *err);

/* A request whose last try failed for good or has no time for another one: its
 * reply is ready, or the session is broken (-1). */
int http_session_end(struct http_session *self,
                     struct http_task *task,
                     struct error *err);

#endif
