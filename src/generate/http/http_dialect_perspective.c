/*
 * Jigsaw's Perspective API: how toxic a text is, in [0, 1].  The model's name
 * is the attribute.  A text of more bytes than it takes is cut at a character.
 *
 * English unless body={"languages": [...]} says otherwise: what it guesses of a
 * reply in no language at all would be refused as one that it does not know.
 *
 * source  developers.perspectiveapi.com: comments:analyze, attributes,
 *         languages, quotas (one request a second unless more was granted)
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/http/http_dialect.h"
#include "generate/parts/values.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 20480 };

static const char *const attributes[] = {
    "TOXICITY",  "SEVERE_TOXICITY", "IDENTITY_ATTACK",   "INSULT",
    "PROFANITY", "THREAT",          "SEXUALLY_EXPLICIT", NULL,
};

static int check(const char *model, struct error *err)
{
    struct text known = { 0 };

    for (size_t i = 0; attributes[i]; i++) {
        if (text_equal(attributes[i], model)) {
            text_release(&known);
            return 0;
        }
        text_addf(&known, "%s%s", i ? ", " : "", attributes[i]);
    }
    (void)error_set(err,
                    ERR_USAGE,
                    "'%.40s' is no attribute of dialect perspective; there "
                    "are: %s",
                    model,
                    text_data(&known));
    text_release(&known);
    return -1;
}

static void address(const struct http_target *target,
                    enum request_kind kind,
                    struct text *out)
{
    (void)kind;
    text_addf(out, "%s/comments:analyze", target->url);
}

static struct cJSON *make_body(const struct http_target *target,
                               const struct request *request,
                               struct cJSON **settings)
{
    const char *text = request->messages[request->num_messages - 1].text;
    struct cJSON *body = json_new_object();
    size_t len = strlen(text);
    char *cut;

    if (len > MAX_TEXT)
        len = text_valid_utf8(text, MAX_TEXT);
    cut = mem_text_len(text, len);
    json_add_text(json_add_object(body, "comment"), "text", cut);
    free(cut);
    json_append_text(json_add_array(body, "languages"), "en");
    (void)json_add_object(json_add_object(body, "requestedAttributes"),
                          target->model);
    json_add_bool(body, "doNotStore", true);
    *settings = body;
    return body;
}

static int read_reply(const struct cJSON *root,
                      enum request_kind kind,
                      struct reply *out,
                      struct error *err)
{
    /* one was asked for */
    const struct cJSON *scores = json_member(root, "attributeScores");
    const double value =
        json_member_number(json_member(json_first(scores), "summaryScore"),
                           "value");

    (void)kind;
    if (!json_is_object(scores) || !(value >= 0 && value <= 1)) {
        return error_set(err,
                         ERR_FORMAT,
                         "a reply without a summaryScore in [0, 1]");
    }
    values_answer(out, &value, 1);
    return 0;
}

const struct http_dialect http_dialect_perspective = {
    .name = "perspective",
    .help = "Jigsaw's Perspective API",
    .url = "https://commentanalyzer.googleapis.com/v1alpha1",
    .key_env = "PERSPECTIVE_API_KEY",
    .key_header = "x-goog-api-key: ",
    .can = BACKEND_CAN(REQUEST_CLASSIFY),
    .requests_per_minute = 60,
    .check = check,
    .address = address,
    .body = make_body,
    .read = read_reply,
};
