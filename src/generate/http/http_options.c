#include "generate/http/http_options.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/secret_value.h"
#include "base/text.h"
#include "generate/http/http_body.h"
#include "generate/http/http_key.h"
#include "generate/parts/backend_args.h"
#include "generate/parts/secrets.h"
#include "trustsweep/error.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_URL = 1000 };

static const char *const efforts[] = { "none", "minimal", "low", "medium",
                                       "high", "xhigh",   "max", NULL };

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member has none */
#define TEXT(member, what, text)                                      \
    .name = #member, .type = OPTION_TEXT,                             \
    .offset = offsetof(struct http_options, member), .value = (what), \
    .help = (text)
#define FILE_OF(member, text)                                         \
    .name = #member, .type = OPTION_PATH,                             \
    .offset = offsetof(struct http_options, member), .value = "FILE", \
    .help = (text)
#define NUMBER(member, otherwise, least, most, of, text)                      \
    .name = #member, .type = OPTION_INT,                                      \
    .offset = offsetof(struct http_options, member), .fallback = (otherwise), \
    .min = (least), .max = (most), .unit = (of), .help = (text)
/* NOLINTEND(bugprone-macro-parentheses) */

const struct option http_options_table[] = {
    { TEXT(dialect, "NAME", "How the provider wants to be asked."),
      .fallback = "openai" },
    { TEXT(url, "URL", "Of the API; default: the dialect's.") },
    { TEXT(alias,
           "NAME",
           "What the endpoint is called in the model's identity; default: "
           "its address.") },
    { TEXT(account,
           "NAME",
           "Models with the same one share its limits; default: those with "
           "one key at one host.") },
    { TEXT(key_env,
           "NAME",
           "Variable that holds the key; default: the dialect's, for its own "
           "address.") },
    { FILE_OF(key_file,
              "File that holds the key, readable by its owner only.") },
    { FILE_OF(ca_file,
              "Authorities to trust instead of the system's, as PEM.") },
    { TEXT(proxy, "URL", "Default: what the environment says.") },
    { FILE_OF(socket, "UNIX socket to speak through, on this machine.") },
    { TEXT(api_version, "DATE", "Of Azure.") },
    { .name = "effort",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct http_options, effort),
      .choices = efforts,
      .help = "Of reasoning, for models that take one." },
    { TEXT(body,
           "JSON",
           "An object whose members are added to each request.") },
    { .name = "plain",
      .type = OPTION_FLAG,
      .offset = offsetof(struct http_options, plain),
      .help = "Send the key over http:// to another machine, too." },
    { NUMBER(parallel, "32", 1, 1024, NULL, "Requests at once, at most.") },
    { NUMBER(timeout_s, "300", 1, 3600, "s", "Of one try.") },
    { NUMBER(connect_s, "20", 1, 600, "s", "To be connected.") },
    { NUMBER(patience_s,
             "540",
             1,
             86400,
             "s",
             "For all tries of one request.") },
    { NUMBER(retries,
             "6",
             0,
             100,
             NULL,
             "Further tries after a failure that may pass; being told to slow "
             "down does not count.") },
    { NUMBER(max_mb, "16", 1, 1024, "MiB", "Of one reply.") },
    { .name = "requests_per_minute",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct http_options, requests_per_minute),
      .fallback = "0",
      .max = 1e9,
      .help = "Of the account, over all ranks; 0 = what the provider says." },
    { .name = "tokens_per_minute",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct http_options, tokens_per_minute),
      .fallback = "0",
      .max = 1e12,
      .help = "Of the account, over all ranks; 0 = what the provider says." },
    { .name = NULL },
};

/* Whether what stands behind "://" is this machine. */
static bool is_local(const char *host)
{
    const size_t len = strcspn(host, ":/");

    if (text_starts(host, "[::1]"))
        return true;
    if (text_starts(host, "127."))
        return strspn(host, "0123456789.") == len;
    return len == strlen("localhost") && text_starts(host, "localhost");
}

bool http_options_is_local(const struct http_options *self)
{
    const char *host = strstr(self->url, "://");

    return host && is_local(host + 3);
}

/* A key in an address would be in every file that names it. */
static int check_url(const char *url, const char *what, struct error *err)
{
    const char *host = strstr(url, "://");
    const char *at = host ? strchr(host, '@') : NULL;

    if (at) {
        return error_set(err,
                         ERR_USAGE,
                         "%s= holds a name or a key before '@', which would be "
                         "in every file that names it; use key_env or key_file "
                         "(for a proxy: the variable https_proxy)",
                         what);
    }
    if (!host || strlen(url) > MAX_URL || strpbrk(url, "?# \"\\\r\n\t")) {
        return error_set(err,
                         ERR_USAGE,
                         "%s= wants http://HOST[:PORT]/PATH or https://..., "
                         "without '?' and '#'",
                         what);
    }
    return 0;
}

