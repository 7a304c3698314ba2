#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/evaluator.h"

#include <stdlib.h>

const char *prompts_text(const struct prompts *prompts, const char *name)
{
    for (size_t i = 0; prompts && i < prompts->num; i++) {
        if (text_equal(prompts->list[i].name, name))
            return prompts->list[i].text;
    }
    return NULL;
}

void prompts_add(struct prompts *prompts, const char *name, const char *text)
{
    prompts->list =
        mem_resize(prompts->list, prompts->num + 1, sizeof *prompts->list);
    prompts->list[prompts->num++] =
        (struct prompt){ .name = mem_text(name), .text = mem_text(text) };
}

void prompts_release(struct prompts *prompts)
{
    for (size_t i = 0; i < prompts->num; i++) {
        free(prompts->list[i].name);
        free(prompts->list[i].text);
    }
    free(prompts->list);
    *prompts = (struct prompts){ 0 };
}
