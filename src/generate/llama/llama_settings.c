#include "generate/llama/llama_settings.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "generate/llama/llama_file.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_CONTEXT = 4096 };

static const char *const flash_attention[] = { "auto", "on", "off", NULL };
static const char *const on_off[] = { "on", "off", NULL };

const struct option llama_settings_options[] = {
    { .name = "context",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_settings, context),
      .fallback = "0",
      .max = 1e7,
      .unit = "tokens",
      .help = "Of one sequence; 0 = the model's, 4096 at most." },
    { .name = "cells",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_settings, cells),
      .fallback = "0",
      .max = 1e8,
      .unit = "tokens",
      .help = "In memory, of all sequences; 0 = 1024 for each." },
    { .name = "parallel",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_settings, parallel),
      .fallback = "0",
      .max = 256,
      .help = "Sequences at once; 0 = 32, or 4 of an embedding model." },
    { .name = "batch",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_settings, batch),
      .fallback = "512",
      .min = 32,
      .max = 65536,
      .unit = "tokens",
      .help = "In one decode call." },
    { .name = "threads",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_settings, threads),
      .fallback = "0",
      .max = 1024,
      .help = "0 = the cores of this rank." },
    { .name = "gpu_layers",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_settings, gpu_layers),
      .fallback = "-1",
      .min = -1,
      .max = 100000,
      .help = "Layers on GPUs, the output among them; -1 = as many as fit." },
    { .name = "flash_attention",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct llama_settings, flash_attention),
      .fallback = "auto",
      .choices = flash_attention,
      .help = "Of a model that writes; auto = on a GPU only." },
    { .name = "own_products",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct llama_settings, own_products),
      .fallback = "on",
      .choices = on_off,
      .help = "Of Q4_1 weights; off = the library's: the same, slower." },
    { .name = "exact",
      .type = OPTION_FLAG,
      .offset = offsetof(struct llama_settings, is_exact),
      .help = "One prompt at a time: the same reply whatever else is asked." },
    { .name = "chat_template",
      .type = OPTION_PATH,
      .offset = offsetof(struct llama_settings, chat_template),
      .value = "FILE",
      .help = "A Jinja file instead of the model's own template." },
    { .name = NULL },
};

static int contradict(const char *what, const char *why, struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "exact and %s contradict each other: exact %s; leave one "
                     "of the two out",
                     what,
                     why);
}

int llama_settings_check(const struct llama_settings *given,
                         const struct llama_file *file,
                         struct error *err)
{
    char parallel[32];

    (void)snprintf(parallel,
                   sizeof parallel,
                   "parallel=%d",
                   (int)given->parallel);
    if (given->is_exact && given->parallel > 1)
        return contradict(parallel, "reads one prompt at a time", err);
    if (given->is_exact && text_equal(given->flash_attention, "on")) {
        return contradict("flash_attention=on",
                          "computes without flash attention",
                          err);
    }
    if (file->makes_vectors && given->chat_template) {
        return error_set(err,
                         ERR_USAGE,
                         "chat_template of an embedding model: it reads texts "
                         "as they stand; leave it out");
    }
    /* positions beyond those it was trained for do not exist */
    if (file->makes_vectors && file->context > 0
        && given->context > file->context) {
        return error_set(err,
                         ERR_USAGE,
                         "context=%lld, but this embedding model ends at %lld",
                         (long long)given->context,
                         (long long)file->context);
    }
    return 0;
}

int64_t llama_settings_context(const struct llama_settings *given,
                               const struct llama_file *file)
{
    if (given->context != 0)
        return given->context;
    return file->context > 0 && file->context < DEFAULT_CONTEXT
               ? file->context
               : DEFAULT_CONTEXT;
}

int llama_settings_template(const struct llama_settings *given,
                            struct text *out,
                            struct error *err)
{
    const char *path = given->chat_template;

    if (!path)
        return 0;
    if (file_read(path, LLAMA_SETTINGS_MAX_TEMPLATE, out, err) < 0)
        return -1;
    if (out->len > 0 && !memchr(out->data, '\0', out->len))
        return 0;
    (void)error_set(err,
                    ERR_FORMAT,
                    out->len == 0
                        ? "chat_template: %s is empty; without the key the "
                          "model's own is used"
                        : "chat_template: %s has a NUL: it is no text",
                    path);
    text_release(out);
    return -1;
}

static bool is_own(const struct text *template, const struct llama_file *file)
{
    return file->has_template
           && hash_equal(hash_bytes(text_data(template), template->len),
                         file->template);
}

int llama_settings_identify(const struct llama_settings *given,
                            const struct llama_file *file,
                            char *identity,
                            size_t size,
                            struct error *err)
{
    struct hash_stream *stream;
    struct text override = { 0 };
    char digest[HASH_TEXT];
    size_t len = strlen(identity);
    /* "auto" is one thing on a CPU and another on a GPU, whose replies differ
     * anyway */
    const bool asks_flash =
        !file->makes_vectors && text_equal(given->flash_attention, "on");
    const struct llama_settings none = { 0 };
    const int64_t context = llama_settings_context(given, file)
                                    == llama_settings_context(&none, file)
                                ? 0
                                : given->context;
    bool has_override;

    if (llama_settings_template(given, &override, err) < 0)
        return -1;
    has_override = given->chat_template && !is_own(&override, file);
    if (!has_override && context == 0 && !given->is_exact && !asks_flash) {
        text_release(&override);
        return 0;
    }
    stream = hash_stream_create();
    hash_stream_text(stream, has_override ? text_data(&override) : NULL);
    hash_stream_u64(stream, (uint64_t)context);
    if (given->is_exact)
        hash_stream_u64(stream, (uint64_t)given->batch);
    if (given->is_exact && given->gpu_layers > 0)
        hash_stream_u64(stream, (uint64_t)given->gpu_layers);
    if (asks_flash)
        hash_stream_text(stream, given->flash_attention);
    hash_format(hash_stream_end(stream), digest);
    text_release(&override);
    (void)snprintf(identity + len, size - len, "+%.16s", digest);
    return 0;
}
