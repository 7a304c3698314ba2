#include "generate/model_stage.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/model_file.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PIECE = 4 * 1024 * 1024 };

static const int64_t spare_bytes = INT64_C(1) << 30;

/* "x-00001-of-00004.gguf": the library finds the others beside it. */
static bool is_part(const char *path)
{
    const char *at = strstr(path_name(path), "-of-");

    return at && at[4] >= '0' && at[4] <= '9';
}

static int check_room(const char *folder, int64_t size, struct error *err)
{
    struct statvfs info;

    if (statvfs(folder, &info) < 0)
        return error_set_errno(err, errno, "%s", folder);
    if ((double)info.f_bavail * (double)info.f_frsize
        < (double)(size + spare_bytes)) {
        return error_set(err,
                         ERR_IO,
                         "%s has no room for it and 1 GiB",
                         folder);
    }
    return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t num = write(fd, bytes, len);

        if (num < 0 && errno != EINTR)
            return -1;
        if (num > 0) {
            bytes += num;
            len -= (size_t)num;
        }
    }
    return 0;
}

/* 0, or an errno. */
static int copy_bytes(int from, int to, char sum[SHA256_TEXT])
{
    struct sha256 *hash = sha256_create();
    char *piece = mem_alloc(PIECE, 1);
    int number = 0;

    for (;;) {
        ssize_t num = read(from, piece, PIECE);

        if (num < 0 && errno == EINTR)
            continue;
        if (num < 0 || (num > 0 && write_all(to, piece, (size_t)num) < 0))
            number = errno;
        if (num <= 0 || number != 0)
            break;
        sha256_add(hash, piece, (size_t)num);
    }
    free(piece);
    sha256_end(hash, sum);
    return number;
}

/* Under another name first: what has the right name is whole. */
static int copy(const char *path,
                const char *target,
                const char *wanted,
                struct error *err)
{
    char *part = text_format("%s.%ld", target, (long)getpid());
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char sum[SHA256_TEXT];
    int number = from < 0 || to < 0 ? errno : copy_bytes(from, to, sum);
    int rc = 0;

    if (from >= 0)
        (void)close(from);
    if (to >= 0 && close(to) < 0 && number == 0)
        number = errno;
    if (number != 0) {
        rc = error_set_errno(err, number, "%s", part);
    } else if (strcmp(sum, wanted) != 0) {
        rc = error_set(err, ERR_IO, "the copy has another checksum");
    } else if (rename(part, target) < 0) {
        rc = error_set_errno(err, errno, "%s", target);
    }
    if (rc < 0)
        (void)unlink(part);
    free(part);
    return rc;
}

/* With a lock on the folder's own file of that name: one rank copies. */
static int copy_once(const char *path,
                     const char *target,
                     const char *sum,
                     struct error *err)
{
    char *name = text_format("%s.lock", target);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int rc = 0;

    if (fd < 0)
        rc = error_set_errno(err, errno, "%s", name);
    while (rc == 0 && fcntl(fd, F_SETLKW, &lock) < 0) {
        if (errno != EINTR)
            rc = error_set_errno(err, errno, "%s", name);
    }
    if (rc == 0 && file_size(target) != file_size(path))
        rc = copy(path, target, sum, err);
    if (fd >= 0)
        (void)close(fd);
    free(name);
    return rc;
}

static char *try_it(const char *path, const char *folder, struct error *err)
{
    char identity[SHA256_TEXT + 16];
    const char *sum;
    char *target;

    if (is_part(path)) {
        error_set(err, ERR_IO, "a model in several files is read where it is");
        return NULL;
    }
    if (file_make_folder(folder, err) < 0
        || model_file_identify(path, identity, sizeof identity, err) < 0)
        return NULL;
    sum = strchr(identity, ':') + 1;
    target = text_format("%s/%s.gguf", folder, sum);
    if ((file_size(target) != file_size(path)
         && check_room(folder, file_size(path), err) < 0)
        || copy_once(path, target, sum, err) < 0) {
        free(target);
        target = NULL;
    }
    return target;
}

char *model_stage(const char *path)
{
    const char *folder = getenv("TRUSTSWEEP_SCRATCH");
    struct error err = { 0 };
    char *staged;

    if (!folder || !*folder)
        return mem_text(path);
    staged = try_it(path, folder, &err);
    if (staged)
        return staged;
    fprintf(stderr, "%s: not copied to the node: %s\n", path, err.text);
    return mem_text(path);
}
