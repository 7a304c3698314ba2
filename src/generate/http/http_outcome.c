#include "generate/http/http_outcome.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/http/http_complaint.h"
#include "generate/http/http_dialect.h"
#include "generate/http/http_reading.h"
#include "trustsweep/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void end(struct http_outcome *out,
                enum http_outcome_kind kind,
                const char *fmt,
                ...) __attribute__((format(printf, 3, 4)));

static void end(struct http_outcome *out,
                enum http_outcome_kind kind,
                const char *fmt,
                ...)
{
    va_list args;

    out->kind = kind;
    va_start(args, fmt);
    (void)vsnprintf(out->why, sizeof out->why, fmt, args);
    va_end(args);
}

static void judge_trouble(const struct http_response *response,
                          struct http_outcome *out)
{
    switch (response->trouble) {
    case HTTP_UNTRUSTED:
        end(out,
            HTTP_DENIED,
            "no trust in the server's certificate: %s; ca_file=FILE names an "
            "authority of your own",
            response->why);
        out->is_sure = true;
        return;
    case HTTP_TOO_LARGE:
        end(out, HTTP_FAILED, "the reply is larger than max_mb allows");
        return;
    case HTTP_SLOW:
        end(out, HTTP_AGAIN, "out of time: %s", response->why);
        out->is_congestion = true;
        break;
    case HTTP_FINE:
    case HTTP_UNREACHABLE:
    case HTTP_CUT:
        end(out, HTTP_AGAIN, "no whole reply: %s", response->why);
        break;
    }
    out->is_away = response->status == 0;
}

/* Of status 400 and the like: who is to blame? */
static void judge_refusal(long status,
                          const struct http_complaint *complaint,
                          const struct http_dialect *dialect,
                          unsigned sent,
                          struct reply *reply,
                          struct http_outcome *out)
{
    char said[320];

    (void)snprintf(said,
                   sizeof said,
                   "HTTP %ld%s%.300s",
                   status,
                   complaint->message[0] ? ": " : "",
                   complaint->message);
    if (http_complaint_is(complaint, COMPLAINT_FILTER)) {
        http_reading_blocked(reply, said);
        out->kind = HTTP_ANSWERED;
    } else if (http_complaint_is(complaint, COMPLAINT_OVERLONG)) {
        reply_fail(reply, STATE_OVERLONG, said);
        out->kind = HTTP_ANSWERED;
    } else if (http_complaint_is(complaint, COMPLAINT_ACCOUNT)) {
        end(out, HTTP_DENIED, "%s", said);
        out->is_sure = true;
    } else {
        out->setting = http_settings_blamed(dialect,
                                            sent,
                                            complaint->param,
                                            complaint->message);
        end(out,
            out->setting < NUM_HTTP_SETTINGS && (status == 400 || status == 422)
                ? HTTP_WITHOUT
                : HTTP_FAILED,
            "%s",
            said);
    }
}

static void judge_busy(long status,
                       const struct http_complaint *complaint,
                       struct http_outcome *out)
{
    const bool is_account = http_complaint_is(complaint, COMPLAINT_ACCOUNT);

    end(out,
        is_account ? HTTP_DENIED : HTTP_AGAIN,
        "HTTP %ld%s%.300s",
        status,
        complaint->message[0] ? ": " : "",
        complaint->message);
    out->is_sure = is_account;
    out->is_congestion = !is_account;
    out->retry_ms = complaint->retry_ms;
}

static void judge_error(const struct http_response *response,
                        const struct http_dialect *dialect,
                        unsigned sent,
                        struct reply *reply,
                        struct http_outcome *out)
{
    const long status = response->status;
    struct http_complaint complaint;

    http_complaint_read(&response->body, &complaint);
    if (status >= 300 && status < 400) {
        end(out,
            HTTP_DENIED,
            "HTTP %ld: it leads to %s, which is not followed; give url= of the "
            "right place",
            status,
            response->location[0] ? response->location : "nowhere");
    } else if (status == 401 || status == 402 || status == 403
               || status == 404) {
        if (http_complaint_is(&complaint, COMPLAINT_FILTER)) {
            judge_refusal(status, &complaint, dialect, sent, reply, out);
            return;
        }
        end(out,
            HTTP_DENIED,
            "HTTP %ld%s%.300s",
            status,
            complaint.message[0] ? ": " : "",
            complaint.message);
        out->is_sure = status == 402;
    } else if (status == 408 || status == 409 || status == 425 || status == 429
               || status >= 500) {
        judge_busy(status, &complaint, out);
    } else {
        judge_refusal(status, &complaint, dialect, sent, reply, out);
    }
}

static void judge_answer(const struct http_response *response,
                         const struct http_dialect *dialect,
                         enum request_kind kind,
                         struct reply *reply,
                         struct http_outcome *out)
{
    const struct text *body = &response->body;
    const char *text = text_data(body);
    struct text clean = { 0 };
    struct error err = { 0 };
    struct cJSON *root;
    const char *served;

    /* what is no UTF-8 in it becomes U+FFFD, as in any reply */
    if (text_valid_utf8(text, body->len) != body->len) {
        text_add_utf8(&clean, text, body->len);
        body = &clean;
    }
    root = json_parse(text_data(body), body->len, "the reply", &err);
    text_release(&clean);
    if (!root) {
        if (text[strspn(text, " \t\r\n")] == '<') {
            end(out, HTTP_AGAIN, "HTML came instead of JSON");
        } else {
            end(out, HTTP_AGAIN, "%.300s", err.text);
        }
        return;
    }
    served = json_member_text(root, "model");
    if (!served)
        served = json_member_text(root, "modelVersion");
    if (served)
        (void)snprintf(out->served, sizeof out->served, "%.120s", served);
    served = json_member_text(root, "system_fingerprint");
    if (served) {
        (void)snprintf(out->fingerprint,
                       sizeof out->fingerprint,
                       "%.100s",
                       served);
    }
    if (dialect->read(root, kind, reply, &err) < 0) {
        reply_release(reply);
        end(out, HTTP_AGAIN, "%.300s", err.text);
    } else if (reply->state == STATE_FAILED) {
        end(out, HTTP_AGAIN, "%.300s", reply->detail ? reply->detail : "");
        reply_release(reply);
    }
    json_free(root);
}

void http_outcome_judge(const struct http_response *response,
                        const struct http_dialect *dialect,
                        enum request_kind kind,
                        unsigned sent,
                        struct reply *reply,
                        struct http_outcome *out)
{
    *out =
        (struct http_outcome){ .setting = NUM_HTTP_SETTINGS, .retry_ms = -1 };
    *reply = (struct reply){ 0 };
    if (response->trouble != HTTP_FINE) {
        judge_trouble(response, out);
    } else if (response->status >= 200 && response->status < 300) {
        judge_answer(response, dialect, kind, reply, out);
    } else {
        judge_error(response, dialect, sent, reply, out);
    }
}
