/*
 * llama_settings.h - what a spec may set of a model.
 */
#ifndef LLAMA_SETTINGS_H
#define LLAMA_SETTINGS_H

#include "base/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct llama_file;
struct text;

enum { LLAMA_SETTINGS_MAX_TEMPLATE = 1024 * 1024 };

struct llama_settings {
    int64_t context;
    int64_t cells;
    int64_t parallel;
    int64_t batch;
    int64_t threads;
    int64_t gpu_layers;
    char *flash_attention; /* "auto", "on" or "off" */
    char *own_products;    /* "on" or "off" */
    bool is_exact;
    char *chat_template;
};

extern const struct option llama_settings_options[]; /* ends with NULL name */

/* errors  ERR_USAGE: two that contradict each other, or a context that an
 *         embedding model does not have */
int llama_settings_check(const struct llama_settings *given,
                         const struct llama_file *file,
                         struct error *err);

/* The tokens of one sequence. */
int64_t llama_settings_context(const struct llama_settings *given,
                               const struct llama_file *file);

/*
 * The text of `chat_template`; empty where it is not given.
 *
 * errors  ERR_IO; ERR_FORMAT: nothing in it, or a NUL, where it would be cut
 */
int llama_settings_template(const struct llama_settings *given,
                            struct text *out,
                            struct error *err);

/*
 * Add what determines replies beside the file: another template, another
 * context, flash attention that was asked for, and to the last bit the pieces in
 * which prompts are read.  What is given and says the same as nothing given
 * adds nothing.
 *
 * identity  [size], that of the file; unchanged where nothing is set
 * errors    ERR_IO: the template cannot be read
 */
int llama_settings_identify(const struct llama_settings *given,
                            const struct llama_file *file,
                            char *identity,
                            size_t size,
                            struct error *err);

#endif
