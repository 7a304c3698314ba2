/*
 * A model server of this node: started on the slot's GPUs, asked over HTTP on
 * the loopback address or a UNIX socket, with a key of this start, ended with
 * the backend.
 *
 * Requests that come while it starts wait here.  When it dies the backend is
 * broken, and its worker makes another one, as it does for every backend: so
 * often, with a rest between, as rank 0 allows a model.  Only where somebody
 * else was at its port it is started again here, at another one.
 *
 * Of a server over several nodes the instance of a node that is not the first
 * starts the recipe's node_command, and is asked nothing.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/program.h"
#include "base/text.h"
#include "generate/http/http_session.h"
#include "generate/kinds.h"
#include "generate/model_file.h"
#include "generate/parts/waiting.h"
#include "generate/server/server_instance.h"
#include "generate/server/server_options.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>

struct server {
    struct backend base;
    struct server_options options;
    struct server_recipe recipe;
    struct slot slot;
    char *nodes;  /* what the slot's are; NULL: this one */
    bool is_part; /* of a server that is asked on another node */
    char *model;
    struct server_instance instance;
    struct http_session *session; /* NULL while it starts */
    struct waiting waiting;       /* for the session */
};

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct server_options given = { 0 };
    struct server_recipe recipe;
    struct hash_stream *stream;
    char digest[HASH_TEXT];
    char *model = NULL;
    int rc;

    if (server_options_parse(&given, args, &model, &recipe, err) < 0)
        return -1;
    stream = hash_stream_create();
    rc = model_file_hash(model, stream, &out->memory_bytes, err);
    server_recipe_hash(&recipe, stream);
    hash_stream_text(stream, given.args);
    hash_stream_text(stream, given.body);
    hash_format(hash_stream_end(stream), digest);
    (void)snprintf(out->identity, sizeof out->identity, "server:%s", digest);
    out->can = recipe.can;
    out->spans_nodes = recipe.has_nodes;
    server_recipe_release(&recipe);
    server_options_release(&given);
    free(model);
    return rc;
}

static int at_hand(const char *args, struct error *err)
{
    struct server_options given = { 0 };
    struct server_words words = { .model = "", .socket = "", .key_file = "" };
    struct server_recipe recipe;
    char *model = NULL;
    char **command;
    int rc = 0;

    if (server_options_parse(&given, args, &model, &recipe, err) < 0)
        return -1;
    for (words.node = 0; rc == 0 && words.node <= recipe.has_nodes;
         words.node++) {
        command = server_recipe_command(&recipe, &words, given.prefix, NULL);
        if (!program_is_there(command[0])) {
            rc = error_set(err,
                           ERR_USAGE,
                           "no program '%s' in PATH here, which %s starts",
                           command[0],
                           given.with);
        }
        server_recipe_free(command);
    }
    server_recipe_release(&recipe);
    server_options_release(&given);
    free(model);
    return rc;
}

static int start(struct server *self, struct error *err)
{
    const struct server_launch_params params = {
        .recipe = &self->recipe,
        .slot = &self->slot,
        .model = self->model,
        .prefix = self->options.prefix,
        .args = self->options.args,
        .gpus = (int)self->options.gpus,
        .parallel = (int)self->options.parallel,
        .port = (int)self->options.port,
    };

    return server_instance_begin(&self->instance,
                                 &params,
                                 self->options.with,
                                 self->options.start_s,
                                 err);
}

