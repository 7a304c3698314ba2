/*
 * llama_quantise.h - a GGUF file from another, with fewer bits for each weight.
 */
#ifndef LLAMA_QUANTISE_H
#define LLAMA_QUANTISE_H

struct error;

/*
 * `to` is written whole or not at all.  Weights that are quantised already lose
 * once more: that is a warning, as it may be wanted for a kind that is computed
 * with faster.
 *
 * type    as llama.cpp writes it, in any case: "Q4_K_M", "q8_0"
 * errors  ERR_USAGE: no such type; ERR_FORMAT, ERR_IO
 */
int llama_quantise(const char *from,
                   const char *to,
                   const char *type,
                   struct error *err);

#endif
