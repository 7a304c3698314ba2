#include "base/file.h"

#include "base/gzip.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/unfinished.h"
#include "trustsweep/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The rest of `fd`, appended to `out`. */
static int read_all(int fd,
                    const char *path,
                    size_t max_bytes,
                    struct text *out,
                    struct error *err)
{
    enum { PIECE = 1 << 16 };
    size_t start = out->len;
    char *piece = mem_alloc(PIECE, 1);
    int rc = -1;

    for (;;) {
        ssize_t len = read(fd, piece, PIECE);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len < 0) {
            (void)error_set_errno(err, errno, "cannot read %s", path);
            break;
        }
        if (len == 0) {
            rc = 0;
            break;
        }
        if ((size_t)len > max_bytes - (out->len - start)) {
            (void)error_set(err,
                            ERR_FORMAT,
                            "%s: larger than the %zu bytes allowed",
                            path,
                            max_bytes);
            break;
        }
        text_add_len(out, piece, (size_t)len);
    }
    free(piece);
    return rc;
}

/* Of an open file, which is closed. */
static int read_whole(int fd,
                      const char *path,
                      size_t max_bytes,
                      struct text *out,
                      struct error *err)
{
    struct text raw = { 0 };
    int rc = -1;

    if (read_all(fd, path, max_bytes, &raw, err) < 0) {
        goto out;
    }
    if (gzip_is(text_data(&raw), raw.len)) {
        if (gzip_inflate(raw.data, raw.len, max_bytes, out, err) < 0) {
            (void)error_wrap(err, "%s", path);
            goto out;
        }
    } else {
        text_add_len(out, text_data(&raw), raw.len);
    }
    rc = 0;
out:
    text_release(&raw);
    (void)close(fd);
    return rc;
}

int file_read(const char *path,
              size_t max_bytes,
              struct text *out,
              struct error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(err, errno, "cannot read %s", path);
    return read_whole(fd, path, max_bytes, out, err);
}

int file_read_regular(const char *path,
                      size_t max_bytes,
                      struct text *out,
                      struct error *err)
{
    /* a pipe without a writer would be waited for in open() already */
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat facts;

    if (fd < 0)
        return error_set_errno(err, errno, "cannot read %s", path);
    if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode))
        return read_whole(fd, path, max_bytes, out, err);
    (void)close(fd);
    return error_set(err, ERR_FORMAT, "%s is no regular file", path);
}

int file_put(int fd, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    while (len > 0) {
        ssize_t done = write(fd, at, len);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return -1;
        }
        at += done;
        len -= (size_t)done;
    }
    return 0;
}

int file_sync_folder_of(const char *path, struct error *err)
{
    char *folder = path_folder(path);
    int rc = 0;

    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems cannot sync a folder and say so with EINVAL. */
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL)) {
        rc = error_set_errno(err, errno, "cannot write %s", folder);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(folder);
    return rc;
}

/* Behind a file's name until it is whole; unfinished_file() fills it in. */
#define UNFINISHED ".tmp-XXXXXX"

bool file_is_unfinished(const char *name, const char *of)
{
    static const char dots[] = UNFINISHED;
    const size_t fixed = strcspn(dots, "X");
    const size_t len = strlen(of);

    return strncmp(name, of, len) == 0 && strncmp(name + len, dots, fixed) == 0
           && strlen(name + len) == sizeof dots - 1;
}

int file_write(const char *path,
               const void *bytes,
               size_t len,
               struct error *err)
{
    char *temporary = text_format("%s" UNFINISHED, path);

    int fd = unfinished_file(temporary);
    if (fd < 0) {
        (void)error_set_errno(err, errno, "cannot write %s", path);
        free(temporary);
        return -1;
    }
    bool is_written = file_put(fd, bytes, len) == 0 && fsync(fd) == 0;
    int number = errno;
    if (close(fd) != 0 && is_written) {
        is_written = false;
        number = errno;
    }
    if (is_written && rename(temporary, path) != 0) {
        is_written = false;
        number = errno;
    }
    if (!is_written) {
        (void)unlink(temporary);
        (void)error_set_errno(err, number, "cannot write %s", path);
    }
    unfinished_end(temporary);
    return is_written ? file_sync_folder_of(path, err) : -1;
}

