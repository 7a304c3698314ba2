#include "generate/model_file.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* From so many bytes on it is said that a file is read: that takes seconds. */
static const int64_t worth_saying = 1000000000;

/* Where sums are remembered; NULL when there is no home. */
static char *cache_folder(void)
{
    const char *given = getenv("TRUSTSWEEP_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (given)
        return text_format("%s/sha256", given);
    if (xdg)
        return text_format("%s/trustsweep/sha256", xdg);
    return home ? text_format("%s/.cache/trustsweep/sha256", home) : NULL;
}

static char *cache_file(const struct stat *info)
{
    char *folder = cache_folder();
    char name[HASH_TEXT];
    struct hash_stream *stream;
    char *path;

    if (!folder)
        return NULL;
    stream = hash_stream_create();
    hash_stream_u64(stream, (uint64_t)info->st_dev);
    hash_stream_u64(stream, (uint64_t)info->st_ino);
    hash_stream_u64(stream, (uint64_t)info->st_size);
    hash_stream_u64(stream, (uint64_t)info->st_mtim.tv_sec);
    hash_stream_u64(stream, (uint64_t)info->st_mtim.tv_nsec);
    hash_format(hash_stream_end(stream), name);
    path = path_join(folder, name);
    if (file_make_folder(folder, NULL) < 0) {
        free(path);
        path = NULL;
    }
    free(folder);
    return path;
}

static void say(const char *path)
{
    const int64_t bytes = file_size(path);
    char size[32];

    if (bytes < worth_saying)
        return;
    text_format_bytes(size, sizeof size, (uint64_t)bytes);
    log_info("all of %s is read, %s, to know which model it is; that is "
             "remembered until the file changes",
             path,
             size);
}

static int read_or_hash(const char *path,
                        const char *cache,
                        char sum[SHA256_TEXT],
                        struct error *err)
{
    struct text known = { 0 };

    if (cache && file_exists(cache)
        && file_read(cache, SHA256_TEXT, &known, NULL) == 0
        && known.len == SHA256_TEXT - 1) {
        memcpy(sum, known.data, SHA256_TEXT);
        text_release(&known);
        return 0;
    }
    text_release(&known);
    say(path);
    if (sha256_file(path, sum, err) < 0)
        return -1;
    if (cache) /* remembering is a favour: its failure is none */
        (void)file_write(cache, sum, SHA256_TEXT - 1, NULL);
    return 0;
}

int model_file_identify(const char *path,
                        char *out,
                        size_t size,
                        struct error *err)
{
    struct stat info;
    char sum[SHA256_TEXT];
    char *cache;
    int rc;

    if (stat(path, &info) < 0)
        return error_set_errno(err, errno, "cannot read %s", path);
    cache = cache_file(&info);
    rc = read_or_hash(path, cache, sum, err);
    if (rc == 0)
        (void)snprintf(out, size, "sha256:%s", sum);
    free(cache);
    return rc;
}

static int hash_file(const char *path,
                     struct hash_stream *stream,
                     uint64_t *bytes,
                     struct error *err)
{
    char sum[SHA256_TEXT + sizeof "sha256:"];
    const int64_t size = file_size(path);

    if (model_file_identify(path, sum, sizeof sum, err) < 0)
        return -1;
    hash_stream_text(stream, sum);
    *bytes += size > 0 ? (uint64_t)size : 0;
    return 0;
}

int model_file_hash(const char *path,
                    struct hash_stream *stream,
                    uint64_t *bytes,
                    struct error *err)
{
    struct name_list names = { 0 };
    int rc;

    *bytes = 0;
    if (!file_is_folder(path))
        return hash_file(path, stream, bytes, err);
    rc = file_list(path, &names, err);
    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char *file = path_join(path, names.names[i]);

        if (names.names[i][0] != '.' && !file_is_folder(file)) {
            hash_stream_text(stream, names.names[i]);
            rc = hash_file(file, stream, bytes, err);
        }
        free(file);
    }
    name_list_release(&names);
    if (rc == 0 && *bytes == 0)
        rc = error_set(err, ERR_FORMAT, "%s: no model file in it", path);
    return rc;
}
