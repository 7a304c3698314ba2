/*
 * http_task.h - one request of an http backend, from submit() to its reply.
 */
#ifndef HTTP_TASK_H
#define HTTP_TASK_H

#include "base/text.h"
#include "trustsweep/request.h"

#include <stdbool.h>
#include <stdint.h>

struct http_client;
struct http_options;
struct http_target;
struct reply;

struct http_task {
    struct request request;
    struct text body; /* of the last try */
    uint64_t ticket;  /* of the last try */
    unsigned sent;    /* settings of the last try */
    unsigned refused; /* left out in it */
    bool is_running;
    int num_tries;
    int num_failed; /* of these, and not for being too many */
    int64_t submitted_ns;
    int64_t began_ms; /* the first try; 0 = none yet */
    int64_t went_ms;  /* the last one */
    int64_t took_ns;  /* the last one */
    int64_t not_before_ms;
    double tokens; /* expected */
    char *why;     /* the last try did not do; NULL: it did, or is on its way */
    bool is_away;  /* and had no answer at all */
};

/* The body of a request, without the settings that were refused; appended. */
void http_task_body(const struct http_target *target,
                    const struct request *request,
                    unsigned refused,
                    struct text *out);

void http_task_init(struct http_task *self, const struct request *request);
void http_task_release(struct http_task *self);

/* refused: settings to leave out */
void http_task_send(struct http_task *self,
                    const struct http_options *options,
                    unsigned refused,
                    struct http_client *client);

/*
 * After a failure that may pass: when to try again.
 *
 * retry_ms    as the server asks; -1 = it does not
 * is_limit    it says that there are too many requests: not counted as a try
 * jitter      in [0, 1)
 * returns     false: tries or time are used up
 */
bool http_task_rest(struct http_task *self,
                    const struct http_options *options,
                    int64_t retry_ms,
                    bool is_limit,
                    double jitter);

/* After a try that did not do: why.  Another one follows. */
void http_task_note(struct http_task *self, const char *why, bool is_away);

/* Whether so little of its time is left that one more try would end for that, and
 * hide what the last one ended for. */
bool http_task_is_late(const struct http_task *self,
                       const struct http_options *options);

/* What is waited at most when a server asks for it. */
int64_t http_task_bounded_wait(const struct http_options *options, int64_t ms);

/* Unit and timings of its reply. */
void http_task_complete(const struct http_task *self, struct reply *reply);

#endif
