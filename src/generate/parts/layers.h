/*
 * layers.h - how many layers of a model the GPUs of a slot hold.
 *
 * As llama.cpp places them: the last layers go to GPUs, the output among them,
 * in order and in the proportion of what is free; the rest and the vectors of
 * tokens stay with the CPU.
 */
#ifndef LAYERS_H
#define LAYERS_H

#include "trustsweep/backend.h"

/* Bytes that are left free on each GPU, as llama.cpp's own fitting does: what a
 * driver takes shows only when it takes it. */
enum { LAYERS_MARGIN = 1024 * 1024 * 1024 };

/*
 * What the GPU with the greatest lack is short of, in bytes, when so many layers
 * are on GPUs; 0 = they fit.
 *
 * free  [num_gpus] bytes
 */
uint64_t layers_lack(const struct backend_layers *layers,
                     int32_t num_layers,
                     const uint64_t *free,
                     int num_gpus);

/* The most that fit. */
int32_t layers_choose(const struct backend_layers *layers,
                      const uint64_t *free,
                      int num_gpus);

struct error;
struct text;

/*
 * What a spec's number of layers comes to; -1 asks for as many as fit.
 *
 * how      gets a line for people: "gpu_layers auto: 28 of 41, ..."; nothing
 *          without GPUs
 * returns  layers on GPUs, no more than there are; -1
 * errors   ERR_IO: so many do not fit, with the sizes and how many do
 */
int32_t layers_settle(const struct backend_layers *layers,
                      int64_t wanted,
                      const uint64_t *free,
                      int num_gpus,
                      struct text *how,
                      struct error *err);

#endif
