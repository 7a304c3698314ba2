#include "base/json_regular.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

struct cJSON *json_read_regular(const char *path,
                                size_t max_bytes,
                                struct error *err)
{
    struct text bytes = { 0 };
    struct cJSON *value = NULL;

    if (file_read_regular(path, max_bytes, &bytes, err) == 0)
        value = json_parse(text_data(&bytes), bytes.len, path, err);
    text_release(&bytes);
    return value;
}
