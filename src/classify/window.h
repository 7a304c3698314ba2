/*
 * window.h - the words of a reply that the net sees, and where they stand.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "classify/tokens.h"
#include "classify/weights.h"

#include <stddef.h>
#include <stdint.h>

struct window {
    uint16_t words[NET_WINDOW]; /* rows of the embedding; [num] */
    size_t num;
    float shape[NET_SHAPE];
};

/* Words from..to (without) of a zone that pools its filters by their maximum.
 * Zone 0 is all of the window. */
struct zone {
    size_t from;
    size_t to;
};

void window_read(struct window *out, const struct tokens *tokens);
void window_zones(size_t num, struct zone out[NET_ZONES]);

/* Step of a distance from an end: 0, 1, 2-3, 4-7, ... */
size_t window_place(size_t distance);

#endif
