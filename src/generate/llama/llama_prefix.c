#include "generate/llama/llama_prefix.h"

#include "generate/llama/llama_sequence.h"

#include <stdbool.h>

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

int32_t llama_prefix_common(const struct llama_sequence *a,
                            const struct llama_sequence *b)
{
    const int32_t most = smaller(a->num_tokens, b->num_tokens);
    int32_t num = 0;

    while (num < most && a->tokens[num] == b->tokens[num])
        num++;
    return num;
}

static bool has_memory(const struct llama_sequence *sequence)
{
    return sequence->state == LLAMA_SEQUENCE_LIVE
           || sequence->state == LLAMA_SEQUENCE_KEPT;
}

int32_t llama_prefix_own(const struct llama_sequence *all,
                         int32_t num,
                         int32_t which)
{
    int32_t most = 0;

    for (int32_t i = 0; i < num; i++) {
        int32_t common;

        if (i == which || !has_memory(&all[i]))
            continue;
        common = llama_prefix_common(&all[i], &all[which]);
        if (common > most)
            most = common;
    }
    return all[which].num_tokens - most;
}

int32_t llama_prefix_source(const struct llama_sequence *all,
                            int32_t num,
                            int32_t which,
                            int32_t *length)
{
    const int32_t limit = all[which].num_tokens - 1;
    int32_t best = -1;

    *length = all[which].num_read;
    for (int32_t i = 0; i < num; i++) {
        int32_t common;

        if (i == which || !has_memory(&all[i]) || all[i].num_read <= *length)
            continue;
        common = llama_prefix_common(&all[i], &all[which]);
        common = smaller(smaller(common, all[i].num_read), limit);
        if (common > *length) {
            *length = common;
            best = i;
        }
    }
    return best;
}