static void destroy(struct backend *base)
{
    struct server *self = (struct server *)base;

    if (!self)
        return;
    http_session_destroy(self->session);
    server_instance_end(&self->instance);
    waiting_release(&self->waiting);
    free(self->nodes);
    free(self->model);
    server_recipe_release(&self->recipe);
    server_options_release(&self->options);
    free(self);
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct server *self = mem_alloc(1, sizeof *self);

    self->base.ops = &backend_server;
    self->slot = *slot;
    if (slot->nodes)
        self->nodes = mem_text(slot->nodes);
    self->slot.nodes = self->nodes;
    self->is_part = slot->node > 0;
    if (server_options_parse(&self->options,
                             args,
                             &self->model,
                             &self->recipe,
                             err)
        < 0) {
        free(self->nodes);
        free(self);
        return NULL;
    }
    if (slot->parallel > 0 && slot->parallel < self->options.parallel)
        self->options.parallel = slot->parallel;
    if (start(self, err) == 0)
        return &self->base;
    destroy(&self->base);
    return NULL;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct server *self = (struct server *)base;
    struct request copy;

    if (self->is_part)
        return error_set(err, ERR_PERMANENT, "its first node is asked");
    if (!(self->recipe.can & BACKEND_CAN(request->kind))) {
        return error_set(err,
                         ERR_PERMANENT,
                         "%s does not say that this server does this kind of "
                         "work",
                         self->options.with);
    }
    if (self->session)
        return http_session_submit(self->session, request, err);
    if (self->waiting.num >= (size_t)self->options.parallel)
        return error_set(err, ERR_TRANSIENT, "the server is starting");
    request_copy(&copy, request);
    waiting_push(&self->waiting, &copy);
    return 0;
}

/* Behind others; nothing where there is no value. */
static void add_arg(struct text *args, const char *key, const char *value)
{
    char *arg;

    if (!value)
        return;
    arg = text_format("%s=%s", key, value);
    text_add(args, ",");
    options_add_arg(args, arg);
    free(arg);
}

static char *session_args(const struct server *self)
{
    const struct server_launch *launch = &self->instance.launch;
    struct text out = { 0 };
    char *url = text_format("%s%s", launch->url, self->recipe.api);

    text_addf(&out,
              "%s,parallel=%d,timeout_s=%d,patience_s=%d,alias=server",
              self->recipe.serves,
              (int)self->options.parallel,
              (int)self->options.timeout_s,
              (int)self->options.timeout_s * 2);
    add_arg(&out, "url", url);
    add_arg(&out, "socket", launch->socket);
    add_arg(&out, "body", self->options.body);
    free(url);
    return text_take(&out);
}

/* It is ready: what waited goes to it. */
static int open_session(struct server *self, struct error *err)
{
    char *args = session_args(self);
    int rc = 0;

    self->session =
        http_session_create(args, self->instance.launch.key, 0, err);
    free(args);
    if (!self->session)
        return -1;
    for (size_t i = 0; rc == 0 && i < self->waiting.num; i++) {
        rc =
            http_session_submit(self->session, &self->waiting.requests[i], err);
    }
    waiting_release(&self->waiting);
    return rc;
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct server *self = (struct server *)base;
    struct error why = { 0 };
    int rc;

    if (self->is_part)
        return server_instance_look(&self->instance, err);
    if (!self->session) {
        if (server_instance_look(&self->instance, err) < 0)
            return -1;
        rc = server_instance_step(&self->instance, budget_ms, err);
        return rc > 0 ? open_session(self, err) : rc;
    }
    rc = http_session_step(self->session, budget_ms, out, &why);
    /* its end says more than what a request met with */
    if (rc <= 0 && server_instance_look(&self->instance, err) < 0)
        return -1;
    return rc < 0 ? server_instance_fail(&self->instance, why.text, err) : rc;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct server *self = (struct server *)base;

    if (self->session) {
        http_session_cancel(self->session, unit);
    } else {
        waiting_drop(&self->waiting, unit);
    }
    return 0;
}

static double load_s(const struct backend *base)
{
    return ((const struct server *)base)->instance.load_s;
}

const struct backend_ops backend_server = {
    .name = "server",
    .help = "a model server of this node, started and ended with its rank",
    .args_help = "MODEL,with=FILE[,key=value,...]",
    .options = server_options_table,
    .main_is_path = true,
    .probe = probe,
    .at_hand = at_hand,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .load_s = load_s,
    .destroy = destroy,
};
