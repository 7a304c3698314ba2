#include "generate/llama_file.h"

#include "trustsweep/error.h"

#include <gguf.h>
#include <llama.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Its errors go to the child's standard error, the rest nowhere. */
static void keep_errors(enum ggml_log_level level,
                        const char *text,
                        void *context)
{
    (void)context;
    if (level == GGML_LOG_LEVEL_ERROR)
        (void)fputs(text, stderr);
}

static int check_magic(const char *path, struct error *err)
{
    char magic[4] = "";
    FILE *file = fopen(path, "rb");
    size_t num;

    if (!file)
        return error_set_errno(err, errno, "%s", path);
    num = fread(magic, 1, sizeof magic, file);
    (void)fclose(file);
    if (num != sizeof magic || memcmp(magic, "GGUF", 4) != 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is no GGUF file; convert the model first "
                         "(convert_hf_to_gguf.py of llama.cpp)",
                         path);
    }
    return 0;
}

int llama_file_check(const char *path, struct error *err)
{
    struct gguf_init_params params = { .no_alloc = true };
    struct gguf_context *head;

    if (check_magic(path, err) < 0)
        return -1;
    llama_log_set(keep_errors, NULL);
    head = gguf_init_from_file(path, params);
    if (!head) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s begins like a GGUF file but is torn or damaged; "
                         "get it again",
                         path);
    }
    gguf_free(head);
    return 0;
}
