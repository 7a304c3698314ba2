#include "gather/journal_scan.h"

#include "base/buffer.h"
#include "base/mem.h"
#include "contract/codec.h"
#include "gather/journal_file.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 1024 * 1024 };

int journal_scan_open(struct journal_window *window,
                      const char *path,
                      struct error *err)
{
    struct stat status;

    *window = (struct journal_window){ .fd = -1 };
    window->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (window->fd < 0 || fstat(window->fd, &status) < 0) {
        int number = errno;

        journal_scan_close(window);
        return error_set_errno(err, number, "cannot read %s", path);
    }
    window->size = (uint64_t)status.st_size;
    return 0;
}

void journal_scan_close(struct journal_window *window)
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

const unsigned char *journal_scan_bytes(struct journal_window *window,
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

int journal_scan_raw(struct journal_window *window,
                     uint64_t offset,
                     struct journal_entry *entry,
                     const unsigned char **bytes,
                     struct error *err)
{
    uint64_t rest = window->size - offset;

    if (offset > window->size || rest < JOURNAL_FILE_ENTRY)
        return 0;
    *bytes = journal_scan_bytes(window, offset, JOURNAL_FILE_ENTRY, err);
    if (!*bytes)
        return -1;
    journal_file_peek(*bytes, entry);
    if (entry->len > JOURNAL_FILE_MAX_BYTES
        || entry->len > rest - JOURNAL_FILE_ENTRY)
        return 0;
    *bytes = journal_scan_bytes(window,
                                offset,
                                JOURNAL_FILE_ENTRY + (size_t)entry->len,
                                err);
    if (!*bytes)
        return -1;
    return journal_file_get(*bytes, rest, entry);
}

int journal_scan_entry(struct journal_window *window,
                       uint64_t offset,
                       struct record *out,
                       uint64_t *next,
                       struct error *err)
{
    const unsigned char *bytes = NULL;
    struct journal_entry entry = { 0 };
    struct buffer buffer;
    int rc = journal_scan_raw(window, offset, &entry, &bytes, err);

    if (rc <= 0)
        return rc;
    if (entry.kind != JOURNAL_FILE_KIND_RECORD) {
        return error_set(err,
                         ERR_FORMAT,
                         "entry of unknown kind %u: a newer version wrote it",
                         (unsigned)entry.kind);
    }
    buffer_init(&buffer, bytes + JOURNAL_FILE_ENTRY, entry.len);
    if (codec_get_record(&buffer, out, err) < 0)
        return -1;
    if (buffer_failed(&buffer)) {
        record_release(out);
        return error_set(err, ERR_FORMAT, "entry longer than its record");
    }
    *next = offset + JOURNAL_FILE_ENTRY + entry.len;
    return 1;
}

/*
 * Whether what is broken at `bad` had once been whole: then an entry behind it
 * belongs to a group that began later, and groups are synced one by one.
 * 1 = yes, 0 = no, -1 = cannot read.
 */
static int is_damage(struct journal_window *window,
                     uint64_t bad,
                     struct error *err)
{
    uint64_t at = bad + 1;

    for (; at + JOURNAL_FILE_ENTRY <= window->size; at++) {
        struct journal_entry entry = { 0 };
        const unsigned char *bytes =
            journal_scan_bytes(window, at, JOURNAL_FILE_ENTRY, err);
        int rc;

        if (!bytes)
            return -1;
        journal_file_peek(bytes, &entry);
        if (entry.kind != JOURNAL_FILE_KIND_RECORD || entry.group <= bad
            || entry.group > at)
            continue;
        rc = journal_scan_raw(window, at, &entry, &bytes, err);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int visit_entries(const struct journal_scan *scan,
                         struct journal_window *window,
                         uint64_t *good,
                         struct error *err)
{
    while (*good < window->size) {
        struct record record = { 0 };
        uint64_t next = 0;
        int rc = journal_scan_entry(window, *good, &record, &next, err);

        if (rc < 0) {
            return error_wrap(err, "%s: at byte %" PRIu64, scan->path, *good);
        }
        if (rc == 0)
            return 0;
        rc = scan->visit ? scan->visit(scan->context,
                                       &record,
                                       (uint64_t)scan->number << 40 | *good,
                                       err)
                         : 0;
        record_release(&record);
        if (rc < 0)
            return -1;
        *good = next;
    }
    return 0;
}

/* Whether a good header is that of this journal: of its job, and of the run
 * that its first file says. */
static int check_head(const struct journal_scan *scan,
                      const struct journal_head *head,
                      struct error *err)
{
    struct journal_head *wanted = scan->head;

    if (wanted->job == 0)
        wanted->job = head->job;
    if (wanted->run == 0)
        wanted->run = head->run;
    wanted->version = head->version;
    if (head->job != wanted->job) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: belongs to another job; choose another --output, "
                         "or move this folder away",
                         scan->path);
    }
    if (head->run != wanted->run) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: belongs to another run than the first file here; "
                         "put the one back that was written here, or move the "
                         "folder away and start anew",
                         scan->path);
    }
    return 0;
}

/* A header is synced before any entry is written, so a bad one is a torn tail
 * only while nothing stands behind it. */
static int check_header(const struct journal_scan *scan,
                        struct journal_window *window,
                        uint64_t *good,
                        struct error *err)
{
    size_t len = window->size < JOURNAL_FILE_HEADER ? (size_t)window->size
                                                    : JOURNAL_FILE_HEADER;
    struct journal_head head;
    const unsigned char *bytes;

    *good = 0;
    if (len == 0 && scan->is_last)
        return 0;
    bytes = journal_scan_bytes(window, 0, len, err);
    if (!bytes)
        return error_wrap(err, "%s", scan->path);
    switch (journal_file_header(bytes, len, &head)) {
    case JOURNAL_HEADER_GOOD:
        *good = JOURNAL_FILE_HEADER;
        return check_head(scan, &head, err);
    case JOURNAL_HEADER_VERSION:
        return error_set(err,
                         ERR_FORMAT,
                         "%s: a journal of version %u, this program reads "
                         "version %u; use the program that wrote it, or choose "
                         "another --output",
                         scan->path,
                         (unsigned)head.version,
                         (unsigned)JOURNAL_FILE_VERSION);
    case JOURNAL_HEADER_BAD:
        break;
    }
    if (scan->is_last && window->size <= JOURNAL_FILE_HEADER)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s: at byte 0: no journal file, or damaged; restore it "
                     "from a copy, or move the run directory away and start "
                     "anew",
                     scan->path);
}

static int judge_tail(const struct journal_scan *scan,
                      struct journal_window *window,
                      uint64_t good,
                      struct error *err)
{
    int rc = 1;

    if (good == window->size)
        return 0;
    if (scan->is_last)
        rc = is_damage(window, good, err);
    if (rc < 0)
        return error_wrap(err, "%s", scan->path);
    if (rc == 0)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s: damaged at byte %" PRIu64
                     ", before its end; restore it from a copy, or move the "
                     "run directory away and start anew",
                     scan->path,
                     good);
}

int journal_scan_file(const struct journal_scan *scan,
                      uint64_t *good,
                      uint64_t *size,
                      struct error *err)
{
    struct journal_window window;
    int rc;

    if (journal_scan_open(&window, scan->path, err) < 0)
        return -1;
    *size = window.size;
    rc = check_header(scan, &window, good, err);
    if (rc == 0 && *good > 0)
        rc = visit_entries(scan, &window, good, err);
    if (rc == 0 && *good > 0)
        rc = judge_tail(scan, &window, *good, err);
    journal_scan_close(&window);
    return rc;
}
