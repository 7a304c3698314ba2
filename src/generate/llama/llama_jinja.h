/*
 * llama_jinja.h - a Jinja chat template, rendered by the common library of
 * llama.cpp.  A C face, as that has none.
 *
 * A template is a program that somebody else wrote: what is called here may take
 * for ever, take all memory, or crash.  llama_template.h guards it.
 */
#ifndef LLAMA_JINJA_H
#define LLAMA_JINJA_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct llama_model;
struct llama_jinja;

/*
 * override_text  Jinja that replaces the model's own; or NULL
 * returns        NULL with `why` filled when the template does not parse
 */
struct llama_jinja *llama_jinja_create(const struct llama_model *model,
                                       const char *override_text,
                                       char *why,
                                       size_t why_size);
void llama_jinja_destroy(struct llama_jinja *self);

/*
 * Render messages with the prompt for the next answer at the end.
 *
 * roles, texts  [num]
 * returns       malloc()ed text, or NULL with `why` filled
 */
char *llama_jinja_render(const struct llama_jinja *self,
                         const char *const *roles,
                         const char *const *texts,
                         size_t num,
                         bool thinking,
                         char *why,
                         size_t why_size);

/* What the library takes for the beginning and the end of reasoning in replies
 * to this template; borrowed, "" where it knows of none.  It learns that by
 * rendering. */
const char *llama_jinja_think_open(struct llama_jinja *self);
const char *llama_jinja_think_close(struct llama_jinja *self);

#ifdef __cplusplus
}
#endif

#endif
