#include "generate/llama/llama_engine.h"

#include "base/file.h"
#include "base/text.h"
#include "generate/llama/llama_file.h"
#include "generate/llama/llama_template.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <ggml.h>
#include <llama.h>

#include <stdio.h>
#include <unistd.h>

enum {
    DEFAULT_PARALLEL = 32,
    PARALLEL_VECTORS = 4,
    DEFAULT_CONTEXT = 4096,
    TYPICAL_TOKENS = 512, /* of one prompt and its reply */
    MAX_KEPT = 96,
    MAX_SEQUENCES = 256, /* the library's */
};

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

static int32_t choose_parallel(const struct llama_engine *self,
                               const struct llama_settings *given,
                               const struct slot *slot)
{
    if (given->parallel > 0)
        return (int32_t)given->parallel;
    if (slot->parallel > 0)
        return slot->parallel < MAX_SEQUENCES ? slot->parallel : MAX_SEQUENCES;
    return self->makes_vectors ? PARALLEL_VECTORS : DEFAULT_PARALLEL;
}

/* Sequences share one memory, so that each may be as long as it has to; the
 * longest must fit. */
static int64_t choose_cells(const struct llama_engine *self,
                            const struct llama_settings *given,
                            int64_t tokens)
{
    int64_t typical = tokens < TYPICAL_TOKENS ? tokens : TYPICAL_TOKENS;
    int64_t cells = given->cells ? given->cells : typical * self->num_sequences;

    return cells < tokens ? tokens : cells;
}

static void choose_writing(struct llama_engine *self,
                           struct llama_context_params *params,
                           const struct llama_settings *given,
                           int64_t tokens)
{
    const int32_t spare = MAX_SEQUENCES - self->num_sequences;

    /* a state that is one for all tokens cannot be cut where prompts part */
    self->shares_prefixes = !llama_model_is_recurrent(self->model)
                            && !llama_model_is_hybrid(self->model);
    if (self->shares_prefixes)
        self->num_kept = spare < MAX_KEPT ? spare : MAX_KEPT;
    params->kv_unified = true;
    params->swa_full = true; /* prefixes are whole, or they are of no use */
    params->n_ctx = (uint32_t)choose_cells(self, given, tokens);
}

static void choose_threads(struct llama_context_params *params,
                           const struct llama_settings *given,
                           const struct slot *slot)
{
    int64_t threads = given->threads ? given->threads : slot->threads;

    if (threads <= 0)
        threads = sysconf(_SC_NPROCESSORS_ONLN);
    if (threads > 0) {
        params->n_threads = (int32_t)threads;
        params->n_threads_batch = (int32_t)threads;
    }
}

static int make_context(struct llama_engine *self,
                        const struct llama_settings *given,
                        const struct slot *slot,
                        struct error *err)
{
    struct llama_context_params params = llama_context_default_params();
    int64_t tokens = choose_context(self, given);

    self->num_sequences = choose_parallel(self, given, slot);
    self->batch_cap = given->batch > self->num_sequences ? (int32_t)given->batch
                                                         : self->num_sequences;
    if (self->makes_vectors) {
        /* an embedding model sees a text as a whole or not at all */
        self->batch_cap = whole_texts(self, tokens);
        params.n_ctx = (uint32_t)(tokens * self->num_sequences);
    } else {
        choose_writing(self, &params, given, tokens);
    }
    params.embeddings = self->makes_vectors;
    params.n_batch = (uint32_t)self->batch_cap;
    params.n_ubatch = (uint32_t)self->batch_cap;
    params.n_seq_max = (uint32_t)(self->num_sequences + self->num_kept);
    /* one of a sequence; the library wants room for one of each there may be */
    if (!self->makes_vectors)
        params.n_outputs_max = params.n_seq_max;
    params.no_perf = true;
    choose_threads(&params, given, slot);
    self->context = llama_init_from_model(self->model, params);
    if (!self->context) {
        return error_set(err,
                         ERR_IO,
                         "no memory for %u tokens; lower context=, cells= or "
                         "parallel=",
                         params.n_ctx);
    }
    /* the library rounds up; the limit is the one that was asked for, as it is
     * part of the identity */
    self->num_cells = (int32_t)llama_n_ctx(self->context);
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
