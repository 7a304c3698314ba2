#include "base/text.h"

#include <string.h>

enum { MAX_WORD = 64 }; /* longer ones are never suggested */

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein distance of two words of at most MAX_WORD bytes. */
static size_t distance(const char *a, const char *b)
{
    size_t row[MAX_WORD + 1]; /* distances of a's prefix to b's prefixes */
    size_t len = strlen(b);

    for (size_t k = 0; k <= len; k++) {
        row[k] = k;
    }
    for (size_t i = 1; a[i - 1]; i++) {
        size_t before = row[0]; /* the row above, one to the left */
        row[0] = i;
        for (size_t k = 1; k <= len; k++) {
            size_t above = row[k];
            row[k] = min3(above + 1,
                          row[k - 1] + 1,
                          before + (a[i - 1] != b[k - 1]));
            before = above;
        }
    }
    return row[len];
}

const char *text_nearest(const char *word,
                         const char *const *candidates,
                         size_t num)
{
    size_t len = strlen(word);
    size_t limit = len / 3 < 2 ? 2 : len / 3;
    size_t best = limit + 1;
    const char *nearest = NULL;

    if (len == 0 || len > MAX_WORD) {
        return NULL;
    }
    for (size_t i = 0; i < num; i++) {
        if (!candidates[i] || strlen(candidates[i]) > MAX_WORD) {
            continue;
        }
        size_t far = distance(word, candidates[i]);
        /* Two short words may differ in every letter and still be near. */
        if (far < best && far < len) {
            best = far;
            nearest = candidates[i];
        }
    }
    return nearest;
}
