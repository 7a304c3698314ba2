/*
 * Whose replies these are, and whose limits count.
 */
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "generate/http/http_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *host_of(const char *url)
{
    return strstr(url, "://") + 3;
}

void http_options_identity(const struct http_options *self,
                           char out[BACKEND_IDENTITY])
{
    struct hash_stream *stream;
    struct text extra = { 0 };
    char digest[HASH_TEXT];
    char *name = text_format("http:%s:%s/%s",
                             self->dialect,
                             self->alias ? self->alias : host_of(self->url),
                             self->model);
    const bool is_long = strlen(name) + 18 > BACKEND_IDENTITY;

    if (self->extra)
        json_canonical(self->extra, &extra);
    stream = hash_stream_create();
    hash_stream_text(stream, is_long ? name : NULL);
    hash_stream_text(stream, self->api_version);
    hash_stream_text(stream, self->effort);
    hash_stream_text(stream, extra.len > 0 ? text_data(&extra) : NULL);
    hash_format(hash_stream_end(stream), digest);
    if (is_long) {
        (void)snprintf(out, BACKEND_IDENTITY, "http:%s", digest);
    } else if (self->api_version || self->effort || extra.len > 0) {
        (void)snprintf(out, BACKEND_IDENTITY, "%s+%.16s", name, digest);
    } else {
        (void)snprintf(out, BACKEND_IDENTITY, "%s", name);
    }
    text_release(&extra);
    free(name);
}

void http_options_account(const struct http_options *self,
                          struct backend_account *out)
{
    const char *host = host_of(self->url);
    struct hash_stream *stream;
    char digest[HASH_TEXT];

    *out = (struct backend_account){
        .requests = self->requests_per_minute,
        .tokens = self->tokens_per_minute,
    };
    if (self->account) {
        (void)snprintf(out->name, sizeof out->name, "%.63s", self->account);
        return;
    }
    stream = hash_stream_create();
    hash_stream_text(stream, self->key_env);
    hash_stream_text(stream, self->key_file);
    hash_stream_bytes(stream, host, strcspn(host, "/"));
    hash_format(hash_stream_end(stream), digest);
    (void)snprintf(out->name, sizeof out->name, "%s", digest);
}
