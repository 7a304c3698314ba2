#include "generate/llama/llama_engine.h"

#include "base/text.h"
#include "generate/llama/llama_file.h"
#include "generate/llama/llama_place.h"
#include "generate/llama/llama_room.h"
#include "generate/llama/llama_settings.h"
#include "generate/llama/llama_template.h"
#include "generate/llama/llama_tile_hook.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <ggml.h>
#include <llama.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_PARALLEL = 32,
    PARALLEL_VECTORS = 4,
    FIRST_ROOM = 512,    /* tokens of a sequence until one needs more */
    CELLS = 1024,        /* tokens for each sequence there may be */
    MAX_SEQUENCES = 256, /* the library's */
};

static int load_model(struct llama_engine *self,
                      const char *path,
                      const struct llama_model_params *params,
                      struct error *err)
{
    self->model = llama_model_load_from_file(path, *params);
    if (!self->model) {
        return error_set(
            err,
            ERR_IO,
            "llama.cpp does not load %s: the memory may not do, or the file be damaged or too new for this build; the log of the rank has its words",
            path);
    }
    self->vocab = llama_model_get_vocab(self->model);
    return 0;
}

static int32_t choose_parallel(const struct llama_engine *self,
                               const struct llama_settings *given,
                               const struct slot *slot)
{
    if (given->is_exact)
        return 1;
    if (given->parallel > 0)
        return (int32_t)given->parallel;
    if (slot->parallel > 0)
        return slot->parallel < MAX_SEQUENCES ? slot->parallel : MAX_SEQUENCES;
    return self->makes_vectors ? PARALLEL_VECTORS : DEFAULT_PARALLEL;
}

/* Without flash attention the sums of a token are the same whatever is computed
 * beside it; on a CPU that costs some percent of speed. */
static enum llama_flash_attn_type choose_attention(
    const struct llama_settings *given,
    bool has_gpu)
{
    if (given->is_exact || text_equal(given->flash_attention, "off"))
        return LLAMA_FLASH_ATTN_TYPE_DISABLED;
    if (text_equal(given->flash_attention, "on"))
        return LLAMA_FLASH_ATTN_TYPE_ENABLED;
    return has_gpu ? LLAMA_FLASH_ATTN_TYPE_AUTO
                   : LLAMA_FLASH_ATTN_TYPE_DISABLED;
}

static int32_t choose_threads(const struct llama_settings *given,
                              const struct slot *slot)
{
    int64_t threads = given->threads ? given->threads : slot->threads;

    if (threads <= 0)
        threads = sysconf(_SC_NPROCESSORS_ONLN);
    return threads > 0 ? (int32_t)threads : 0;
}

/* An embedding model sees a text as a whole or not at all. */
static int32_t first_room(const struct llama_engine *self,
                          const struct slot *slot)
{
    const int32_t first =
        slot->max_context > 0 ? slot->max_context : FIRST_ROOM;

    return self->makes_vectors || first > self->max_tokens ? self->max_tokens
                                                           : first;
}

/* Memory for the longest request that is known of, or, so that shorter ones are
 * answered, for one of the usual length. */
static int check_room(struct llama_engine *self,
                      int32_t *room,
                      struct error *err)
{
    const size_t len = strlen(self->how);
    struct error why = { 0 };

    if (llama_room_check(self, *room, &why) == 0)
        return 0;
    if (self->makes_vectors || *room <= FIRST_ROOM)
        return error_set(err, why.code, "%s", why.text);
    (void)snprintf(self->how + len,
                   sizeof self->how - len,
                   "%sthe longest requests will fail: %s",
                   len > 0 ? "; " : "",
                   why.text);
    *room = FIRST_ROOM;
    return llama_room_check(self, *room, err);
}

/* All that a context is made of but the model and how long a sequence is. */
static void plan_context(struct llama_engine *self,
                         const struct llama_settings *given,
                         const struct slot *slot,
                         bool has_gpu)
{
    self->max_sequences = choose_parallel(self, given, slot);
    self->batch_cap = given->batch > self->max_sequences ? (int32_t)given->batch
                                                         : self->max_sequences;
    self->num_threads = choose_threads(given, slot);
    self->flash_attention = choose_attention(given, has_gpu);
    self->max_cells =
        given->cells ? given->cells : (int64_t)CELLS * self->max_sequences;
    if (self->makes_vectors)
        self->max_cells = (int64_t)self->max_tokens * self->max_sequences;
}

