/*
 * files.h - a folder of a test's own, which is also the installation: what is
 * put into datasets/ there is found by manifest_read().
 */
#ifndef TEST_FILES_H
#define TEST_FILES_H

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/manifest.h"
#include "trustsweep/error.h"

#include <zip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* 64 hex digits that are no file's checksum. */
#define NO_SHA256                      \
    "00000000000000000000000000000000" \
    "00000000000000000000000000000000"

struct files {
    char folder[64];
    char *share; /* what TRUSTSWEEP_SHARE was */
};

static inline int files_set_up(void **state)
{
    struct files *self = mem_alloc(1, sizeof *self);
    static const char name[] = "/tmp/trustsweep-dataset-XXXXXX";

    memcpy(self->folder, name, sizeof name);
    self->share = mem_text(getenv("TRUSTSWEEP_SHARE"));
    *state = self;
    if (!mkdtemp(self->folder))
        return -1;
    return setenv("TRUSTSWEEP_SHARE", self->folder, 1);
}

/* Goes down to a first leaf, removes it, and begins again. */
static inline void files_remove(const char *folder)
{
    while (file_exists(folder)) {
        char *path = mem_text(folder);
        while (unlink(path) != 0 && rmdir(path) != 0) {
            struct name_list names = { 0 };
            assert_int_equal(file_list(path, &names, NULL), 0);
            assert_true(names.num > 0);
            char *below = path_join(path, names.names[0]);
            free(path);
            path = below;
            name_list_release(&names);
        }
        free(path);
    }
}

static inline int files_tear_down(void **state)
{
    struct files *self = *state;

    files_remove(self->folder);
    if (self->share)
        (void)setenv("TRUSTSWEEP_SHARE", self->share, 1);
    else
        (void)unsetenv("TRUSTSWEEP_SHARE");
    free(self->share);
    free(self);
    return 0;
}

static inline char *files_path(const struct files *self, const char *name)
{
    return path_join(self->folder, name);
}

static inline void files_put_bytes(const struct files *self,
                                   const char *name,
                                   const void *bytes,
                                   size_t len)
{
    char *path = files_path(self, name);
    char *folder = path_folder(path);

    assert_int_equal(file_make_folder(folder, NULL), 0);
    assert_int_equal(file_write(path, bytes, len, NULL), 0);
    free(folder);
    free(path);
}

static inline void files_put(const struct files *self,
                             const char *name,
                             const char *content)
{
    files_put_bytes(self, name, content, strlen(content));
}

/* A zip file of name and content pairs, NULL at the end. */
static inline void files_zip(const struct files *self,
                             const char *name,
                             const char *const *pairs)
{
    char *path = files_path(self, name);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

    assert_non_null(zip);
    for (; pairs[0]; pairs += 2) {
        zip_source_t *content =
            zip_source_buffer(zip, pairs[1], strlen(pairs[1]), 0);
        assert_non_null(content);
        assert_true(zip_file_add(zip, pairs[0], content, 0) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    free(path);
}

/* Two tasks of a benchmark called `name`, with these checksums. */
static inline struct manifest *files_manifest(const struct files *self,
                                              const char *name,
                                              const char *sha256_one,
                                              const char *sha256_two)
{
    static const char form[] =
        "{\"name\":\"mini\",\"title\":\"t\",\"source\":\"s\",\"tasks\":["
        "{\"name\":\"alpha/one\",\"section\":\"s\",\"title\":\"t\","
        "\"temperature\":0.5,\"num_items\":2,\"sha256\":\"%s\",\"fields\":["
        "{\"name\":\"prompt\",\"type\":\"string\"},"
        "{\"name\":\"kind\",\"type\":\"string\",\"values\":[\"x\",\"y\"]},"
        "{\"name\":\"n\",\"type\":\"integer\",\"optional\":true},"
        "{\"name\":\"f\",\"type\":\"number\",\"optional\":true},"
        "{\"name\":\"o\",\"type\":\"object\",\"optional\":true},"
        "{\"name\":\"l\",\"type\":\"array\",\"optional\":true},"
        "{\"name\":\"a\",\"type\":\"any\"}]},"
        "{\"name\":\"beta/two\",\"section\":\"s\",\"title\":\"t\","
        "\"temperature\":1,\"num_items\":1,\"sha256\":\"%s\",\"fields\":["
        "{\"name\":\"prompt\",\"type\":\"string\"}]}],\"columns\":[]}";
    char *content = text_format(form, sha256_one, sha256_two);
    char *file = text_format("datasets/%s.json", name);
    struct error err = { 0 };

    files_put(self, file, content);
    struct manifest *manifest = manifest_read(name, &err);
    assert_string_equal(err.text, "");
    assert_non_null(manifest);
    free(file);
    free(content);
    return manifest;
}

#endif
