#include "base/file.h"
#include "base/json.h"
#include "base/json_parts.h"
#include "base/text.h"

#include <string.h>

size_t json_mend_nuls(char *bytes, size_t len)
{
    static const char nul[] = "u0000";
    const size_t step = sizeof nul - 1;
    size_t num = 0;

    for (size_t i = 0; i < len; i++) {
        const char *hit = memchr(bytes + i, '\\', len - i);

        if (!hit)
            break;
        i = (size_t)(hit - bytes);
        /* what is escaped is skipped, so "\\u0000" stays */
        i++;
        if (i + step <= len && memcmp(bytes + i, nul, step) == 0) {
            memcpy(bytes + i, "ufffd", step);
            num++;
        }
    }
    return num;
}

int json_mend_read(const char *path,
                   size_t max_bytes,
                   struct text *out,
                   size_t *num_mended,
                   struct error *err)
{
    struct text bytes = { 0 };

    *num_mended = 0;
    if (file_read(path, max_bytes, &bytes, err) < 0)
        return -1;
    if (text_valid_utf8(text_data(&bytes), bytes.len) == bytes.len) {
        *out = bytes;
    } else {
        text_add_utf8(out, text_data(&bytes), bytes.len);
        /* a byte that became U+FFFD takes two more */
        *num_mended = (out->len - bytes.len) / 2;
        text_release(&bytes);
    }
    if (out->len > 0)
        *num_mended += json_mend_nuls(out->data, out->len);
    return 0;
}
