/*
 * llama_need.h - how long requests are for a model, and what that takes.
 */
#ifndef LLAMA_NEED_H
#define LLAMA_NEED_H

#include <stddef.h>

struct backend_need;
struct error;
struct llama_engine;
struct llama_file;
struct llama_settings;
struct request;

/*
 * Render and count them.  One that the template refuses counts for nothing
 * here: it fails alone.
 *
 * engine    its vocabulary will do
 * requests  [num]
 * errors    ERR_FORMAT: its template refuses all of them
 */
int llama_need_find(const struct llama_engine *engine,
                    const struct request *requests,
                    size_t num,
                    struct backend_need *out,
                    struct error *err);

/* How many of the longest there would be at once, what they take, and what the
 * layers of a GPU would; asks the library, as a load. */
void llama_need_plan(const struct llama_engine *engine,
                     const char *path,
                     const struct llama_file *file,
                     const struct llama_settings *given,
                     struct backend_need *out);

#endif
