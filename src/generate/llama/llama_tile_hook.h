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
 * From now on, for all models of this process, or from now on not; to be called
 * while none computes, as often as one likes.  Whether it does: false where it
 * is not to, the processor lacks the instructions, or the library the headers
 * that scripts/llama.sh puts beside it.
 */
bool llama_tile_hook(bool is_wanted);

#ifdef __cplusplus
}
#endif

#endif
