/*
 * disk.h - a disk that fails at a chosen call, and loses power.
 *
 * Every call of a journal_io counts.  Call `fail_at` fails (and those after it,
 * when `for_ever`: then nothing reaches the disk any more, as after a crash).
 * A write that fails has half of its bytes there.  Bytes that were written and
 * not synced are remembered: disk_lose_power() takes them away again.
 */
#ifndef DISK_H
#define DISK_H

#include "base/clock.h"
#include "base/text.h"
#include "gather/journal_io.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DISK_FDS = 64 };

struct disk {
    int calls;
    int fail_at; /* 0 = never */
    bool for_ever;
    bool is_short; /* writes at most 7 bytes a call */
    int slow_ms;
    int number; /* errno */
    /* Told of each sync before it is done; may wait.  Or NULL. */
    void (*on_sync)(void *context);
    void *context;
    /* By descriptor: the file, and how much of it is safe. */
    char *paths[DISK_FDS];
    off_t synced[DISK_FDS];
    bool is_dirty[DISK_FDS];
    int num_renames_unsynced; /* files that got their name before a sync */
};

static inline bool disk_fails(struct disk *disk)
{
    int call = ++disk->calls;
    bool fails =
        disk->fail_at > 0
        && (call == disk->fail_at || (disk->for_ever && call > disk->fail_at));

    if (fails)
        errno = disk->number;
    return fails;
}

/* Whether the disk is gone, so that a failing call leaves no trace. */
static inline bool disk_is_gone(const struct disk *disk)
{
    return disk->for_ever && disk->calls > disk->fail_at;
}

static inline int disk_open(void *context, const char *path, bool is_new)
{
    struct disk *disk = context;
    struct stat status;
    int fd;

    if (disk_fails(disk))
        return -1;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (is_new ? O_EXCL : 0), 0600);
    if (fd < 0 || fd >= DISK_FDS || fstat(fd, &status) < 0)
        return fd;
    free(disk->paths[fd]);
    disk->paths[fd] = strdup(path);
    disk->synced[fd] = status.st_size;
    disk->is_dirty[fd] = false;
    return fd;
}

static inline ssize_t disk_write(void *context,
                                 int fd,
                                 const void *bytes,
                                 size_t len,
                                 off_t offset)
{
    struct disk *disk = context;

    if (disk_fails(disk)) {
        if (!disk_is_gone(disk) && disk->number != EINTR)
            (void)!pwrite(fd, bytes, len / 2, offset);
        disk->is_dirty[fd] = true;
        errno = disk->number;
        return -1;
    }
    disk->is_dirty[fd] = true;
    if (offset < disk->synced[fd])
        disk->synced[fd] = offset;
    return pwrite(fd, bytes, disk->is_short && len > 7 ? 7 : len, offset);
}

static inline int disk_truncate(void *context, int fd, off_t len)
{
    struct disk *disk = context;

    if (disk_fails(disk))
        return -1;
    if (disk->synced[fd] > len)
        disk->synced[fd] = len;
    return ftruncate(fd, len);
}

static inline int disk_sync(void *context, int fd)
{
    struct disk *disk = context;
    struct stat status;

    if (disk->on_sync)
        disk->on_sync(disk->context);
    if (disk->slow_ms > 0)
        clock_sleep_ms(disk->slow_ms);
    if (disk_fails(disk))
        return -1;
    if (fstat(fd, &status) == 0)
        disk->synced[fd] = status.st_size;
    disk->is_dirty[fd] = false;
    return fdatasync(fd);
}

static inline int disk_close(void *context, int fd)
{
    struct disk *disk = context;
    bool fails = disk_fails(disk);

    (void)close(fd); /* gone in any case, as Linux has it */
    if (fails)
        errno = disk->number;
    return fails ? -1 : 0;
}

static inline int disk_rename(void *context, const char *from, const char *to)
{
    struct disk *disk = context;

    if (disk_fails(disk))
        return -1;
    for (int fd = 0; fd < DISK_FDS; fd++) {
        if (text_equal(disk->paths[fd], from)) {
            disk->num_renames_unsynced += disk->is_dirty[fd];
            free(disk->paths[fd]);
            disk->paths[fd] = NULL;
        }
    }
    return rename(from, to);
}

static inline int disk_unlink(void *context, const char *path)
{
    return disk_fails(context) ? -1 : unlink(path);
}

static inline int disk_sync_folder(void *context, const char *folder)
{
    struct disk *disk = context;

    (void)folder;
    if (disk->on_sync)
        disk->on_sync(disk->context);
    return disk_fails(disk) ? -1 : 0;
}

static inline struct journal_io disk_io(struct disk *disk)
{
    return (struct journal_io){
        .context = disk,
        .open = disk_open,
        .write = disk_write,
        .truncate = disk_truncate,
        .sync = disk_sync,
        .close = disk_close,
        .rename = disk_rename,
        .unlink = disk_unlink,
        .sync_folder = disk_sync_folder,
    };
}

/* What was not synced is not there: all of it, or the half behind. */
static inline void disk_lose_power(struct disk *disk, bool all)
{
    for (int fd = 0; fd < DISK_FDS; fd++) {
        struct stat status;

        if (disk->paths[fd] && disk->is_dirty[fd]
            && stat(disk->paths[fd], &status) == 0
            && status.st_size > disk->synced[fd]) {
            off_t rest = status.st_size - disk->synced[fd];

            (void)!truncate(disk->paths[fd],
                            disk->synced[fd] + (all ? 0 : rest / 2));
        }
    }
}

static inline void disk_release(struct disk *disk)
{
    for (int fd = 0; fd < DISK_FDS; fd++)
        free(disk->paths[fd]);
    *disk = (struct disk){ 0 };
}

#endif
