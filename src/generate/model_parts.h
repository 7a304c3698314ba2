/*
 * model_parts.h - the files of a model that is in several:
 * "x-00001-of-00004.gguf" and so on.  The library is given the first and finds
 * the others beside it.
 */
#ifndef MODEL_PARTS_H
#define MODEL_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct name_list;

/*
 * The paths of all files, the first one first; one path where the model is one
 * file.  name_list_release(), also after a failure.
 *
 * errors  ERR_IO: a part is missing; ERR_USAGE: `path` is not the first one
 */
int model_parts_list(const char *path,
                     struct name_list *out,
                     struct error *err);

/*
 * What identifies it: "sha256:..." of one file; of several "parts:" and the
 * SHA-256 of their sums, each with a line feed behind it.
 *
 * bytes   of all of them; may be NULL
 */
int model_parts_identify(const char *path,
                         char *out,
                         size_t size,
                         uint64_t *bytes,
                         struct error *err);

#endif
