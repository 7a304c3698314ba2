#include "generate/llama_engine.h"

#include "base/file.h"
#include "base/text.h"
#include "generate/llama_file.h"
#include "generate/llama_template.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <ggml.h>
#include <llama.h>

#include <stdio.h>
#include <unistd.h>

enum { DEFAULT_PARALLEL = 4, DEFAULT_CONTEXT = 4096 };

static int load_model(struct llama_engine *self,
                      const char *path,
                      const struct llama_settings *given,
                      const struct slot *slot,
                      struct error *err)
{
    struct llama_model_params params = llama_model_default_params();

    params.n_gpu_layers = slot->num_devices == 0  ? 0
                          : given->gpu_layers < 0 ? 999
                                                  : (int32_t)given->gpu_layers;
    if (slot->num_devices > 0) {
        params.main_gpu = slot->devices[0];
        if (slot->num_devices == 1)
            params.split_mode = LLAMA_SPLIT_MODE_NONE;
    }
    self->model = llama_model_load_from_file(path, params);
    if (!self->model)
        return error_set(err, ERR_IO, "%s: the model does not load", path);
    self->vocab = llama_model_get_vocab(self->model);
    return 0;
}

/* The tokens of one sequence. */
static int64_t choose_context(const struct llama_engine *self,
                              const struct llama_settings *given)
{
    int64_t trained = llama_model_n_ctx_train(self->model);

    if (given->context != 0)
        return given->context;
    return trained > 0 && trained < DEFAULT_CONTEXT ? trained : DEFAULT_CONTEXT;
}

/* Room for the longest text, and a multiple of the sequences: where it is none
 * the library plans for more tokens than outputs and aborts. */
static int32_t whole_texts(const struct llama_engine *self, int64_t tokens)
{
    int64_t most = tokens > self->batch_cap ? tokens : self->batch_cap;
    int64_t odd = most % self->num_sequences;

    return (int32_t)(odd == 0 ? most : most + self->num_sequences - odd);
}

static int make_context(struct llama_engine *self,
                        const struct llama_settings *given,
                        const struct slot *slot,
                        struct error *err)
{
    struct llama_context_params params = llama_context_default_params();
    int64_t tokens = choose_context(self, given);
    int64_t threads = given->threads ? given->threads : slot->threads;

    self->num_sequences = (int32_t)(given->parallel      ? given->parallel
                                    : slot->parallel > 0 ? slot->parallel
                                                         : DEFAULT_PARALLEL);
    params.n_ctx = (uint32_t)(tokens * self->num_sequences);
    /* every sequence writes one token in a call */
    self->batch_cap = given->batch > self->num_sequences ? (int32_t)given->batch
                                                         : self->num_sequences;
    /* an embedding model sees a text as a whole or not at all */
    if (self->makes_vectors)
        self->batch_cap = whole_texts(self, tokens);
    params.embeddings = self->makes_vectors;
    params.n_batch = (uint32_t)self->batch_cap;
    params.n_ubatch = (uint32_t)self->batch_cap;
    params.n_seq_max = (uint32_t)self->num_sequences;
    params.no_perf = true;
    if (threads <= 0)
        threads = sysconf(_SC_NPROCESSORS_ONLN);
    if (threads > 0) {
        params.n_threads = (int32_t)threads;
        params.n_threads_batch = (int32_t)threads;
    }
    self->context = llama_init_from_model(self->model, params);
    if (!self->context) {
        return error_set(err,
                         ERR_IO,
                         "no memory for a context of %lld tokens x %d "
                         "sequences; lower context= or parallel=",
                         (long long)tokens,
                         self->num_sequences);
    }
    /* the library rounds up; the limit is the one that was asked for, as it is
     * part of the identity */
    self->max_tokens = (int32_t)llama_n_ctx_seq(self->context);
    if (tokens < self->max_tokens)
        self->max_tokens = (int32_t)tokens;
    return 0;
}

static int make_template(struct llama_engine *self,
                         const struct llama_settings *given,
                         struct error *err)
{
    struct text override = { 0 };
    char why[256] = "";

    if (given->chat_template
        && file_read(given->chat_template,
                     LLAMA_ENGINE_MAX_TEMPLATE,
                     &override,
                     err)
               < 0)
        return -1;
    /* without one of its own the library would fall back to ChatML, which a
     * base model has never seen */
    if (override.len == 0 && !llama_model_chat_template(self->model, NULL))
        return 0;
    self->template =
        llama_template_create(self->model, override.data, why, sizeof why);
    text_release(&override);
    if (!self->template)
        return error_set(err, ERR_FORMAT, "chat template: %s", why);
    return 0;
}

int llama_engine_load(struct llama_engine *out,
                      const char *path,
                      const struct llama_file *file,
                      const struct llama_settings *given,
                      const struct slot *slot,
                      struct error *err)
{
    *out = (struct llama_engine){ .makes_vectors = file->makes_vectors };
    llama_backend_init();
    if (load_model(out, path, given, slot, err) < 0
        || make_context(out, given, slot, err) < 0)
        return -1;
    if (out->makes_vectors)
        return 0;
    return make_template(out, given, err);
}

void llama_engine_unload(struct llama_engine *self)
{
    llama_template_destroy(self->template);
    if (self->context)
        llama_free(self->context);
    if (self->model)
        llama_model_free(self->model);
    *self = (struct llama_engine){ 0 };
}

void llama_engine_version(char *out, size_t size)
{
    (void)snprintf(out,
                   size,
                   "llama.cpp %s, ggml %s (%s)",
                   llama_version(),
                   ggml_version(),
                   ggml_commit());
}
