#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* Escaped NULs in place: as many bytes, and the same meaning to a reader. */
static size_t mend_nuls(char *bytes, size_t len)
{
    static const char nul[] = "u0000";
    const size_t step = sizeof nul - 1;
    size_t num = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != '\\')
            continue;
        /* what is escaped is skipped, so "\\u0000" stays */
        i++;
        if (i + step <= len && memcmp(bytes + i, nul, step) == 0) {
            memcpy(bytes + i, "ufffd", step);
            num++;
        }
    }
    return num;
}

struct cJSON *json_read_mended(const char *path,
                               size_t max_bytes,
                               size_t *num_mended,
                               struct error *err)
{
    struct text bytes = { 0 };
    struct text valid = { 0 };
    struct cJSON *value = NULL;

    *num_mended = 0;
    if (file_read(path, max_bytes, &bytes, err) == 0) {
        const size_t len = bytes.len;

        text_add_utf8(&valid, text_data(&bytes), len);
        /* a byte that became U+FFFD takes two more */
        *num_mended = (valid.len - len) / 2;
        *num_mended += mend_nuls(valid.data, valid.len);
        value = json_parse(text_data(&valid), valid.len, path, err);
    }
    text_release(&valid);
    text_release(&bytes);
    return value;
}
