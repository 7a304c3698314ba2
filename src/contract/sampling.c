#include "base/hash.h"
#include "trustsweep/unit.h"

uint32_t sampling_seed(const struct sampling *sampling, struct hash128 unit)
{
    struct hash_stream *stream = hash_stream_create();

    hash_stream_u64(stream, sampling->seed);
    hash_stream_u64(stream, unit.high);
    hash_stream_u64(stream, unit.low);
    /* UINT32_MAX is left out: to llama.cpp it means "draw a seed". */
    return (uint32_t)(hash_stream_end(stream).low % UINT32_MAX);
}