int file_open_here(const char *path, int flags, struct error *err)
{
    /* a pipe that nobody reads would be waited for in open() already */
    const int fd =
        open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    struct stat facts;

    if (fd < 0 && errno == ELOOP) {
        return error_set(err,
                         ERR_IO,
                         "cannot write %s: it is a symbolic link, which is not "
                         "followed; remove it",
                         path);
    }
    if (fd < 0 && errno != ENXIO)
        return error_set_errno(err, errno, "cannot write %s", path);
    if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode))
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return error_set(err,
                     ERR_IO,
                     "cannot write %s: it is no regular file; remove it",
                     path);
}

bool file_exists(const char *path)
{
    struct stat facts;

    return lstat(path, &facts) == 0;
}

bool file_is_same(const char *path, const char *other)
{
    struct stat facts;
    struct stat of;

    return stat(path, &facts) == 0 && stat(other, &of) == 0
           && facts.st_dev == of.st_dev && facts.st_ino == of.st_ino;
}

int file_can_make(const char *path, struct error *err)
{
    struct stat facts;
    char *folder;
    int rc = 0;

    if (file_is_folder(path)) {
        return error_set(err,
                         ERR_USAGE,
                         "cannot write %s: it is a folder; say a file in it",
                         path);
    }
    /* a file is renamed over what stands there: not over /dev/null */
    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode)) {
        return error_set(err,
                         ERR_USAGE,
                         "cannot write %s: it is no regular file; name one to "
                         "be written",
                         path);
    }
    folder = path_folder(path);
    if (!file_is_folder(folder)) {
        rc = error_set(err,
                       ERR_IO,
                       "cannot write %s: there is no folder %s; make it "
                       "(mkdir -p), or choose another name",
                       path,
                       folder);
    } else if (access(folder, W_OK | X_OK) < 0) {
        rc = error_set_errno(err, errno, "cannot write %s", path);
    }
    free(folder);
    return rc;
}

int file_may_write(const char *path,
                   const char *kind,
                   const char *begins,
                   struct error *err)
{
    char start[16] = "";
    const size_t len = strlen(begins);
    struct stat facts;
    size_t num = 0;
    FILE *file;

    if (file_can_make(path, err) < 0)
        return -1;
    if (stat(path, &facts) < 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0)
        return 0;
    file = fopen(path, "rb");
    if (file) {
        num = fread(start, 1, sizeof start, file);
        (void)fclose(file);
    }
    if (num >= len && memcmp(start, begins, len) == 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s is there already and no %s: it would be lost; choose "
                     "another name",
                     path,
                     kind);
}

bool file_is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

int64_t file_size(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : -1;
}

/* One folder whose parent is there; fine when it is there already. */
static int make_one(const char *path, struct error *err)
{
    int number = mkdir(path, 0700) == 0 ? 0 : errno;

    if (number == 0 || file_is_folder(path)) {
        return 0;
    }
    if (number == EEXIST) {
        return error_set(err,
                         ERR_IO,
                         "cannot make the folder %s: a file is there; remove "
                         "it, or choose another name",
                         path);
    }
    return error_set_errno(err, number, "cannot make the folder %s", path);
}

int file_make_folder(const char *path, struct error *err)
{
    char *part = mem_text(path);
    int rc = 0;

    if (path[0] == '\0') {
        rc = error_set_errno(err, ENOENT, "a folder without a name");
    }
    for (char *at = part; *at && rc == 0; at++) {
        if (*at == '/' && at > part) {
            *at = '\0';
            rc = make_one(part, err);
            *at = '/';
        }
    }
    if (rc == 0) {
        rc = make_one(part, err);
    }
    free(part);
    return rc;
}

int file_list(const char *path, struct name_list *out, struct error *err)
{
    struct name_list list = { 0 };

    DIR *folder = opendir(path);
    if (!folder) {
        return error_set_errno(err, errno, "cannot read the folder %s", path);
    }
    for (;;) {
        errno = 0;
        /* The stream is ours alone, so readdir() is safe here. */
        struct dirent *entry = readdir(folder);
        if (!entry) {
            break;
        }
        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        name_list_add(&list, mem_text(entry->d_name));
    }
    int number = errno;
    (void)closedir(folder);
    if (number != 0) {
        name_list_release(&list);
        return error_set_errno(err, number, "cannot read the folder %s", path);
    }
    name_list_sort(&list);
    *out = list;
    return 0;
}
