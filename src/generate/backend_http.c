/*
 * A model behind HTTP: a session (http_session.h) as a backend.
 */
#include "base/mem.h"
#include "generate/http/http_client.h"
#include "generate/http/http_key.h"
#include "generate/http/http_options.h"
#include "generate/http/http_session.h"
#include "generate/kinds.h"

#include <stdio.h>
#include <stdlib.h>

struct http {
    struct backend base;
    struct http_session *session;
};

static struct http_session *session_of(const struct backend *base)
{
    return ((const struct http *)base)->session;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct http_options options;

    if (http_options_parse(&options, args, err) < 0)
        return -1;
    http_options_identity(&options, out->identity);
    out->can = options.target.dialect->can;
    http_options_account(&options, &out->account);
    out->patience_s = (double)options.patience_s;
    out->has_no_load = true;
    (void)snprintf(out->key_env,
                   sizeof out->key_env,
                   "%s",
                   options.key_env ? options.key_env : "");
    http_options_release(&options);
    return 0;
}

static int at_hand(const char *args, struct error *err)
{
    struct http_options options;
    int rc;

    if (http_options_parse(&options, args, err) < 0)
        return -1;
    rc = http_key_is_there(options.key_env, options.key_file, err);
    http_options_release(&options);
    return rc;
}

static void destroy(struct backend *base)
{
    if (!base)
        return;
    http_session_destroy(session_of(base));
    free(base);
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct http *self = mem_alloc(1, sizeof *self);

    self->base.ops = &backend_http;
    self->session = http_session_create(args, NULL, slot->parallel, err);
    if (self->session)
        return &self->base;
    free(self);
    return NULL;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    return http_session_submit(session_of(base), request, err);
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    return http_session_step(session_of(base), budget_ms, out, err);
}

static int cancel(struct backend *base, struct hash128 unit)
{
    http_session_cancel(session_of(base), unit);
    return 0;
}

static double load_s(const struct backend *base)
{
    return http_session_has_answered(session_of(base)) ? 0 : -1;
}

static void set_rate(struct backend *base, double requests, double tokens)
{
    http_session_set_rate(session_of(base), requests, tokens);
}

static void version(char *out, size_t size)
{
    http_client_version(out, size);
}

const struct backend_ops backend_http = {
    .name = "http",
    .help = "a model behind HTTP: providers and served models",
    .args_help = "MODEL[,key=value,...]",
    .options = http_options_table,
    .is_remote = true,
    .version = version,
    .probe = probe,
    .at_hand = at_hand,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .load_s = load_s,
    .set_rate = set_rate,
    .destroy = destroy,
};
