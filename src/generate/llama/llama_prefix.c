#include "generate/llama/llama_prefix.h"

#include "generate/llama/llama_sequence.h"

#include <stdbool.h>

enum { MIN_COMPUTED = 2 };

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* With how many tokens both begin, of the first `most`. */
static int32_t common(const struct llama_sequence *other,
                      const int32_t *tokens,
                      int32_t most)
{
    int32_t num = 0;

    most = smaller(most, other->num_tokens);
    while (num < most && other->tokens[num] == tokens[num])
        num++;
    return num;
}

int32_t llama_prefix_usable(const struct llama_sequence *other,
                            const int32_t *tokens,
                            int32_t num_tokens)
{
    if (other->state == LLAMA_SEQUENCE_FREE)
        return 0;
    return common(other,
                  tokens,
                  smaller(num_tokens - MIN_COMPUTED, other->num_read));
}

int32_t llama_prefix_source(const struct llama_sequence *all,
                            int32_t num,
                            int32_t which,
                            int32_t *length)
{
    int32_t best = -1;

    *length = all[which].num_read;
    for (int32_t i = 0; i < num; i++) {
        int32_t usable;

        if (i == which || all[i].num_read <= *length)
            continue;
        usable = llama_prefix_usable(&all[i],
                                     all[which].tokens,
                                     all[which].num_tokens);
        if (usable > *length) {
            *length = usable;
            best = i;
        }
    }
    return best;
}

int32_t llama_prefix_coming(const struct llama_sequence *all,
                            int32_t num,
                            int32_t which)
{
    const int32_t most = all[which].num_tokens - MIN_COMPUTED;
    int32_t best = 0;

    for (int32_t i = 0; i < num; i++) {
        int32_t alike;

        if (i == which || !llama_sequence_is_reading(&all[i])
            || all[i].number > all[which].number)
            continue;
        alike = common(&all[i], all[which].tokens, most);
        if (alike > all[i].num_read && alike > best)
            best = alike;
    }
    return best;
}
