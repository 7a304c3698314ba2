#include "generate/server/server_log.h"

#include "base/mem.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CAPACITY = 64 * 1024, BEGIN = sizeof(struct server_log_head) };

static int open_with(struct server_log *out,
                     const char *path,
                     int flags,
                     struct error *err)
{
    *out = (struct server_log){ .fd = open(path, flags | O_RDWR, 0600) };
    if (out->fd < 0)
        return error_set_errno(err, errno, "cannot write %s", path);
    (void)fcntl(out->fd, F_SETFD, FD_CLOEXEC);
    return 0;
}

int server_log_create(struct server_log *out,
                      const char *path,
                      struct error *err)
{
    return open_with(out, path, O_CREAT | O_EXCL, err);
}

int server_log_open(struct server_log *out, const char *path, struct error *err)
{
    return open_with(out, path, 0, err);
}

void server_log_close(struct server_log *self)
{
    if (self->fd >= 0)
        (void)close(self->fd);
    self->fd = -1;
}

static void write_head(const struct server_log *self)
{
    (void)!pwrite(self->fd, &self->head, sizeof self->head, 0);
}

void server_log_add(struct server_log *self, const char *bytes, size_t len)
{
    while (len > 0) {
        const size_t at = (size_t)(self->head.total % CAPACITY);
        const size_t num = len < CAPACITY - at ? len : CAPACITY - at;

        /* a disk without room costs the tail of the log, nothing else */
        (void)!pwrite(self->fd, bytes, num, (off_t)(BEGIN + at));
        self->head.total += num;
        bytes += num;
        len -= num;
    }
    write_head(self);
}

void server_log_set_server(struct server_log *self, int64_t server)
{
    self->head.server = server;
    write_head(self);
}

void server_log_tail(struct server_log *self, size_t max, struct text *out)
{
    char *bytes = mem_alloc(CAPACITY, 1);
    struct text tail = { 0 };

    if (pread(self->fd, &self->head, sizeof self->head, 0) != BEGIN)
        self->head = (struct server_log_head){ 0 };
    (void)!pread(self->fd, bytes, CAPACITY, BEGIN);
    if (max > CAPACITY)
        max = CAPACITY;
    if (max > self->head.total)
        max = (size_t)self->head.total;
    for (uint64_t at = self->head.total - max; at < self->head.total; at++)
        text_add_len(&tail, &bytes[at % CAPACITY], 1);
    text_add_utf8(out, text_data(&tail), tail.len);
    text_release(&tail);
    free(bytes);
}
