/*
 * Recorded answers: to items by their content (replay_tapes.h), and to what has
 * no item, as the questions to a role, by the prompt (replay_answers.h).
 */
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "generate/backend_args.h"
#include "generate/kinds.h"
#include "generate/ready.h"
#include "generate/replay_answers.h"
#include "generate/replay_tapes.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_READY = 256 };

struct replay {
    struct backend base;
    char *folder;
    struct replay_tapes *tapes;
    struct replay_answers
        *answers; /* from the first question without an item */
    struct ready ready;
};

static const struct option options[] = { { .name = NULL } };

/* 0 with `reply` filled, or -1. */
static int answer_prompt(struct replay *self,
                         const struct request *request,
                         struct reply *reply,
                         struct error *err)
{
    char *path = self->answers ? NULL : replay_answers_path(self->folder);

    if (!self->answers && !path) {
        reply_fail(reply, STATE_MISSING, "no answers.jsonl in the folder");
        return 0;
    }
    if (path)
        self->answers = replay_answers_read(path, err);
    free(path);
    if (!self->answers) {
        if (err)
            err->code = ERR_PERMANENT;
        return -1;
    }
    replay_answers_find(self->answers, request, reply);
    return 0;
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
    rc = has_item ? replay_tapes_answer(self->tapes, request, &reply, err)
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
    replay_answers_destroy(self->answers);
    ready_release(&self->ready);
    free(self->folder);
    free(self);
}

/* Hash names and bytes of every file of one dimension's folder. */
static int hash_folder(const char *folder,
                       const char *dimension,
                       struct sha256 *sum,
                       size_t *num,
                       struct error *err)
{
    char *path = path_join(folder, dimension);
    struct name_list names = { 0 };
    int rc = 0;

    if (file_is_folder(path))
        rc = file_list(path, &names, err);
    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char digest[SHA256_TEXT];
        char *file;

        if (!text_ends(names.names[i], ".json")
            && !text_ends(names.names[i], ".json.gz"))
            continue;
        file = path_join(path, names.names[i]);
        rc = sha256_file(file, digest, err);
        sha256_add(sum, dimension, strlen(dimension) + 1);
        sha256_add(sum, names.names[i], strlen(names.names[i]) + 1);
        if (rc == 0)
            sha256_add(sum, digest, strlen(digest));
        free(file);
        (*num)++;
    }
    name_list_release(&names);
    free(path);
    return rc;
}

/* Name and bytes of the answers without an item, and what they can answer. */
static int hash_answers(const char *folder,
                        struct sha256 *sum,
                        unsigned *can,
                        struct error *err)
{
    char *path = replay_answers_path(folder);
    char digest[SHA256_TEXT];
    struct replay_answers *answers;
    int rc = -1;

    if (!path)
        return 0;
    answers = replay_answers_read(path, err); /* every line, before a run */
    if (answers && sha256_file(path, digest, err) == 0) {
        sha256_add(sum, "", 1); /* no dimension */
        sha256_add(sum, path_name(path), strlen(path_name(path)) + 1);
        sha256_add(sum, digest, strlen(digest));
        *can |= replay_answers_can(answers);
        rc = 0;
    }
    replay_answers_destroy(answers);
    free(path);
    return rc;
}

static int identify(const char *folder,
                    struct backend_facts *out,
                    struct error *err)
{
    struct sha256 *sum = sha256_create();
    struct name_list names = { 0 };
    char digest[SHA256_TEXT];
    size_t num = 0;
    int rc = file_list(folder, &names, err);

    for (size_t i = 0; i < names.num && rc == 0; i++)
        rc = hash_folder(folder, names.names[i], sum, &num, err);
    name_list_release(&names);
    if (num > 0)
        out->can = BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    if (rc == 0)
        rc = hash_answers(folder, sum, &out->can, err);
    sha256_end(sum, digest);
    if (rc == 0 && out->can == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s holds no recorded answers "
                       "(DIMENSION/FILE.json[.gz], answers.jsonl[.gz])",
                       folder);
    }
    (void)snprintf(out->identity, sizeof out->identity, "replay:%s", digest);
    return rc;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    char *folder = NULL;
    int rc;

    if (backend_args_parse(args, options, &folder, NULL, err) < 0)
        return -1;
    rc = identify(folder, out, err);
    out->deterministic = true;
    free(folder);
    return rc;
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    char *folder = NULL;
    struct replay *self;

    (void)slot;
    if (backend_args_parse(args, options, &folder, NULL, err) < 0)
        return NULL;
    if (!file_is_folder(folder)) {
        error_set(err, ERR_IO, "%s is no folder", folder);
        free(folder);
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &backend_replay;
    self->folder = folder;
    self->tapes = replay_tapes_create(folder);
    return &self->base;
}

const struct backend_ops backend_replay = {
    .name = "replay",
    .help = "recorded answers: of a model to items, of a role to prompts "
            "(answers.jsonl)",
    .args_help = "FOLDER",
    .main_is_path = true,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .destroy = destroy,
};
