/* An example of a backend: see CONTRIBUTING.md.  tests/cli/add.sh adds it to a copy
 * of the tree. */
#include "base/mem.h"
#include "generate/kinds.h"
#include "generate/parts/ready.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 32 }; /* replies that wait */

struct echo {
    struct backend base;
    struct ready ready;
};

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    if (*args)
        return error_set(err, ERR_USAGE, "echo takes no arguments");
    (void)snprintf(out->identity, sizeof out->identity, "echo");
    out->deterministic = true;
    out->can = BACKEND_CAN(REQUEST_CHAT);
    return 0;
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct backend_facts facts;
    struct echo *self;

    (void)slot;
    if (probe(args, &facts, err) < 0)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &backend_echo;
    return &self->base;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct echo *self = (struct echo *)base;
    struct reply reply = { .unit = request->unit };
    const char *said;

    if (request->kind != REQUEST_CHAT)
        return error_set(err, ERR_PERMANENT, "echo only chats");
    if (self->ready.num >= MOST)
        return error_set(err, ERR_TRANSIENT, "take what is ready first");
    said = request->messages[request->num_messages - 1].text;
    reply_set_text(&reply, said, strlen(said), FINISH_STOP);
    ready_push(&self->ready, &reply);
    return 0;
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    (void)budget_ms;
    (void)err;
    return ready_pop(&((struct echo *)base)->ready, out);
}

static int cancel(struct backend *base, struct hash128 unit)
{
    ready_drop(&((struct echo *)base)->ready, unit);
    return 0;
}

static void destroy(struct backend *base)
{
    struct echo *self = (struct echo *)base;

    if (!self)
        return;
    ready_release(&self->ready);
    free(self);
}

const struct backend_ops backend_echo = {
    .name = "echo",
    .help = "says what it was told",
    .args_help = "",
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .destroy = destroy,
};