static int make_context(struct llama_engine *self,
                        int32_t room,
                        struct error *err)
{
    /* a state that is one for all tokens cannot be cut where prompts part */
    self->can_go_back = !self->makes_vectors
                        && !llama_model_is_recurrent(self->model)
                        && !llama_model_is_hybrid(self->model);
    self->shares_prefixes = self->can_go_back && !self->is_exact;
    return llama_room_make(self, room, err);
}

static int make_template(struct llama_engine *self,
                         const char *path,
                         const struct llama_settings *given,
                         struct error *err)
{
    const char *own = llama_model_chat_template(self->model, NULL);
    struct text override = { 0 };

    if (llama_settings_template(given, &override, err) < 0)
        return -1;
    /* without one of its own the library would fall back to ChatML, which a
     * base model has never seen */
    if (override.len == 0 && (!own || !*own))
        return 0;
    self->template =
        llama_template_create(self->model,
                              override.data,
                              override.data ? given->chat_template : path,
                              err);
    text_release(&override);
    if (!self->template)
        return -1;
    self->think = (struct think_tags){
        .open = llama_template_think_open(self->template),
        .close = llama_template_think_close(self->template),
    };
    return 0;
}

static void begin(struct llama_engine *out,
                  const struct llama_file *file,
                  const struct llama_settings *given)
{
    *out = (struct llama_engine){
        .makes_vectors = file->makes_vectors,
        .is_exact = given->is_exact,
        .max_tokens = (int32_t)llama_settings_context(given, file),
        .weight_bytes = file->weights,
        .token_bytes = file->token,
        .think = { "", "" },
    };
    llama_backend_init();
    (void)llama_tile_hook(text_equal(given->own_products, "on"));
}

int llama_engine_load_vocabulary(struct llama_engine *out,
                                 const char *path,
                                 const struct llama_file *file,
                                 const struct llama_settings *given,
                                 struct error *err)
{
    struct llama_model_params params = llama_model_default_params();
    const struct slot none = { 0 };

    begin(out, file, given);
    plan_context(out, given, &none, false);
    params.vocab_only = true;
    params.n_gpu_layers = 0;
    out->model = llama_model_load_from_file(path, params);
    if (!out->model) {
        return error_set(
            err,
            ERR_IO,
            "llama.cpp does not load the vocabulary of %s; get the file again",
            path);
    }
    out->vocab = llama_model_get_vocab(out->model);
    return out->makes_vectors ? 0 : make_template(out, path, given, err);
}

int llama_engine_load(struct llama_engine *out,
                      const char *path,
                      const struct llama_file *file,
                      const struct llama_settings *given,
                      const struct slot *slot,
                      struct error *err)
{
    struct llama_model_params params = llama_model_default_params();
    struct llama_place place;
    int32_t room;
    int rc;

    begin(out, file, given);
    if (llama_place_find(&place, slot, err) < 0)
        return -1;
    plan_context(out, given, slot, place.num > 0 && given->gpu_layers != 0);
    rc = llama_place_choose(&place, out, file, given, &params, err);
    if (rc == 0 && params.n_gpu_layers == 0) /* not one fits */
        out->flash_attention = choose_attention(given, false);
    room = first_room(out, slot);
    if (rc == 0)
        rc = check_room(out, &room, err);
    if (rc == 0)
        rc = load_model(out, path, &params, err);
    if (rc == 0)
        rc = make_context(out, room, err);
    llama_place_leave(&place);
    if (rc < 0 || out->makes_vectors)
        return rc;
    return make_template(out, path, given, err);
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

bool llama_engine_may_use_gpus(void)
{
    return llama_supports_gpu_offload();
}

void llama_engine_version(char *out, size_t size)
{
    const char *commit = ggml_commit(); /* "unknown" without its repository */
    const bool is_known = strcmp(commit, "unknown") != 0;

    (void)snprintf(out,
                   size,
                   "llama.cpp %s, ggml %s%s%s",
                   llama_version(),
                   ggml_version(),
                   is_known ? " of commit " : "",
                   is_known ? commit : "");
}
