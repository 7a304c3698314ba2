/*
 * llama_tile_hook.h - llama.cpp multiplies with llama_tile.h where it can.
 */
#ifndef LLAMA_TILE_HOOK_H
#define LLAMA_TILE_HOOK_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * From now on, in this process; to be called before a model is loaded, as
 * often as one likes.  Whether it does: false where the processor lacks the
 * instructions, or the library the headers that scripts/llama.sh puts beside
 * it.
 */
bool llama_tile_hook(void);

#ifdef __cplusplus
}
#endif

#endif
