/*
 * model_quantise.h - a model file from another, with fewer bits for each
 * weight, by the library that will read it.
 */
#ifndef MODEL_QUANTISE_H
#define MODEL_QUANTISE_H

#include <stddef.h>

struct error;

/* `to` is written whole or not at all.
 * errors  ERR_USAGE: no such type, or this build lacks the library; ERR_IO;
 *         ERR_FORMAT */
int model_quantise(const char *from,
                   const char *to,
                   const char *type,
                   struct error *err);

/* That library and its version. */
void model_quantise_version(char *out, size_t size);

#endif
