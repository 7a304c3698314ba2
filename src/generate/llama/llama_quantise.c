#include "generate/llama/llama_quantise.h"

#include "base/log.h"
#include "base/parallel.h"
#include "base/text.h"
#include "generate/llama/llama_file.h"
#include "trustsweep/error.h"

#include <gguf.h>
#include <llama.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

/* Those that need no matrix of importances. */
static const struct {
    const char *name;
    enum llama_ftype type;
} types[] = {
    { "BF16", LLAMA_FTYPE_MOSTLY_BF16 },
    { "F16", LLAMA_FTYPE_MOSTLY_F16 },
    { "Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0 },
    { "Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K },
    { "Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M },
    { "Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S },
    { "Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1 },
    { "Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0 },
    { "Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M },
    { "Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S },
    { "Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1 },
    { "Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0 },
    { "Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M },
    { "Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K },
};
enum { NUM_TYPES = sizeof types / sizeof *types };

static int refuse(const char *type, struct error *err)
{
    struct text known = { 0 };
    int rc;

    for (int i = 0; i < NUM_TYPES; i++)
        text_addf(&known, "%s%s", i > 0 ? ", " : "", types[i].name);
    rc = error_set(err,
                   ERR_USAGE,
                   "no type '%s'; there are: %s",
                   type,
                   text_data(&known));
    text_release(&known);
    return rc;
}

/* The first tensor that has fewer than 16 bits already; "" = none. */
static void find_quantised(const char *path, char *out, size_t size)
{
    struct gguf_init_params params = { .no_alloc = true };
    struct gguf_context *head = gguf_init_from_file(path, params);

    out[0] = '\0';
    for (int64_t i = 0; head && i < gguf_get_n_tensors(head); i++) {
        enum ggml_type type = gguf_get_tensor_type(head, i);

        if (ggml_is_quantized(type)) {
            (void)snprintf(out,
                           size,
                           "%s is %s",
                           gguf_get_tensor_name(head, i),
                           ggml_type_name(type));
            break;
        }
    }
    gguf_free(head);
}

/* It may be wanted all the same: a kind that is computed with faster. */
static void warn_of_twice(const char *from)
{
    char found[128];

    find_quantised(from, found, sizeof found);
    if (found[0]) {
        log_warn("%s is quantised already (%s): what that lost stays lost; the "
                 "file with 16 or 32 bits makes a better one",
                 from,
                 found);
    }
}

int llama_quantise(const char *from,
                   const char *to,
                   const char *type,
                   struct error *err)
{
    struct llama_model_quantize_params params =
        llama_model_quantize_default_params();
    struct llama_file file;
    char *part;
    int at = 0;
    int rc = 0;

    while (at < NUM_TYPES && strcasecmp(types[at].name, type) != 0)
        at++;
    if (at == NUM_TYPES)
        return refuse(type, err);
    if (llama_file_read(from, &file, err) < 0)
        return -1;
    warn_of_twice(from);
    params.allow_requantize = true; /* what it was made of is on record */
    params.nthread = (int32_t)parallel_cores();
    params.ftype = types[at].type;
    part = text_format("%s.part", to);
    if (llama_model_quantize(from, part, &params) != 0) {
        rc = error_set(err,
                       ERR_FORMAT,
                       "llama.cpp cannot quantise %s to %s",
                       from,
                       types[at].name);
    } else if (rename(part, to) < 0) {
        rc = error_set_errno(err, errno, "cannot write %s", to);
    }
    if (rc < 0)
        (void)unlink(part);
    free(part);
    return rc;
}
