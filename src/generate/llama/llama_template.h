/*
 * llama_template.h - a model's own Jinja chat template, in a process of its own.
 *
 * A template is a program: it may loop for ever, recurse without end or ask for
 * all memory.  It runs in a forked process with limits, so that costs an error
 * and not the worker.
 */
#ifndef LLAMA_TEMPLATE_H
#define LLAMA_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct llama_model;
struct llama_template;

enum {
    LLAMA_TEMPLATE_SECONDS = 5, /* of a core, for one rendering */
    LLAMA_TEMPLATE_LOSSES = 3,  /* texts with which a process ended, then no
                                    further one is tried */
};

/*
 * model          borrowed
 * override_text  Jinja text that replaces the model's own; or NULL
 * origin         the file that it is in, for errors
 * errors         ERR_FORMAT: it does not parse, or does not come to an end
 */
struct llama_template *llama_template_create(const struct llama_model *model,
                                             const char *override_text,
                                             const char *origin,
                                             struct error *err);
void llama_template_destroy(struct llama_template *self); /* accepts NULL */

/*
 * Render messages with the prompt for the next answer at the end.
 *
 * roles, texts  [num]
 * returns       free(); NULL on error
 * errors        ERR_PERMANENT: the template refuses, crashes, or does not come
 *               to an end
 */
char *llama_template_render(struct llama_template *self,
                            const char *const *roles,
                            const char *const *texts,
                            size_t num,
                            bool thinking,
                            struct error *err);

/* What begins and ends reasoning in replies to it; borrowed, "" = not known. */
const char *llama_template_think_open(const struct llama_template *self);
const char *llama_template_think_close(const struct llama_template *self);

#endif
