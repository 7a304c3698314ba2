/*
 * A GGUF file through llama.cpp's C API: one that writes answers chats, continues
 * texts and weighs answers, an embedding model (it names how to pool) answers
 * REQUEST_EMBED with a vector of length 1.  Neither does the other's work.
 *
 * What does not fit the context is STATE_OVERLONG.  A text to embed is not cut
 * either, as some libraries do: the vector of half a text is another's.
 *
 * Runs in a child process (wants_isolation).  Replies are declared
 * deterministic only with `exact`: with some kernels what shares a batch changes
 * the last bits of a logit (docs/BACKENDS.md says with which).
 */
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/options.h"
#include "generate/kinds.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_file.h"
#include "generate/llama/llama_intake.h"
#include "generate/llama/llama_need.h"
#include "generate/llama/llama_settings.h"
#include "generate/llama/llama_shared_batch.h"
#include "generate/model_parts.h"
#include "generate/model_stage.h"
#include "generate/parts/backend_args.h"
#include "generate/parts/ready.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdlib.h>

struct llama {
    struct backend base;
    struct llama_intake intake;
};

/* The head of the first file of several, with the weights of all; each is as
 * long as its own head says. */
static int read_files(const char *path,
                      const struct llama_settings *given,
                      struct llama_file *out,
                      struct error *err)
{
    struct name_list list = { 0 };
    int rc = llama_file_read(path, out, err);

    if (rc == 0)
        rc = llama_settings_check(given, out, err);
    if (rc == 0)
        rc = model_parts_list(path, &list, err);
    for (size_t i = 1; i < list.num && rc == 0; i++) {
        struct llama_file part;

        rc = llama_file_read(list.names[i], &part, err);
        if (rc == 0)
            llama_file_add(out, &part);
    }
    name_list_release(&list);
    return rc;
}

/* A model that writes computes positions that it never saw; some can. */
static void warn_of_context(const char *path,
                            const struct llama_settings *given,
                            const struct llama_file *file)
{
    if (file->context <= 0 || given->context <= file->context)
        return;
    log_warn("%s: context=%lld, but the model was trained for %lld tokens: "
             "replies to longer prompts may be of no use",
             path,
             (long long)given->context,
             (long long)file->context);
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct llama_settings given = { 0 };
    struct llama_file file;
    char *path = NULL;
    int rc = -1;

    if (backend_args_parse(args, llama_settings_options, &path, &given, err)
        < 0)
        return -1;
    if (read_files(path, &given, &file, err) < 0
        || model_parts_identify(path,
                                out->identity,
                                sizeof out->identity,
                                &out->memory_bytes,
                                err)
               < 0
        || llama_settings_identify(&given,
                                   &file,
                                   out->identity,
                                   sizeof out->identity,
                                   err)
               < 0)
        goto out;
    out->can = file.makes_vectors
                   ? BACKEND_CAN(REQUEST_EMBED)
                   : BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE)
                         | BACKEND_CAN(REQUEST_CHOICES);
    /* how many layers fit a GPU may be another number each time */
    out->deterministic =
        given.is_exact
        && (given.gpu_layers >= 0 || !llama_engine_may_use_gpus());
    out->leaves_gpus = given.gpu_layers == 0 || !llama_engine_may_use_gpus();
    warn_of_context(path, &given, &file);
    rc = 0;

out:
    options_release(llama_settings_options, &given);
    free(path);
    return rc;
}

static int measure(const char *args,
                   const struct request *requests,
                   size_t num,
                   struct backend_need *out,
                   struct error *err)
{
    struct llama_settings given = { 0 };
    struct llama_engine engine = { 0 };
    struct llama_file file;
    char *path = NULL;
    int rc;

    if (backend_args_parse(args, llama_settings_options, &path, &given, err)
        < 0)
        return -1;
    rc = read_files(path, &given, &file, err);
    if (rc == 0)
        rc = llama_engine_load_vocabulary(&engine, path, &file, &given, err);
    if (rc == 0)
        rc = llama_need_find(&engine, requests, num, out, err);
    if (rc == 0)
        llama_need_plan(&engine, path, &file, &given, out);
    llama_engine_unload(&engine);
    options_release(llama_settings_options, &given);
    free(path);
    return rc;
}

static void version(char *out, size_t size)
{
    llama_engine_version(out, size);
}

static void destroy(struct backend *base)
{
    struct llama *self = (struct llama *)base;

    if (!self)
        return;
    llama_shared_batch_destroy(self->intake.batch);
    ready_release(&self->intake.ready);
    llama_prompt_release(&self->intake.waiting);
    llama_engine_unload(&self->intake.engine);
    free(self);
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct llama_settings given = { 0 };
    struct llama_file file;
    struct llama *self;
    char *path = NULL;
    int rc;

    if (backend_args_parse(args, llama_settings_options, &path, &given, err)
        < 0)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &backend_llama;
    rc = read_files(path, &given, &file, err);
    if (rc == 0) {
        char *near = model_stage(path);

        rc = llama_engine_load(&self->intake.engine,
                               near,
                               &file,
                               &given,
                               slot,
                               err);
        free(near);
    }
    options_release(llama_settings_options, &given);
    free(path);
    if (rc < 0) {
        destroy(&self->base);
        return NULL;
    }
    self->intake.batch = llama_shared_batch_create(&self->intake.engine);
    return &self->base;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    return llama_intake_take(&((struct llama *)base)->intake, request, err);
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct llama *self = (struct llama *)base;

    if (ready_pop(&self->intake.ready, out))
        return 1;
    if (budget_ms <= 0)
        return 0;
    if (!self->intake.batch)
        return error_set(err, ERR_IO, "no memory for any sequence is left");
    if (llama_shared_batch_run(self->intake.batch,
                               budget_ms,
                               &self->intake.ready,
                               err)
        < 0)
        return -1;
    return ready_pop(&self->intake.ready, out) ? 1 : 0;
}

static const char *chosen(const struct backend *base)
{
    return ((const struct llama *)base)->intake.engine.how;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct llama *self = (struct llama *)base;

    if (self->intake.batch)
        llama_shared_batch_cancel(self->intake.batch, unit);
    ready_drop(&self->intake.ready, unit);
    return 0;
}

const struct backend_ops backend_llama = {
    .name = "llama",
    .help =
        "a GGUF file through llama.cpp: a model that writes, or an embedder",
    .args_help = "FILE.gguf[,key=value,...]",
    .options = llama_settings_options,
    .main_is_path = true,
    .wants_isolation = true,
    .version = version,
    .probe = probe,
    .measure = measure,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .chosen = chosen,
    .destroy = destroy,
};
