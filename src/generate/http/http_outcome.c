#include "generate/http/http_outcome.h"

#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_complaint.h"
#include "generate/http/http_dialect.h"
#include "generate/http/http_reading.h"
#include "trustsweep/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAID = 300 }; /* bytes of what a provider says that are kept */

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

/* Bytes of a text, `most` at most, that end with a whole character. */
static int whole(const char *text, size_t most)
{
    return (int)text_valid_utf8(text, strnlen(text, most));
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

/* An error, whether the status or the body says which. */
struct refusal {
    long status;
    struct http_complaint complaint;
    char said[400]; /* for people */
};

/* Of status 400 and the like: who is to blame? */
static void judge_refusal(const struct refusal *refusal,
                          const struct http_dialect *dialect,
                          unsigned sent,
                          struct reply *reply,
                          struct http_outcome *out)
{
    const struct http_complaint *complaint = &refusal->complaint;
    const bool may_do_without =
        refusal->status == 400 || refusal->status == 422;

    if (http_complaint_is(complaint, COMPLAINT_FILTER)) {
        http_reading_blocked(reply, refusal->said);
        out->kind = HTTP_ANSWERED;
    } else if (http_complaint_is(complaint, COMPLAINT_OVERLONG)) {
        reply_fail(reply, STATE_OVERLONG, refusal->said);
        out->kind = HTTP_ANSWERED;
    } else if (http_complaint_is(complaint, COMPLAINT_ACCOUNT)) {
        end(out, HTTP_DENIED, "%s", refusal->said);
        out->is_sure = true;
    } else {
        out->setting = http_settings_blamed(dialect,
                                            sent,
                                            complaint->param,
                                            complaint->message);
        end(out,
            out->setting < NUM_HTTP_SETTINGS && may_do_without ? HTTP_WITHOUT
                                                               : HTTP_FAILED,
            "%s",
            refusal->said);
    }
}

static void judge_busy(const struct refusal *refusal, struct http_outcome *out)
{
    const bool is_account =
        http_complaint_is(&refusal->complaint, COMPLAINT_ACCOUNT);

    end(out, is_account ? HTTP_DENIED : HTTP_AGAIN, "%s", refusal->said);
    out->is_sure = is_account;
    out->is_congestion = !is_account;
    out->is_limit = refusal->status == 429 || refusal->status == 529;
    out->retry_ms = refusal->complaint.retry_ms;
}

static void judge_status(const struct refusal *refusal,
                         const struct http_dialect *dialect,
                         unsigned sent,
                         struct reply *reply,
                         struct http_outcome *out)
{
    const long status = refusal->status;

    if ((status == 401 || status == 402 || status == 403 || status == 404)
        && !http_complaint_is(&refusal->complaint, COMPLAINT_FILTER)) {
        end(out, HTTP_DENIED, "%s", refusal->said);
        out->is_sure = status == 402;
    } else if (status == 408 || status == 409 || status == 425 || status == 429
               || status >= 500) {
        judge_busy(refusal, out);
    } else {
        judge_refusal(refusal, dialect, sent, reply, out);
    }
}

static void judge_error(const struct http_response *response,
                        const struct http_dialect *dialect,
                        unsigned sent,
                        struct reply *reply,
                        struct http_outcome *out)
{
    struct refusal refusal = { .status = response->status };

    if (response->status >= 300 && response->status < 400) {
        end(out,
            HTTP_DENIED,
            "HTTP %ld: it leads to %s, which is not followed; give url= of the "
            "right place",
            response->status,
            response->location[0] ? response->location : "nowhere");
        return;
    }
    http_complaint_read(&response->body, &refusal.complaint);
    (void)snprintf(refusal.said,
                   sizeof refusal.said,
                   "HTTP %ld%s%.*s",
                   response->status,
                   refusal.complaint.message[0] ? ": " : "",
                   whole(refusal.complaint.message, MAX_SAID),
                   refusal.complaint.message);
    judge_status(&refusal, dialect, sent, reply, out);
}

/* A gateway that had said 200 before its provider failed puts the error into
 * the body, as {"error": {"code": 429, "message": "..."}}.  Without a status in
 * it, it is one of the server's.  false = there is none */
static bool judge_hidden(const struct http_response *response,
                         const struct cJSON *root,
                         const struct http_dialect *dialect,
                         unsigned sent,
                         struct reply *reply,
                         struct http_outcome *out)
{
    const struct cJSON *error = json_member(root, "error");
    struct refusal refusal = { .status = 500 };
    const double code = json_member_number(error, "code");

    if (!json_is_object(error) && !json_is_text(error))
        return false;
    http_complaint_read(&response->body, &refusal.complaint);
    if (code >= 400 && code < 600) {
        refusal.status = (long)code;
    } else if (http_complaint_is(&refusal.complaint, COMPLAINT_FILTER)
               || http_complaint_is(&refusal.complaint, COMPLAINT_OVERLONG)) {
        refusal.status = 400;
    }
    (void)snprintf(refusal.said,
                   sizeof refusal.said,
                   "HTTP %ld with error %ld: %.*s",
                   response->status,
                   refusal.status,
                   whole(refusal.complaint.message, MAX_SAID),
                   refusal.complaint.message);
    judge_status(&refusal, dialect, sent, reply, out);
    return true;
}

/* The body with what is no UTF-8 in it, and NULs that are escaped, as U+FFFD,
 * as in any reply; NULL = nothing is wrong with it. */
static struct text *mend(const struct text *body, struct text *clean)
{
    const char *text = text_data(body);

    if (text_valid_utf8(text, body->len) == body->len
        && !strstr(text, "\\u0000"))
        return NULL;
    text_add_utf8(clean, text, body->len);
    if (clean->len > 0)
        json_mend_nuls(clean->data, clean->len);
    return clean;
}

static void keep_names(const struct cJSON *root, struct http_outcome *out)
{
    const char *served = json_member_text(root, "model");

    if (!served)
        served = json_member_text(root, "modelVersion");
    if (served) {
        (void)snprintf(out->served,
                       sizeof out->served,
                       "%.*s",
                       whole(served, sizeof out->served - 1),
                       served);
    }
    served = json_member_text(root, "system_fingerprint");
    if (served) {
        (void)snprintf(out->fingerprint,
                       sizeof out->fingerprint,
                       "%.*s",
                       whole(served, sizeof out->fingerprint - 1),
                       served);
    }
}

static void judge_answer(const struct http_response *response,
                         const struct http_dialect *dialect,
                         enum request_kind kind,
                         unsigned sent,
                         struct reply *reply,
                         struct http_outcome *out)
{
    const char *text = text_data(&response->body);
    struct text clean = { 0 };
    const struct text *body = mend(&response->body, &clean);
    struct error err = { 0 };
    struct cJSON *root;

    if (!body)
        body = &response->body;
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
    keep_names(root, out);
    out->is_paid = true;
    if (dialect->read(root, kind, reply, &err) < 0) {
        out->is_paid = false;
        reply_release(reply);
        if (!judge_hidden(response, root, dialect, sent, reply, out))
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
        judge_answer(response, dialect, kind, sent, reply, out);
    } else {
        judge_error(response, dialect, sent, reply, out);
    }
}
