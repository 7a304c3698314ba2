/*
 * http_dialect.h - how a provider wants to be asked, and how it answers.
 *
 * To add one: write src/generate/http/http_dialect_NAME.c with one public symbol,
 * `const struct http_dialect http_dialect_NAME`, and name it in
 * http_dialects.c.  What is common stands in http_settings.h (numbers of a
 * request), http_openai.h (bodies that many others speak, too) and
 * http_outcome.h (errors).
 */
#ifndef HTTP_DIALECT_H
#define HTTP_DIALECT_H

#include "generate/http/http_settings.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdbool.h>

struct cJSON;
struct error;
struct http_dialect;
struct text;

/* Whom a backend speaks to; all borrowed. */
struct http_target {
    const struct http_dialect *dialect;
    const char *model;
    const char *url;          /* of the API, without a '/' at its end */
    const char *api_version;  /* "" = the dialect's */
    const char *effort;       /* of reasoning; NULL = not said */
    const struct cJSON *body; /* members to add to each request; or NULL */
};

struct http_dialect {
    const char *name;
    const char *help;           /* one line */
    const char *url;            /* NULL: has to be given */
    const char *key_env;        /* where its key is looked for with that url */
    const char *key_header;     /* what stands before the key */
    const char *const *headers; /* NULL-terminated, further ones; may be NULL */
    unsigned can;               /* BACKEND_CAN() bits */
    /* what each setting is called; NULL: there is no place for it */
    const char *settings[NUM_HTTP_SETTINGS];
    double requests_per_minute; /* of an account that says none; 0: no limit */

    /* Whether there is such a model; NULL: nobody knows.  ERR_USAGE */
    int (*check)(const char *model, struct error *err);

    /* The address for a kind of request; appended to `out`. */
    void (*address)(const struct http_target *target,
                    enum request_kind kind,
                    struct text *out);

    /* The body without the settings; `settings` is the object in it that they
     * are added to by http_settings_put(). */
    struct cJSON *(*body)(const struct http_target *target,
                          const struct request *request,
                          struct cJSON **settings);

    /* Text, reasoning, values, state and tokens of a reply of status 200.
     * errors  ERR_FORMAT: not what this dialect says */
    int (*read)(const struct cJSON *root,
                enum request_kind kind,
                struct reply *out,
                struct error *err);
};

/* NULL with ERR_USAGE, which names all of them. */
const struct http_dialect *http_dialects_find(const char *name,
                                              struct error *err);

extern const struct http_dialect http_dialect_openai;
extern const struct http_dialect http_dialect_azure;
extern const struct http_dialect http_dialect_anthropic;
extern const struct http_dialect http_dialect_gemini;
extern const struct http_dialect http_dialect_perspective;

#endif
