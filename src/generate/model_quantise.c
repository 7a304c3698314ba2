#include "generate/model_quantise.h"

#ifdef TRUSTSWEEP_HAS_LLAMA
#    include "generate/llama/llama_engine.h"
#    include "generate/llama/llama_quantise.h"

int model_quantise(const char *from,
                   const char *to,
                   const char *type,
                   struct error *err)
{
    return llama_quantise(from, to, type, err);
}

void model_quantise_version(char *out, size_t size)
{
    llama_engine_version(out, size);
}
#else
#    include "trustsweep/error.h"

int model_quantise(const char *from,
                   const char *to,
                   const char *type,
                   struct error *err)
{
    (void)to;
    return error_set(err,
                     ERR_USAGE,
                     "%s cannot be quantised to %s: this build has no llama "
                     "backend; run scripts/llama.sh and configure again",
                     from,
                     type);
}

void model_quantise_version(char *out, size_t size)
{
    if (size > 0)
        out[0] = '\0';
}
#endif
