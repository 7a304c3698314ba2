/*
 * http_outcome.h - what a response means: an answer, another try, or the end.
 * Pure.
 */
#ifndef HTTP_OUTCOME_H
#define HTTP_OUTCOME_H

#include "generate/http/http_client.h"
#include "generate/http/http_settings.h"

#include <stdbool.h>
#include <stdint.h>

struct reply;

enum http_outcome_kind {
    HTTP_ANSWERED = 0, /* the reply is filled, whatever its state */
    HTTP_AGAIN,        /* worth another try */
    HTTP_WITHOUT,      /* again without a setting */
    HTTP_FAILED,       /* this request, for good */
    HTTP_DENIED,       /* and so will every other be: key, account, address */
};

struct http_outcome {
    enum http_outcome_kind kind;
    bool is_congestion; /* fewer at once */
    bool is_limit;      /* AGAIN: told to slow down; not a try that failed */
    bool is_away;       /* AGAIN: there was no answer at all */
    bool is_sure;       /* DENIED: not what one request can bring about */
    int64_t retry_ms;   /* AGAIN: not before, as the body says; -1 = any time */
    bool is_paid;       /* ANSWERED: by the model, and no error */
    bool is_estimated;  /* ANSWERED: its tokens (http_usage.h) */
    enum http_setting setting; /* WITHOUT: the refused one */
    char served[128];          /* model that answered; "" = not said */
    char fingerprint[104];     /* of what answered; "" = not said */
    char why[400];             /* but for ANSWERED */
};

/*
 * kind   what was asked
 * sent   settings that were sent, as bits
 * reply  gets everything but its unit and timings when it is an answer
 */
void http_outcome_judge(const struct http_response *response,
                        const struct http_dialect *dialect,
                        enum request_kind kind,
                        unsigned sent,
                        struct reply *reply,
                        struct http_outcome *out);

#endif
