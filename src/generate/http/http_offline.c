#include "generate/http/http_offline.h"

#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_client.h"
#include "generate/http/http_openai.h"
#include "generate/http/http_outcome.h"
#include "generate/http/http_task.h"
#include "generate/http/http_usage.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>

int http_offline_check(const struct http_options *options, struct error *err)
{
    const struct http_dialect *dialect = options->target.dialect;

    if (dialect == &http_dialect_openai || dialect == &http_dialect_azure)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "dialect %s has no batch files of this form; openai and "
                     "azure have",
                     dialect->name);
}

void http_offline_line(const struct http_options *options,
                       const struct request *request,
                       struct text *out)
{
    const bool is_azure = options->target.dialect == &http_dialect_azure;
    char id[HASH_TEXT];

    hash_format(request->unit, id);
    text_addf(out,
              "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s%s\","
              "\"body\":",
              id,
              is_azure ? "" : "/v1",
              http_openai_path(request->kind));
    http_task_body(&options->target, request, 0, out);
    text_add(out, "}\n");
}

static bool fail(char why[HTTP_OFFLINE_WHY],
                 const char *what,
                 const struct cJSON *error)
{
    const char *code = json_member_text(error, "code");
    const char *message = json_member_text(error, "message");

    (void)snprintf(why,
                   HTTP_OFFLINE_WHY,
                   "%s%s%.60s%s%.200s",
                   what,
                   code ? " " : "",
                   code ? code : "",
                   message ? ": " : "",
                   message ? message : "");
    return false;
}

bool http_offline_read(const struct http_options *options,
                       const struct request *request,
                       const struct cJSON *line,
                       struct reply *out,
                       char why[HTTP_OFFLINE_WHY])
{
    const struct http_dialect *dialect = options->target.dialect;
    const struct cJSON *from = json_member(line, "response");
    const double status = json_member_number(from, "status_code");
    const unsigned sent = http_settings_sent(request, dialect, 0);
    struct http_response response = { .status = (long)status };
    struct http_outcome outcome;

    if (!json_is_object(from))
        return fail(why, "no response:", json_member(line, "error"));
    if (!(status >= 100 && status < 600))
        return fail(why, "a response without a status_code", NULL);
    json_write_line(json_member(from, "body"), &response.body);
    http_outcome_judge(&response, dialect, request->kind, sent, out, &outcome);
    text_release(&response.body);
    if (outcome.kind != HTTP_ANSWERED)
        return fail(why, outcome.why, NULL);
    out->unit = request->unit;
    outcome.is_estimated = outcome.is_paid && http_usage_complete(request, out);
    out->recorded =
        http_settings_note(request, dialect, 0, options->model, &outcome);
    return true;
}
