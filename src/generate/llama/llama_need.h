/*
 * llama_need.h - how long requests are for a model, and what that takes.
 */
#ifndef LLAMA_NEED_H
#define LLAMA_NEED_H

#include <stddef.h>

struct backend_need;
struct llama_engine;
struct request;

/*
 * Render and count them.  One that the template refuses counts for nothing
 * here: it fails alone.
 *
 * engine    its vocabulary will do
 * requests  [num]
 */
void llama_need_find(const struct llama_engine *engine,
                     const struct request *requests,
                     size_t num,
                     struct backend_need *out);

#endif
