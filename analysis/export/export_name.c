#include "analysis/export/export_name.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "store/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A file system takes 255 bytes; a number and ".jsonl" stand behind. */
enum { MAX_LEN = 200 };

char *export_name_of(const char *name)
{
    char *out = mem_text(name[0] ? name : "_");
    size_t len;

    text_show_clean(out, '_');
    for (char *at = out; *at; at++) {
        if (*at == '/' || (*at == '.' && at == out))
            *at = '_';
    }
    len = strlen(out);
    if (len > MAX_LEN) {
        len = MAX_LEN;
        while (len > 0 && ((unsigned char)out[len] & 0xc0) == 0x80)
            len--; /* no part of a character */
        out[len] = '\0';
    }
    return out;
}

char *export_name_of_path(const char *path)
{
    struct text out = { 0 };

    for (;;) {
        const size_t len = strcspn(path, "/");
        char *part = mem_text_len(path, len);
        char *name = export_name_of(part);

        text_add(&out, name);
        free(name);
        free(part);
        if (!path[len])
            return text_take(&out);
        text_add(&out, "/");
        path += len + 1;
    }
}

static bool is_taken(char *const *names, size_t num, const char *name)
{
    for (size_t i = 0; i < num; i++) {
        if (names[i] && strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

/* Takes `name` over. */
static char *make_another(char *const *names, size_t num, char *name)
{
    char *out = name;

    for (int i = 2; is_taken(names, num, out); i++) {
        if (out != name)
            free(out);
        out = text_format("%s_%d", name, i);
    }
    if (out != name)
        free(name);
    return out;
}

char **export_name_of_models(const struct reader *reader)
{
    const size_t num = reader_num_models(reader);
    char **out = mem_alloc(num, sizeof(char *));

    /* a name that can stay as it is stays so, whoever comes first */
    for (size_t m = 0; m < num; m++) {
        char *name = export_name_of(reader_model(reader, m)->name);

        if (text_equal(name, reader_model(reader, m)->name)
            && !is_taken(out, num, name)) {
            out[m] = name;
        } else {
            free(name);
        }
    }
    for (size_t m = 0; m < num; m++) {
        if (!out[m]) {
            out[m] =
                make_another(out,
                             num,
                             export_name_of(reader_model(reader, m)->name));
        }
    }
    return out;
}
