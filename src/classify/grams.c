#include "classify/grams.h"

#include "base/mem.h"
#include "classify/tokens.h"

#include <stdlib.h>

enum {
    HEAD_TOKENS = 40,
    START_TOKENS = 12,
    TAIL_TOKENS = 40,
    LENGTH_STEPS = 14,
    /* Room for all groups but the first. */
    MOST_EDGE = 3 * (HEAD_TOKENS + TAIL_TOKENS + 2) + 4 * (START_TOKENS + 1)
                + LENGTH_STEPS,
};

static const uint32_t start_mark = 0x5BD1E995U;
static const uint32_t end_mark = 0xC2B2AE35U;

void grams_release(struct grams *grams)
{
    free(grams->hashes);
    *grams = (struct grams){ 0 };
}

static size_t add(struct grams *out, size_t at, uint32_t hash)
{
    out->hashes[at] = hash;
    return at + 1;
}

/* All n-grams of 1..longest of `words`, tagged with the group. */
static size_t add_words(struct grams *out,
                        size_t at,
                        const uint32_t *words,
                        size_t num,
                        unsigned group)
{
    size_t longest = group == GRAMS_START ? 4 : 3;

    for (size_t i = 0; i < num; i++) {
        uint32_t hash = 0x1000193U * (group + 1);
        for (size_t n = 0; n < longest && i + n < num; n++) {
            hash = tokens_mix(hash, words[i + n]);
            at = add(out, at, hash);
        }
    }
    return at;
}

static size_t add_length(struct grams *out, size_t at, size_t num)
{
    double step = 1;

    for (uint32_t i = 0; i < LENGTH_STEPS; i++) {
        uint32_t hash = 0x1000193U * (GRAMS_LENGTH + 1);
        at = add(out, at, tokens_mix(hash, i + ((double)num >= step) * 64U));
        step *= 1.6;
    }
    return at;
}

void grams_read(struct grams *out, const struct tokens *tokens)
{
    size_t num = tokens->num;
    size_t head = num < HEAD_TOKENS ? num : HEAD_TOKENS;
    size_t start = num < START_TOKENS ? num : START_TOKENS;
    size_t tail = num < TAIL_TOKENS ? num : TAIL_TOKENS;
    uint32_t edge[HEAD_TOKENS + 1];
    size_t at = 0;

    out->hashes = mem_reserve(out->hashes,
                              &out->cap,
                              3 * num + MOST_EDGE,
                              sizeof *out->hashes);
    out->starts[GRAMS_WHOLE] = 0;
    at = add_words(out, at, tokens->hashes, num, GRAMS_WHOLE);
    edge[0] = start_mark;
    for (size_t i = 0; i < head; i++) {
        edge[i + 1] = tokens->hashes[i];
    }
    out->starts[GRAMS_HEAD] = at;
    at = add_words(out, at, edge, head + 1, GRAMS_HEAD);
    out->starts[GRAMS_START] = at;
    at = add_words(out, at, edge, start + 1, GRAMS_START);
    for (size_t i = 0; i < tail; i++) {
        edge[i] = tokens->hashes[num - tail + i];
    }
    edge[tail] = end_mark;
    out->starts[GRAMS_TAIL] = at;
    at = add_words(out, at, edge, tail + 1, GRAMS_TAIL);
    out->starts[GRAMS_LENGTH] = at;
    at = add_length(out, at, num);
    out->starts[GRAMS_NUM_GROUPS] = at;
}
