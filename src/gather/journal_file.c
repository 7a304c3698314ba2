#include "gather/journal_file.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "gather/crc32c.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[] = "TSJOURNL";
enum {
    MAGIC = 8,
    DIGITS = 6,
    FRONT = 16, /* of a header: the same in every version */
};

char *journal_file_path(const char *folder, uint32_t number)
{
    return text_format("%s/%06u.tsj", folder, (unsigned)number);
}

uint32_t journal_file_number(const char *name)
{
    uint32_t number = 0;

    if (strlen(name) != DIGITS + 4 || !text_ends(name, ".tsj"))
        return 0;
    for (size_t i = 0; i < DIGITS; i++) {
        if (name[i] < '0' || name[i] > '9')
            return 0;
        number = number * 10 + (uint32_t)(name[i] - '0');
    }
    return number;
}

uint64_t journal_file_job(const char *name)
{
    uint64_t number = name ? hash_bytes(name, strlen(name)).low : 0;

    return name && number == 0 ? 1 : number;
}

uint64_t journal_file_run(void)
{
    const int64_t drawn[] = { clock_unix_ms(), clock_ns(), (int64_t)getpid() };
    uint64_t number = hash_bytes(drawn, sizeof drawn).low;

    return number ? number : 1;
}

void journal_file_put_header(struct text *out, const struct journal_head *head)
{
    const size_t start = out->len;

    text_add_len(out, magic, MAGIC);
    buffer_put_u32(out, head->version);
    buffer_put_u32(out, crc32c(out->data + start, out->len - start));
    buffer_put_u64(out, head->job);
    buffer_put_u64(out, head->run);
    buffer_put_u32(out, crc32c(out->data + start, out->len - start));
}

static void put(struct text *out,
                uint32_t kind,
                const void *bytes,
                size_t len,
                uint64_t group)
{
    struct text front = { 0 };
    uint32_t crc;

    buffer_put_u32(&front, (uint32_t)len);
    buffer_put_u32(&front, kind);
    buffer_put_u64(&front, group);
    crc = crc32c(front.data, front.len);
    buffer_put_u32(out, crc32c_more(crc, bytes, len));
    text_add_len(out, front.data, front.len);
    text_add_len(out, bytes, len);
    text_release(&front);
}

void journal_file_put(struct text *out,
                      const void *bytes,
                      size_t len,
                      uint64_t group)
{
    put(out, JOURNAL_FILE_KIND_RECORD, bytes, len, group);
}

void journal_file_put_seal(struct text *out, uint64_t offset)
{
    put(out, JOURNAL_FILE_KIND_SEAL, "", 0, offset);
}

void journal_file_peek(const unsigned char *at, struct journal_entry *out)
{
    struct buffer buffer;

    buffer_init(&buffer, at, JOURNAL_FILE_ENTRY);
    out->crc = buffer_u32(&buffer);
    out->len = buffer_u32(&buffer);
    out->kind = buffer_u32(&buffer);
    out->group = buffer_u64(&buffer);
}

bool journal_file_get(const unsigned char *at,
                      uint64_t len,
                      struct journal_entry *out)
{
    if (len < JOURNAL_FILE_ENTRY)
        return false;
    journal_file_peek(at, out);
    if (out->len > JOURNAL_FILE_MAX_BYTES
        || out->len > len - JOURNAL_FILE_ENTRY)
        return false;
    return out->crc == crc32c(at + 4, JOURNAL_FILE_ENTRY - 4 + out->len);
}

/* The front is checked by itself, so that a version is known whatever follows
 * in it. */
enum journal_header journal_file_header(const unsigned char *at,
                                        uint64_t len,
                                        struct journal_head *out)
{
    struct buffer buffer;

    *out = (struct journal_head){ 0 };
    if (len < FRONT || memcmp(at, magic, MAGIC) != 0)
        return JOURNAL_HEADER_BAD;
    buffer_init(&buffer, at + MAGIC, FRONT - MAGIC);
    out->version = buffer_u32(&buffer);
    if (buffer_u32(&buffer) != crc32c(at, FRONT - 4))
        return JOURNAL_HEADER_BAD;
    if (out->version != JOURNAL_FILE_VERSION)
        return JOURNAL_HEADER_VERSION;
    if (len < JOURNAL_FILE_HEADER)
        return JOURNAL_HEADER_BAD;
    buffer_init(&buffer, at + FRONT, JOURNAL_FILE_HEADER - FRONT);
    out->job = buffer_u64(&buffer);
    out->run = buffer_u64(&buffer);
    if (buffer_u32(&buffer) != crc32c(at, JOURNAL_FILE_HEADER - 4))
        return JOURNAL_HEADER_BAD;
    return JOURNAL_HEADER_GOOD;
}

int journal_file_check_end(int fd, uint64_t offset, struct error *err)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return error_set_errno(err, errno, "cannot see its size");
    if ((uint64_t)status.st_size == offset)
        return 0;
    return error_set(err,
                     ERR_IO,
                     "another process writes to it (it has %lld bytes, not "
                     "%llu); end that one, then run the same command again",
                     (long long)status.st_size,
                     (unsigned long long)offset);
}

int journal_file_write(int fd,
                       const struct text *bytes,
                       uint64_t offset,
                       const struct journal_io *io,
                       struct error *err)
{
    const char *what = "cannot write";
    int number;

    if (journal_io_write(io, fd, bytes, (off_t)offset) == 0) {
        what = "cannot sync";
        if (journal_io_sync(io, fd) == 0)
            return 0;
    }
    number = errno;
    /* After a failed sync the system may show bytes that no disk holds.  Cut,
     * so that the next opening does not take them for the truth. */
    if (io->truncate(io->context, fd, (off_t)offset) < 0)
        what = "cannot write (nor cut the file back)";
    return journal_io_fail(err, number, what, "");
}

/* A header, and then the name of the file, are safe before any entry. */
static int begin(int fd,
                 const char *folder,
                 const struct journal_head *head,
                 const struct journal_io *io,
                 struct error *err)
{
    struct text header = { 0 };
    int rc;

    journal_file_put_header(&header, head);
    rc = journal_file_write(fd, &header, 0, io, err);
    text_release(&header);
    if (rc == 0 && io->sync_folder(io->context, folder) < 0)
        rc = journal_io_fail(err, errno, "cannot sync its folder", "");
    return rc;
}

int journal_file_open(const char *folder,
                      uint32_t number,
                      uint64_t size,
                      const struct journal_head *head,
                      const struct journal_io *io,
                      struct error *err)
{
    char *path = journal_file_path(folder, number);
    const bool is_new = size == JOURNAL_FILE_NEW;
    int fd = io->open(io->context, path, is_new);

    if (is_new)
        size = 0;
    if (fd < 0) {
        (void)journal_io_fail(err, errno, "cannot open", path);
    } else if (io->truncate(io->context, fd, (off_t)size) < 0
               || journal_io_sync(io, fd) < 0) {
        (void)journal_io_fail(err, errno, "cannot cut", path);
        (void)io->close(io->context, fd);
        fd = -1;
    } else if (size == 0 && begin(fd, folder, head, io, err) < 0) {
        (void)error_wrap(err, "%s", path);
        (void)io->close(io->context, fd);
        fd = -1;
    }
    free(path);
    return fd;
}
