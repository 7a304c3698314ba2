/*
 * llama_size.h - what a model's sequences take, asked of the library, which
 * plans its memory without taking any.
 */
#ifndef LLAMA_SIZE_H
#define LLAMA_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct llama_context_params;
struct llama_model_params;

struct llama_size {
    uint64_t sequences; /* bytes, on all devices */
    uint64_t compute;   /* bytes, on the device that takes most */
};

/* false: the library cannot plan for it.  As a load: it may crash on what is no
 * model. */
bool llama_size_find(const char *path,
                     const struct llama_model_params *model,
                     const struct llama_context_params *context,
                     struct llama_size *out);

#ifdef __cplusplus
}
#endif

#endif
