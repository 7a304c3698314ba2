#include "store/pack.h"

#include "base/mem.h"
#include "trustsweep/bug.h"

#include <libdeflate.h>

#include <stdlib.h>

enum {
    LEVEL = 1,
    SKIP_DEFLATE = 1 << 1, /* it is the second filter, after shuffle */
};

/* First bytes of all elements, then second bytes, ... */
static unsigned char *shuffle(const unsigned char *from,
                              size_t num,
                              size_t size)
{
    unsigned char *out = mem_resize(NULL, num, size);
    unsigned char *to = out;

    for (size_t b = 0; b < size; b++) {
        for (size_t i = 0; i < num; i++)
            *to++ = from[i * size + b];
    }
    return out;
}

struct packed pack_chunk(const void *elements, size_t num, size_t size)
{
    struct libdeflate_compressor *by = libdeflate_alloc_compressor(LEVEL);
    const size_t len = num * size;
    struct packed packed = { .bytes = mem_resize(NULL, len, 1) };
    /* single bytes are in that order already */
    unsigned char *shuffled =
        size > 1 ? shuffle(elements, num, size) : mem_copy(elements, len);

    if (!by)
        BUG("libdeflate cannot start");
    /* there is no room for more bytes than there were: then it gives 0 */
    packed.len = libdeflate_zlib_compress(by, shuffled, len, packed.bytes, len);
    libdeflate_free_compressor(by);
    if (packed.len > 0) {
        free(shuffled);
        return packed;
    }
    free(packed.bytes);
    return (struct packed){ shuffled, len, SKIP_DEFLATE };
}

void pack_release(struct packed *packed)
{
    free(packed->bytes);
    packed->bytes = NULL;
}

bool pack_undo(const struct packed *packed,
               void *elements,
               size_t num,
               size_t size)
{
    const size_t len = num * size;
    unsigned char *out = elements;
    /* single bytes need no order */
    unsigned char *shuffled = size > 1 ? mem_resize(NULL, len, 1) : NULL;
    const unsigned char *from = shuffled ? shuffled : out;
    bool is_whole = packed->len == len;

    if (packed->skipped == 0) {
        struct libdeflate_decompressor *by = libdeflate_alloc_decompressor();

        if (!by)
            BUG("libdeflate cannot start");
        is_whole = libdeflate_zlib_decompress(by,
                                              packed->bytes,
                                              packed->len,
                                              shuffled ? shuffled : out,
                                              len,
                                              NULL)
                   == LIBDEFLATE_SUCCESS;
        libdeflate_free_decompressor(by);
    } else if (is_whole && packed->skipped == SKIP_DEFLATE) {
        from = packed->bytes;
    } else {
        is_whole = false;
    }
    for (size_t b = 0; is_whole && from != out && b < size; b++) {
        for (size_t i = 0; i < num; i++)
            out[i * size + b] = *from++;
    }
    free(shuffled);
    return is_whole;
}
