#include "generate/llama/llama_logits.h"

#include <float.h>
#include <stddef.h>

const char llama_logits_wrong[] =
    "numerical failure: the model gives no numbers for its next token (NaN or "
    "infinite); its file may be damaged, or its kernels overflow";

bool llama_logits_are_numbers(const float *logits, int32_t num)
{
    int32_t num_wrong = 0;
    int32_t num_finite = 0;

    /* without a branch: this runs for each token written */
    for (int32_t i = 0; logits && i < num; i++) {
        num_wrong += !(logits[i] <= FLT_MAX); /* true of NaN as well */
        num_finite += logits[i] >= -FLT_MAX;
    }
    return num_wrong == 0 && num_finite > 0;
}