static int set_url(struct http_options *self,
                   const struct http_dialect *dialect,
                   struct error *err)
{
    size_t len;

    /* the dialect's key goes to the dialect's address, or where it has none */
    if (!self->key_env && !self->key_file && (!self->url || !dialect->url))
        self->key_env = mem_text(dialect->key_env);
    if (!self->url && dialect->url)
        self->url = mem_text(dialect->url);
    if (!self->url) {
        return error_set(err,
                         ERR_USAGE,
                         "dialect %s wants url=",
                         dialect->name);
    }
    if (check_url(self->url, "url", err) < 0)
        return -1;
    if (!text_starts(self->url, "https://")
        && !text_starts(self->url, "http://")) {
        return error_set(err,
                         ERR_USAGE,
                         "url= begins with https:// or http://");
    }
    len = strlen(self->url);
    while (self->url[len - 1] == '/')
        self->url[--len] = '\0';
    if (text_starts(self->url, "http://") && (self->key_env || self->key_file)
        && !self->plain && !is_local(self->url + strlen("http://"))) {
        return error_set(err,
                         ERR_USAGE,
                         "a key is not sent over http:// to another machine; "
                         "use https://, or 'plain' where the network is yours");
    }
    return 0;
}

static int set_extra(struct http_options *self, struct error *err)
{
    if (self->body)
        self->extra = http_body_parse(self->body, err);
    return self->body && !self->extra ? -1 : 0;
}

static int check_model(const char *args, struct error *err)
{
    const size_t len = strcspn(args, ",");

    if (len == 0) {
        return error_set(err,
                         ERR_USAGE,
                         "http: the model is missing; it comes first: "
                         "http:MODEL,key=value");
    }
    if (memchr(args, '=', len) || len > 200) {
        return error_set(err,
                         ERR_USAGE,
                         "http: '%.*s' is no model; it comes first: "
                         "http:MODEL,key=value",
                         len > 60 ? 60 : (int)len,
                         args);
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)args[i] <= 0x20 || strchr("?#\"\\", args[i])) {
            return error_set(err,
                             ERR_USAGE,
                             "http: a model's name has no spaces, quotes, "
                             "'?' and '#'");
        }
    }
    return 0;
}

static int complete(struct http_options *self, struct error *err)
{
    const struct http_dialect *dialect = http_dialects_find(self->dialect, err);

    if (!dialect)
        return -1;
    if (self->key_env && !http_key_is_name(self->key_env)) {
        return error_set(err,
                         ERR_USAGE,
                         "key_env= wants the name of a variable, not the key "
                         "itself (what was given is not shown)");
    }
    if (self->proxy && check_url(self->proxy, "proxy", err) < 0)
        return -1;
    if (self->api_version
        && strspn(self->api_version, "0123456789abcdefghijklmnopqrstuvwxyz-")
               != strlen(self->api_version))
        return error_set(err, ERR_USAGE, "api_version= wants a date");
    if (self->socket && self->proxy)
        return error_set(err, ERR_USAGE, "socket= and proxy= exclude another");
    if (set_url(self, dialect, err) < 0 || set_extra(self, err) < 0
        || (dialect->check && dialect->check(self->model, err) < 0))
        return -1;
    secrets_note(self->key_env);
    if (!(self->requests_per_minute > 0))
        self->requests_per_minute = dialect->requests_per_minute;
    self->target = (struct http_target){
        .dialect = dialect,
        .model = self->model,
        .url = self->url,
        .api_version = self->api_version,
        .effort = self->effort,
        .body = self->extra,
    };
    return 0;
}

/* In a model's name, a URL, an account: all of it is in every file. */
static int check_keys(const char *args, struct error *err)
{
    if (!secret_value_has_key(args))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "http: has what looks like a provider's key, which would "
                     "be in every file that names it; use key_env or key_file "
                     "(what was given is not shown)");
}

int http_options_parse(struct http_options *out,
                       const char *args,
                       struct error *err)
{
    char *model = NULL;

    *out = (struct http_options){ 0 };
    if (check_model(args, err) < 0
        || backend_args_parse(args, http_options_table, &model, out, err) < 0)
        return -1;
    out->model = model;
    if (complete(out, err) == 0 && check_keys(args, err) == 0)
        return 0;
    http_options_release(out);
    return -1;
}

void http_options_release(struct http_options *self)
{
    free(self->model);
    json_free(self->extra);
    self->model = NULL;
    self->extra = NULL;
    options_release(http_options_table, self);
}
