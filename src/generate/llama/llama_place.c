#include "generate/llama/llama_place.h"

#include "base/text.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_file.h"
#include "generate/llama/llama_room.h"
#include "generate/llama/llama_settings.h"
#include "generate/llama/llama_size.h"
#include "generate/parts/layers.h"
#include "generate/parts/turn.h"
#include "trustsweep/error.h"

#include <ggml-backend.h>
#include <llama.h>

#include <stdio.h>
#include <string.h>

/* The GPUs of the library, in its order: [cap]; returns how many. */
static int list_gpus(struct ggml_backend_device **out, int cap)
{
    const size_t num_all = ggml_backend_dev_count();
    int num = 0;

    for (size_t i = 0; i < num_all && num < cap; i++) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);

        if (ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_GPU)
            out[num++] = device;
    }
    return num;
}

/* One that does not say how much it has is trusted to have enough. */
static uint64_t free_of(struct ggml_backend_device *gpu)
{
    size_t free = 0;
    size_t total = 0;

    ggml_backend_dev_memory(gpu, &free, &total);
    return total > 0 ? free : UINT64_MAX;
}

/* By address: each rank may count GPUs for itself. */
static const char *address_of(struct ggml_backend_device *gpu)
{
    struct ggml_backend_dev_props facts;

    ggml_backend_dev_get_props(gpu, &facts);
    return facts.device_id ? facts.device_id : ggml_backend_dev_name(gpu);
}

/* In the order of their addresses, in all ranks, so that no two wait for each
 * other. */
static void take_turns(struct llama_place *self)
{
    bool has_turn[LLAMA_PLACE_GPUS] = { 0 };

    for (int n = 0; n < self->num; n++) {
        int next = -1;

        for (int i = 0; i < self->num; i++) {
            if (!has_turn[i]
                && (next < 0
                    || strcmp(address_of(self->gpus[i]),
                              address_of(self->gpus[next]))
                           < 0))
                next = i;
        }
        has_turn[next] = true;
        self->turns[next] = turn_begin(address_of(self->gpus[next]));
    }
}

void llama_place_leave(struct llama_place *self)
{
    for (int i = 0; i < self->num; i++) {
        turn_end(self->turns[i]);
        self->turns[i] = -1;
    }
}

int llama_place_find(struct llama_place *out,
                     const struct slot *slot,
                     struct error *err)
{
    enum { MOST = 256 };
    struct ggml_backend_device *all[MOST];
    const int num_all = slot->num_devices > 0 ? list_gpus(all, MOST) : 0;

    *out = (struct llama_place){ 0 };
    for (int i = 0; i < slot->num_devices && num_all > 0; i++) {
        const int at = slot->devices[i];

        if (at < 0 || at >= num_all || out->num == LLAMA_PLACE_GPUS) {
            return error_set(err,
                             ERR_IO,
                             "GPU %d of this rank is not among the %d that "
                             "llama.cpp sees",
                             at,
                             num_all);
        }
        out->gpus[out->num++] = all[at];
    }
    take_turns(out);
    for (int i = 0; i < out->num; i++)
        out->free[i] = free_of(out->gpus[i]);
    out->is_idle = slot->num_devices > 0 && num_all == 0;
    return 0;
}

void llama_place_layers(struct llama_place *self,
                        const struct llama_engine *engine,
                        const struct llama_file *file,
                        struct backend_layers *out)
{
    struct llama_model_params model = llama_model_default_params();
    struct llama_context_params context;
    struct llama_size size = { 0 };
    const int32_t tokens = llama_room_round(engine, engine->max_tokens);
    /* one sequence may be longer than all were to be together */
    const int64_t wanted =
        engine->max_cells > tokens ? engine->max_cells : tokens;
    const int64_t most = (int64_t)engine->max_sequences * tokens;
    const int64_t cells = wanted < most ? wanted : most;

    model.devices = self->gpus;
    llama_room_params(engine, tokens, (int32_t)(cells / tokens), &context);
    (void)llama_size_find(file->path, &model, &context, &size);
    *out = (struct backend_layers){
        .num = file->num_blocks > 0 ? file->num_blocks + 1 : 0,
        .blocks = file->blocks + file->token * (uint64_t)cells,
        .block = file->block + file->block_token * (uint64_t)cells,
        .output = file->output + (file->has_output ? 0 : file->words),
        .compute = size.compute,
    };
    if (file->makes_vectors)
        out->output = 0;
}

/* The last ones are on GPUs. */
static void leave_the_rest(struct llama_engine *engine,
                           const struct llama_file *file,
                           int32_t num_layers)
{
    const uint64_t blocks = (uint64_t)file->num_blocks;
    const uint64_t on_gpus = num_layers > 0 ? (uint64_t)num_layers - 1 : 0;

    if (num_layers == 0 || blocks == 0)
        return;
    engine->weight_bytes -=
        file->blocks / blocks * on_gpus + (file->has_output ? file->output : 0);
    engine->token_bytes = file->token / blocks * (blocks - on_gpus);
    (void)snprintf(engine->gpu_layers,
                   sizeof engine->gpu_layers,
                   "%d of %d",
                   num_layers,
                   file->num_blocks + 1);
}

int llama_place_choose(struct llama_place *self,
                       struct llama_engine *engine,
                       const struct llama_file *file,
                       const struct llama_settings *given,
                       struct llama_model_params *params,
                       struct error *err)
{
    struct backend_layers layers = { 0 };
    struct text how = { 0 };
    int32_t num;

    if (self->num > 0)
        llama_place_layers(self, engine, file, &layers);
    num = layers_settle(&layers,
                        given->gpu_layers,
                        self->free,
                        self->num,
                        &how,
                        err);
    if (num >= 0) {
        params->devices = self->gpus;
        params->n_gpu_layers = num;
        params->split_mode =
            self->num > 1 ? LLAMA_SPLIT_MODE_LAYER : LLAMA_SPLIT_MODE_NONE;
        leave_the_rest(engine, file, num);
    }
    if (self->is_idle) {
        text_add(&how,
                 "gpu_layers: this rank has a GPU, and llama.cpp was built "
                 "for none: the model stays on the CPU");
    } else if (self->num == 0 && given->gpu_layers > 0) {
        text_addf(&how,
                  "gpu_layers=%lld: this rank has no GPU: the model stays on "
                  "the CPU",
                  (long long)given->gpu_layers);
    }
    (void)snprintf(engine->how, sizeof engine->how, "%s", text_data(&how));
    text_release(&how);
    return num < 0 ? -1 : 0;
}
