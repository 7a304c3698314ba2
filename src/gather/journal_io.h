/*
 * journal_io.h - how the bytes of a journal reach the disk.  Private to
 * gather/; tests put failing functions here.
 *
 * Everything that writes, names or syncs goes through it, and each function is
 * as POSIX has it: -1 with errno.  `context` is passed to every call.
 */
#ifndef JOURNAL_IO_H
#define JOURNAL_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct journal_io {
    void *context;
    /* made when absent; is_new: EEXIST when it is there */
    int (*open)(void *context, const char *path, bool is_new);
    ssize_t (*write)(void *context,
                     int fd,
                     const void *bytes,
                     size_t len,
                     off_t offset);
    int (*truncate)(void *context, int fd, off_t len);
    int (*sync)(void *context, int fd);
    int (*close)(void *context, int fd);
    int (*rename)(void *context, const char *from, const char *to);
    int (*unlink)(void *context, const char *path);
    /* a new name is safe once its folder is synced */
    int (*sync_folder)(void *context, const char *folder);
};

extern const struct journal_io journal_io_real;

struct error;
struct text;

/* Write all bytes at `offset`: goes on after a short write and, some times,
 * after EINTR.  -1 with errno. */
int journal_io_write(const struct journal_io *io,
                     int fd,
                     const struct text *bytes,
                     off_t offset);

/* Sync; goes on after EINTR, some times.  -1 with errno. */
int journal_io_sync(const struct journal_io *io, int fd);

/* ERR_IO "WHAT PATH: why", and what to do about it: nothing but a full disk is
 * mended by making room.  path: "" where the caller names it. */
int journal_io_fail(struct error *err,
                    int number,
                    const char *what,
                    const char *path);

#endif
