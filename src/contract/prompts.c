#include "base/text.h"
#include "trustsweep/evaluator.h"

const char *prompts_text(const struct prompts *prompts, const char *name)
{
    for (size_t i = 0; prompts && i < prompts->num; i++) {
        if (text_equal(prompts->list[i].name, name))
            return prompts->list[i].text;
    }
    return NULL;
}
