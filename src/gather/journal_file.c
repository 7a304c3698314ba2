#include "gather/journal_file.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"
#include "gather/crc32c.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[] = "TSJOURNL";
enum { MAGIC = 8, DIGITS = 6 };

static ssize_t real_write(void *context,
                          int fd,
                          const void *bytes,
                          size_t len,
                          off_t offset)
{
    (void)context;
    return pwrite(fd, bytes, len, offset);
}

static int real_sync(void *context, int fd)
{
    (void)context;
    return fdatasync(fd);
}

const struct journal_io journal_file_io = {
    .write = real_write,
    .sync = real_sync,
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

void journal_file_put(struct text *out,
                      const struct text *bytes,
                      uint64_t group)
{
    struct text entry = { 0 };

    buffer_put_u32(&entry, (uint32_t)bytes->len);
    buffer_put_u32(&entry, JOURNAL_FILE_KIND_RECORD);
    buffer_put_u64(&entry, group);
    text_add_len(&entry, text_data(bytes), bytes->len);
    buffer_put_u32(out, crc32c(entry.data, entry.len));
    text_add_len(out, entry.data, entry.len);
    text_release(&entry);
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

enum journal_header journal_file_header(const unsigned char *at, uint64_t len)
{
    struct buffer buffer;
    uint32_t version;

    if (len < JOURNAL_FILE_HEADER || memcmp(at, magic, MAGIC) != 0)
        return JOURNAL_HEADER_BAD;
    buffer_init(&buffer, at + MAGIC, JOURNAL_FILE_HEADER - MAGIC);
    version = buffer_u32(&buffer);
    if (buffer_u32(&buffer) != crc32c(at, MAGIC + 4))
        return JOURNAL_HEADER_BAD;
    return version == JOURNAL_FILE_VERSION ? JOURNAL_HEADER_GOOD
                                           : JOURNAL_HEADER_VERSION;
}

static int write_all(int fd,
                     const struct text *bytes,
                     uint64_t offset,
                     const struct journal_io *io)
{
    size_t done = 0;

    while (done < bytes->len) {
        ssize_t num = io->write(io->context,
                                fd,
                                bytes->data + done,
                                bytes->len - done,
                                (off_t)(offset + done));

        if (num < 0 && errno == EINTR)
            continue;
        if (num == 0)
            errno = ENOSPC;
        if (num <= 0)
            return -1;
        done += (size_t)num;
    }
    return 0;
}

int journal_file_write(int fd,
                       const struct text *bytes,
                       uint64_t offset,
                       const struct journal_io *io,
                       struct error *err)
{
    const char *what = "write";
    int number;

    if (write_all(fd, bytes, offset, io) == 0) {
        what = "sync";
        if (io->sync(io->context, fd) == 0)
            return 0;
    }
    number = errno;
    /* After a failed sync the system may show bytes that no disk holds.  Cut,
     * so that the next opening does not take them for the truth. */
    if (ftruncate(fd, (off_t)offset) < 0)
        what = "write (nor cut the file back)";
    return error_set_errno(err, number, "cannot %s", what);
}

/* A new name is safe once its folder is synced. */
static int sync_folder(const char *folder, struct error *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc;

    if (fd < 0)
        return error_set_errno(err, errno, "cannot open the folder");
    rc = fsync(fd);
    /* Some file systems have no sync for folders. */
    if (rc < 0 && errno != EINVAL) {
        (void)error_set_errno(err, errno, "cannot sync the folder");
    } else {
        rc = 0;
    }
    (void)close(fd);
    return rc;
}

static int write_header(int fd, const struct journal_io *io, struct error *err)
{
    struct text header = { 0 };
    int rc;

    text_add_len(&header, magic, MAGIC);
    buffer_put_u32(&header, JOURNAL_FILE_VERSION);
    buffer_put_u32(&header, crc32c(header.data, header.len));
    rc = journal_file_write(fd, &header, 0, io, err);
    text_release(&header);
    return rc;
}

int journal_file_open(const char *folder,
                      uint32_t number,
                      uint64_t size,
                      const struct journal_io *io,
                      struct error *err)
{
    char *path = journal_file_path(folder, number);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);

    if (fd < 0) {
        (void)error_set_errno(err, errno, "cannot open %s", path);
        goto out;
    }
    if (ftruncate(fd, (off_t)size) < 0 || io->sync(io->context, fd) < 0) {
        (void)error_set_errno(err, errno, "cannot cut %s", path);
        goto fail;
    }
    if (size == 0
        && (write_header(fd, io, err) < 0 || sync_folder(folder, err) < 0)) {
        (void)error_wrap(err, "%s", path);
        goto fail;
    }
    goto out;

fail:
    (void)close(fd);
    fd = -1;
out:
    free(path);
    return fd;
}
