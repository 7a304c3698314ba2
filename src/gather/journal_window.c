#include "gather/journal_window.h"

#include "base/buffer.h"
#include "base/mem.h"
#include "contract/codec.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 1024 * 1024 };

int journal_window_open(struct journal_window *window,
                        const char *path,
                        struct error *err)
{
    struct stat status;

    *window = (struct journal_window){ .fd = -1 };
    window->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (window->fd < 0 || fstat(window->fd, &status) < 0) {
        int number = errno;

        journal_window_close(window);
        return error_set_errno(err, number, "cannot read %s", path);
    }
    window->size = (uint64_t)status.st_size;
    return 0;
}

void journal_window_close(struct journal_window *window)
{
    if (window->fd >= 0)
        (void)close(window->fd);
    free(window->bytes);
    *window = (struct journal_window){ .fd = -1 };
}

/* Fill the window from `offset` on with `len` bytes. */
static int fill(struct journal_window *window,
                uint64_t offset,
                size_t len,
                struct error *err)
{
    window->bytes = mem_reserve(window->bytes, &window->cap, len + 1, 1);
    window->start = offset;
    window->len = 0;
    while (window->len < len) {
        ssize_t num = pread(window->fd,
                            window->bytes + window->len,
                            len - window->len,
                            (off_t)(offset + window->len));

        if (num < 0 && errno == EINTR)
            continue;
        if (num < 0)
            return error_set_errno(err, errno, "cannot read");
        if (num == 0)
            return error_set(err, ERR_IO, "shrank while it was read");
        window->len += (size_t)num;
    }
    return 0;
}

const unsigned char *journal_window_bytes(struct journal_window *window,
                                          uint64_t offset,
                                          size_t len,
                                          struct error *err)
{
    uint64_t rest = window->size - offset;
    size_t want = len > WINDOW ? len : WINDOW; /* never 0 */

    if (offset >= window->start && offset - window->start <= window->len
        && window->len - (offset - window->start) >= len && window->bytes)
        return window->bytes + (offset - window->start);
    if (want > rest)
        want = (size_t)rest;
    if (fill(window, offset, want, err) < 0)
        return NULL;
    return window->bytes;
}

int journal_window_raw(struct journal_window *window,
                       uint64_t offset,
                       struct journal_entry *entry,
                       const unsigned char **bytes,
                       struct error *err)
{
    uint64_t rest = window->size - offset;

    if (offset > window->size || rest < JOURNAL_FILE_ENTRY)
        return 0;
    *bytes = journal_window_bytes(window, offset, JOURNAL_FILE_ENTRY, err);
    if (!*bytes)
        return -1;
    journal_file_peek(*bytes, entry);
    if (entry->len > JOURNAL_FILE_MAX_BYTES
        || entry->len > rest - JOURNAL_FILE_ENTRY)
        return 0;
    *bytes = journal_window_bytes(window,
                                  offset,
                                  JOURNAL_FILE_ENTRY + (size_t)entry->len,
                                  err);
    if (!*bytes)
        return -1;
    return journal_file_get(*bytes, rest, entry);
}

int journal_window_decode(const unsigned char *bytes,
                          const struct journal_entry *entry,
                          struct record *out,
                          struct error *err)
{
    struct buffer buffer;

    if (entry->kind != JOURNAL_FILE_KIND_RECORD) {
        return error_set(err,
                         ERR_FORMAT,
                         "entry of unknown kind %u: a newer version wrote it",
                         (unsigned)entry->kind);
    }
    buffer_init(&buffer, bytes + JOURNAL_FILE_ENTRY, entry->len);
    if (codec_get_record(&buffer, out, err) < 0)
        return -1;
    if (buffer_failed(&buffer)) {
        record_release(out);
        return error_set(err, ERR_FORMAT, "entry longer than its record");
    }
    return 0;
}

int journal_window_entry(struct journal_window *window,
                         uint64_t offset,
                         struct record *out,
                         struct error *err)
{
    const unsigned char *bytes = NULL;
    struct journal_entry entry = { 0 };
    int rc = journal_window_raw(window, offset, &entry, &bytes, err);

    if (rc <= 0)
        return rc;
    return journal_window_decode(bytes, &entry, out, err) < 0 ? -1 : 1;
}
