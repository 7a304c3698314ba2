/*
 * llama_template.h - a model's own Jinja chat template, rendered by the common
 * library of llama.cpp.  A C face, as that has none.
 */
#ifndef LLAMA_TEMPLATE_H
#define LLAMA_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct llama_model;
struct llama_template;

/*
 * override  Jinja text that replaces the model's own; or NULL
 * returns   NULL with `why` filled when the template does not parse
 */
struct llama_template *llama_template_create(const struct llama_model *model,
                                             const char *override_text,
                                             char *why,
                                             size_t why_size);
void llama_template_destroy(struct llama_template *self);

/*
 * Render messages with the prompt for the next answer at the end.
 *
 * roles, texts  [num]
 * returns       malloc()ed text, or NULL with `why` filled
 */
char *llama_template_render(const struct llama_template *self,
                            const char *const *roles,
                            const char *const *texts,
                            size_t num,
                            bool thinking,
                            char *why,
                            size_t why_size);

#ifdef __cplusplus
}
#endif

#endif
