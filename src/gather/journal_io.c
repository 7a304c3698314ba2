#include "gather/journal_io.h"

#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* One that is interrupted so often in a row will not end. */
enum { MAX_INTERRUPTED = 100 };

static int real_open(void *context, const char *path, bool is_new)
{
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | (is_new ? O_EXCL : 0);

    (void)context;
    return open(path, flags, S_IRUSR | S_IWUSR);
}

static ssize_t real_write(void *context,
                          int fd,
                          const void *bytes,
                          size_t len,
                          off_t offset)
{
    (void)context;
    return pwrite(fd, bytes, len, offset);
}

static int real_truncate(void *context, int fd, off_t len)
{
    (void)context;
    return ftruncate(fd, len);
}

static int real_sync(void *context, int fd)
{
    (void)context;
    return fdatasync(fd);
}

static int real_close(void *context, int fd)
{
    (void)context;
    return close(fd);
}

static int real_rename(void *context, const char *from, const char *to)
{
    (void)context;
    return rename(from, to);
}

static int real_unlink(void *context, const char *path)
{
    (void)context;
    return unlink(path);
}

static int real_sync_folder(void *context, const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int number = 0;

    (void)context;
    if (fd < 0)
        return errno == EACCES ? 0 : -1; /* above ours: not for us to read */
    /* Some file systems have no sync for folders. */
    if (fsync(fd) < 0 && errno != EINVAL)
        number = errno;
    (void)close(fd);
    errno = number;
    return number ? -1 : 0;
}

const struct journal_io journal_io_real = {
    .open = real_open,
    .write = real_write,
    .truncate = real_truncate,
    .sync = real_sync,
    .close = real_close,
    .rename = real_rename,
    .unlink = real_unlink,
    .sync_folder = real_sync_folder,
};

int journal_io_write(const struct journal_io *io,
                     int fd,
                     const struct text *bytes,
                     off_t offset)
{
    int num_interrupted = 0;
    size_t done = 0;

    while (done < bytes->len) {
        ssize_t num = io->write(io->context,
                                fd,
                                bytes->data + done,
                                bytes->len - done,
                                offset + (off_t)done);

        if (num < 0 && errno == EINTR && num_interrupted++ < MAX_INTERRUPTED)
            continue;
        if (num == 0)
            errno = ENOSPC;
        if (num <= 0)
            return -1;
        num_interrupted = 0;
        done += (size_t)num;
    }
    return 0;
}

/* Interrupted, it has told nothing of the disk: what is dirty stays so. */
int journal_io_sync(const struct journal_io *io, int fd)
{
    for (int i = 0; i < MAX_INTERRUPTED; i++) {
        if (io->sync(io->context, fd) == 0)
            return 0;
        if (errno != EINTR)
            return -1;
    }
    errno = EINTR;
    return -1;
}

static const char *way_out(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return "free space there";
    case EEXIST: /* the next file, which nobody but us should make */
        return "end the other process that writes there";
    default:
        return "see to that disk";
    }
}

int journal_io_fail(struct error *err,
                    int number,
                    const char *what,
                    const char *path)
{
    struct error why = { 0 };

    (void)
        error_set_errno(&why, number, "%s%s%s", what, path[0] ? " " : "", path);
    return error_set(err,
                     ERR_IO,
                     "%.300s; %s, then run the same command again",
                     why.text,
                     way_out(number));
}
