#include "classify/window.h"

#include <string.h>

enum { ZONE_SHORT = 10, ZONE_LONG = 40 };

static size_t less(size_t a, size_t b)
{
    return a < b ? a : b;
}

void window_read(struct window *out, const struct tokens *tokens)
{
    size_t head = less(tokens->num, NET_HEAD);
    size_t tail = less(tokens->num - head, NET_TAIL);

    out->num = head + tail;
    for (size_t i = 0; i < out->num; i++) {
        size_t at = i < head ? i : tokens->num - tail + (i - head);
        out->words[i] =
            (uint16_t)(1 + tokens->hashes[at] % (uint32_t)(NET_WORDS - 1));
    }
    _Static_assert((int)NET_SHAPE == (int)TOKENS_NUM_SHAPE, "one size");
    memcpy(out->shape, tokens->shape, sizeof out->shape);
}

void window_zones(size_t num, struct zone out[NET_ZONES])
{
    out[0] = (struct zone){ 0, num };
    out[1] = (struct zone){ 0, less(num, ZONE_SHORT) };
    out[2] = (struct zone){ 0, less(num, ZONE_LONG) };
    out[3] = (struct zone){ num - less(num, ZONE_LONG), num };
}

size_t window_place(size_t distance)
{
    size_t place = 0;

    while (place < NET_PLACES - 1 && distance >= (size_t)1 << place) {
        place++;
    }
    return place;
}
