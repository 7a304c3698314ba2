/*
 * weights.h - what the refusal classifier knows, in memory and as a file.
 *
 * The file, little-endian: 8 bytes magic, u32 version, u32 length of the rest,
 * 16 bytes XXH3-128 of the rest; then the sizes below, the calibration, the
 * weights of n-grams (8 bits, signed square of a number), the embedding of
 * words (8 bits, a scale for each word), the other layers (32-bit floats) and
 * the largest sum under a filter.  The sizes are fixed with the version.  Written by tools/train_refusal.
 */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct text;

enum {
    WEIGHTS_VERSION = 2,
    WEIGHTS_MAX_BYTES = 2000000,
    WEIGHTS_GRAM_BITS = 20,
    WEIGHTS_NUM_GRAMS = 1 << WEIGHTS_GRAM_BITS,

    NET_WORDS = 16384, /* rows of the embedding; row 0 is a word left out */
    NET_DIM = 32,
    NET_WIDTH = 4, /* words under a filter */
    NET_FILTERS = 64,
    NET_ZONES = 4,   /* all, first 10, first 40, last 40 words */
    NET_PLACES = 16, /* steps of the distance from an end */
    NET_HIDDEN = 32,
    NET_HEAD = 400, /* words from the start */
    NET_TAIL = 100, /* and of those after, so many from the end */
    NET_WINDOW = NET_HEAD + NET_TAIL,
    NET_SHAPE = 8,
    NET_POOLED = NET_ZONES * NET_FILTERS + NET_DIM + NET_SHAPE,
};

/* All floats, so that a trainer may treat it as one array. */
struct net_weights {
    float words[NET_WORDS][NET_DIM];
    float places[2][NET_PLACES][NET_DIM]; /* from the start, from the end */
    float filters[NET_WIDTH][NET_DIM][NET_FILTERS];
    float filter_bias[NET_FILTERS];
    float hidden[NET_POOLED][NET_HIDDEN];
    float hidden_bias[NET_HIDDEN];
    float out[NET_HIDDEN];
    float out_bias;
};

/* logit = offset + gram_slope * (grams) + net_slope * (net) */
struct calibration {
    double offset;
    double gram_slope;
    double net_slope;
    double tau; /* sd of the logit's error shared by a column, in logits */
};

struct weights {
    int8_t grams[WEIGHTS_NUM_GRAMS]; /* q stands for q * |q| * gram_scale */
    double gram_scale;
    double gram_bias;
    struct net_weights net;
    double net_most; /* net_most() of what is in the file */
    struct calibration calibration;
};

/* Heap, free() it; ERR_FORMAT names `name` and what is wrong. */
struct weights *weights_read(const void *bytes,
                             size_t len,
                             const char *name,
                             struct error *err);

/* Appended to `out`.  Embeddings lose what 8 bits cannot hold; `net_most` is
 * taken of what they keep. */
void weights_write(const struct weights *weights, struct text *out);

#endif
