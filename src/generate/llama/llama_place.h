/*
 * llama_place.h - the GPUs of a slot, and the layers of a model that go there.
 */
#ifndef LLAMA_PLACE_H
#define LLAMA_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct backend_layers;
struct error;
struct ggml_backend_device;
struct llama_engine;
struct llama_file;
struct llama_model_params;
struct llama_settings;
struct slot;

enum { LLAMA_PLACE_GPUS = 16 };

struct llama_place {
    struct ggml_backend_device *gpus[LLAMA_PLACE_GPUS + 1]; /* NULL behind */
    uint64_t free[LLAMA_PLACE_GPUS];                        /* bytes */
    int num;
    int turns[LLAMA_PLACE_GPUS]; /* of each GPU: see turn.h */
    bool is_idle;                /* the slot has GPUs, and the library none */
};

/*
 * Find them, and take their turns: ranks that share a GPU load one after the
 * other, as each counts on what is free.  A library that was built without GPUs
 * has none, whatever the slot has.
 *
 * errors  ERR_IO: the library sees fewer than the slot names
 */
int llama_place_find(struct llama_place *out,
                     const struct slot *slot,
                     struct error *err);

/* When what the model takes is taken, or will not be. */
void llama_place_leave(struct llama_place *self);

/*
 * What layers take where sequences have what they may have together; asks the
 * library, as a load.
 *
 * self    its GPUs, or none
 * engine  begun, with max_cells and what a context is made of
 */
void llama_place_layers(struct llama_place *self,
                        const struct llama_engine *engine,
                        const struct llama_file *file,
                        struct backend_layers *out);

/*
 * Choose layers, fill `params` and note in `engine` what is left for the CPU.
 *
 * errors  ERR_IO: so many layers do not fit
 */
int llama_place_choose(struct llama_place *self,
                       struct llama_engine *engine,
                       const struct llama_file *file,
                       const struct llama_settings *given,
                       struct llama_model_params *params,
                       struct error *err);

#endif
