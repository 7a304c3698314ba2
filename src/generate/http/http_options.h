/*
 * http_options.h - what a spec "http:MODEL,key=value,..." says.
 */
#ifndef HTTP_OPTIONS_H
#define HTTP_OPTIONS_H

#include "base/options.h"
#include "generate/http/http_dialect.h"
#include "trustsweep/backend.h"

#include <stdbool.h>
#include <stdint.h>

struct http_options {
    char *model;
    char *dialect;
    char *url; /* without a '/' at its end */
    char *alias;
    char *account;
    char *key_env; /* NULL: none is wanted, or from key_file */
    char *key_file;
    char *ca_file;
    char *proxy;
    char *socket;
    char *api_version;
    char *effort;
    char *body;
    bool plain;
    int64_t parallel;
    int64_t timeout_s;
    int64_t connect_s;
    int64_t patience_s;
    int64_t retries;
    int64_t max_mb;
    double requests_per_minute;
    double tokens_per_minute;

    struct http_target target; /* borrows from the above */
    struct cJSON *extra;       /* `body`, read */
};

extern const struct option http_options_table[];

/* errors  ERR_USAGE.  On success http_options_release() */
int http_options_parse(struct http_options *out,
                       const char *args,
                       struct error *err);
void http_options_release(struct http_options *self);

/* Whether its address is this machine's own. */
bool http_options_is_local(const struct http_options *self);

/* What determines the replies: alias of the endpoint, model, and what changes
 * the request. */
void http_options_identity(const struct http_options *self,
                           char out[BACKEND_IDENTITY]);

/* Whose limits count: by its name, else one key at one host is one account. */
void http_options_account(const struct http_options *self,
                          struct backend_account *out);

#endif
