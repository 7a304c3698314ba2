/*
 * Recorded answers: to items by their content (replay_tapes.h), and to what has
 * no item, as the questions to a role, by the prompt (replay_answers.h).
 */
#include "base/mem.h"
#include "generate/kinds.h"
#include "generate/parts/ready.h"
#include "generate/replay/replay_answers.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_identity.h"
#include "generate/replay/replay_tapes.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdlib.h>

enum { MAX_READY = 256 };

/* Answers are looked up, which is no work beside that of any model: what one worker
 * was measured to do with the 2.9 million tokens of a whole data set, to a power
 * of ten. */
static const double read_tokens_per_s = 1e6;

struct replay {
    struct backend base;
    struct replay_folders folders;
    struct replay_tapes *tapes;
    struct replay_answers **answers; /* [num_answers], from the first question
                                        without an item on */
    size_t num_answers;
    struct ready ready;
};

static int read_answers(struct replay *self, struct error *err)
{
    free(self->answers);
    self->answers = mem_alloc(self->folders.num, sizeof(void *));
    for (size_t i = 0; i < self->folders.num; i++) {
        char *path = replay_answers_path(self->folders.paths[i]);
        struct replay_answers *answers =
            path ? replay_answers_read(path, err) : NULL;
        bool is_broken = path && !answers;

        free(path);
        if (answers)
            self->answers[self->num_answers++] = answers;
        if (is_broken)
            return -1;
        for (size_t k = 0; answers && k + 1 < self->num_answers; k++) {
            if (replay_answers_agree(answers, self->answers[k], err) < 0)
                return -1;
        }
    }
    return 0;
}

static void forget_answers(struct replay *self)
{
    for (size_t i = 0; i < self->num_answers; i++)
        replay_answers_destroy(self->answers[i]);
    free(self->answers);
    self->answers = NULL;
    self->num_answers = 0;
}

/* 0 with `reply` filled, or -1. */
static int answer_prompt(struct replay *self,
                         const struct request *request,
                         struct reply *reply,
                         struct error *err)
{
    if (self->num_answers == 0 && read_answers(self, err) < 0) {
        forget_answers(self);
        if (err)
            err->code = ERR_PERMANENT;
        return -1;
    }
    if (self->num_answers == 0)
        reply_fail(reply, STATE_MISSING, "no answers.jsonl in the folder");
    for (size_t i = 0; i < self->num_answers; i++) {
        reply_release(reply);
        *reply = (struct reply){ .unit = request->unit };
        replay_answers_find(self->answers[i], request, reply);
        if (reply->state != STATE_MISSING)
            break;
    }
    return 0;
}

static int answer_item(struct replay *self,
                       const struct request *request,
                       struct reply *reply,
                       struct error *err)
{
    const size_t num = request->num_messages;
    const struct replay_question of = {
        .task = request->task,
        .prompt = num > 0 ? request->messages[num - 1].text : NULL,
        .item = request->item,
        .occurrence = request->occurrence,
    };

    return replay_tapes_answer(self->tapes, &of, reply, err);
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct replay *self = (struct replay *)base;
    struct reply reply = { .unit = request->unit };
    bool has_item = request->task && *request->task;
    int rc;

    if (self->ready.num >= MAX_READY)
        return error_set(err, ERR_TRANSIENT, "replay is full");
    rc = has_item ? answer_item(self, request, &reply, err)
                  : answer_prompt(self, request, &reply, err);
    if (rc < 0)
        return -1;
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
    return ready_pop(&((struct replay *)base)->ready, out) ? 1 : 0;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    ready_drop(&((struct replay *)base)->ready, unit);
    return 0;
}

static void destroy(struct backend *base)
{
    struct replay *self = (struct replay *)base;

    if (!self)
        return;
    replay_tapes_destroy(self->tapes);
    forget_answers(self);
    ready_release(&self->ready);
    replay_folders_release(&self->folders);
    free(self);
}

/* What one of several folders contradicts is said before a run. */
static int check_answers(const struct replay_folders *folders,
                         struct error *err)
{
    struct replay self = { .folders = *folders };
    int rc = folders->num > 1 ? read_answers(&self, err) : 0;

    forget_answers(&self);
    return rc;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct replay_folders folders;
    int rc;

    if (replay_folders_parse(args, &folders, err) < 0)
        return -1;
    rc = replay_facts(&folders, out, err);
    if (rc == 0)
        rc = check_answers(&folders, err);
    out->deterministic = true;
    out->tokens_per_s = read_tokens_per_s;
    out->has_no_load = true;
    replay_folders_release(&folders);
    return rc;
}

static int identify(const char *args,
                    const char *task,
                    char *out,
                    struct error *err)
{
    struct replay_folders folders;
    struct replay_tapes *tapes;
    int rc;

    if (replay_folders_parse(args, &folders, err) < 0)
        return -1;
    tapes = replay_tapes_create(&folders);
    rc = replay_tapes_identify(tapes, task, out, err);
    replay_tapes_destroy(tapes);
    replay_folders_release(&folders);
    return rc;
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct replay_folders folders;
    struct replay *self;

    (void)slot;
    if (replay_folders_parse(args, &folders, err) < 0)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &backend_replay;
    self->folders = folders;
    self->tapes = replay_tapes_create(&self->folders);
    return &self->base;
}

const struct backend_ops backend_replay = {
    .name = "replay",
    .help = "recorded answers: of a model to items, of a role to prompts "
            "(answers.jsonl)",
    .args_help = "FOLDER[,FOLDER...]",
    .main_is_path = true,
    .all_are_paths = true,
    .is_remote = true,
    .probe = probe,
    .identify = identify,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .destroy = destroy,
};
