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
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/program.h"
#include "base/text.h"
#include "generate/http/http_session.h"
#include "generate/kinds.h"
#include "generate/model_file.h"
#include "generate/parts/backend_args.h"
#include "generate/parts/waiting.h"
#include "generate/server/server_health.h"
#include "generate/server/server_launch.h"
#include "generate/server/server_options.h"
#include "generate/server/server_port.h"
#include "generate/server/server_process.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_STARTS = 5, /* each at another port */
    TAIL = 300,     /* of its log, in an error */
    LONG_TAIL = 4000,
};

struct server {
    struct backend base;
    struct server_options options;
    struct server_recipe recipe;
    struct slot slot;
    char *nodes;  /* what the slot's are; NULL: this one */
    bool is_part; /* of a server that is asked on another node */
    char *model;
    struct server_launch launch;
    int num_starts;
    int64_t began_ms;             /* the last start */
    struct server_health *health; /* NULL once it is well */
    struct http_session *session; /* NULL while it starts */
    double load_s;                /* -1 while it starts */
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
        .port = self->num_starts == 0 ? (int)self->options.port : 0,
    };
    char *url;

    server_health_destroy(self->health);
    self->health = NULL;
    server_launch_end(&self->launch);
    self->num_starts++;
    self->began_ms = clock_ms();
    if (server_launch_begin(&self->launch, &params, err) < 0)
        return -1;
    if (self->is_part) {
        log_info("server starts: %s, node %d of %s",
                 self->options.with,
                 self->slot.node + 1,
                 self->nodes);
        return 0;
    }
    log_info("server starts: %s at %s",
             self->options.with,
             self->launch.socket ? self->launch.socket : self->launch.url);
    url = text_format("%s%s", self->launch.url, self->recipe.health);
    self->health = server_health_create(self->launch.socket, url, err);
    free(url);
    return self->health ? 0 : -1;
}

static void destroy(struct backend *base)
{
    struct server *self = (struct server *)base;

    if (!self)
        return;
    http_session_destroy(self->session);
    server_health_destroy(self->health);
    server_launch_end(&self->launch);
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
    self->load_s = -1;
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

/* What went wrong, and the last words of the server; all of these also into
 * this rank's log. */
static int fail(struct server *self, const char *what, struct error *err)
{
    struct text said = { 0 };

    server_launch_tail(&self->launch, LONG_TAIL, &said);
    if (said.len > 0)
        log_info("server said: %s", text_data(&said));
    text_clear(&said);
    server_launch_tail(&self->launch, TAIL, &said);
    (void)error_set(err,
                    ERR_IO,
                    "the server %s%s%s",
                    what,
                    said.len > 0 ? "; it said last: " : "",
                    text_data(&said));
    text_release(&said);
    return -1;
}

/* Whether it has ended; -1 then, unless it starts again at another port. */
static int look(struct server *self, struct error *err)
{
    struct text how = { 0 };
    int rc = 0;

    if (server_process_runs(self->launch.process, &how))
        return 0;
    if (!self->session && !self->is_part && self->launch.port > 0
        && self->num_starts < MAX_STARTS
        && server_port_owner(self->launch.port, 0) == SERVER_PORT_OTHERS) {
        log_info("server starts again: somebody else has port %d",
                 self->launch.port);
        rc = start(self, err);
    } else {
        rc = fail(self, text_data(&how), err);
    }
    text_release(&how);
    return rc;
}

static char *session_args(const struct server *self)
{
    struct text out = { 0 };
    char *url = text_format("url=%s%s", self->launch.url, self->recipe.api);
    char *socket = text_format("socket=%s", self->launch.socket);
    char *body = text_format("body=%s", self->options.body);

    text_addf(&out,
              "%s,parallel=%d,timeout_s=%d,patience_s=%d,alias=server",
              self->recipe.serves,
              (int)self->options.parallel,
              (int)self->options.timeout_s,
              (int)self->options.timeout_s * 2);
    text_add(&out, ",");
    backend_args_add(&out, url);
    if (self->launch.socket) {
        text_add(&out, ",");
        backend_args_add(&out, socket);
    }
    if (self->options.body) {
        text_add(&out, ",");
        backend_args_add(&out, body);
    }
    free(body);
    free(socket);
    free(url);
    return text_take(&out);
}

/* It is ready: what waited goes to it. */
static int open_session(struct server *self, struct error *err)
{
    char *args = session_args(self);
    int rc = 0;

    self->session = http_session_create(args, self->launch.key, 0, err);
    free(args);
    if (!self->session)
        return -1;
    server_health_destroy(self->health);
    self->health = NULL;
    self->load_s = (double)(clock_ms() - self->began_ms) / 1e3;
    log_info("server is ready: after %.1f s", self->load_s);
    for (size_t i = 0; rc == 0 && i < self->waiting.num; i++) {
        rc =
            http_session_submit(self->session, &self->waiting.requests[i], err);
    }
    waiting_release(&self->waiting);
    return rc;
}

/* Something answers there: is it ours? */
static int take_well(struct server *self, struct error *err)
{
    if (self->launch.port == 0
        || server_port_owner(self->launch.port,
                             server_process_guard(self->launch.process))
               != SERVER_PORT_OTHERS)
        return open_session(self, err);
    log_info("server starts again: another one answers at port %d",
             self->launch.port);
    if (self->num_starts < MAX_STARTS)
        return start(self, err);
    return fail(self, "found others at each of its ports", err);
}

/* While it starts: is it well? */
static int wait_for(struct server *self, int budget_ms, struct error *err)
{
    int rc;

    if (clock_ms() - self->began_ms > self->options.start_s * 1000) {
        char *what = text_format("is not ready after start_s=%d",
                                 (int)self->options.start_s);

        rc = fail(self, what, err);
        free(what);
        return rc;
    }
    rc = server_health_step(self->health, budget_ms, err);
    return rc > 0 ? take_well(self, err) : rc;
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
        return look(self, err);
    if (!self->session) {
        if (look(self, err) < 0)
            return -1;
        return wait_for(self, budget_ms, err);
    }
    rc = http_session_step(self->session, budget_ms, out, &why);
    /* its end says more than what a request met with */
    if (rc <= 0 && look(self, err) < 0)
        return -1;
    return rc < 0 ? fail(self, why.text, err) : rc;
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
    return ((const struct server *)base)->load_s;
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
