#include "gather/journal_compact.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "gather/journal_folder.h"
#include "gather/journal_index.h"
#include "gather/journal_place.h"
#include "gather/journal_window.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>

enum { PIECE = 1024 * 1024, MIN_SHARE = 4 };

struct tally {
    uint64_t num;
    uint64_t num_superseded;
};

struct compaction {
    const char *folder;
    const struct journal_io *io;
    struct journal_head head;
    struct journal_index *index;
    struct tally *tallies; /* [cap], by file number */
    size_t cap;
};

static struct tally *tally_of(struct compaction *self, uint64_t place)
{
    const size_t number = journal_place_number(place);
    const size_t before = self->cap;

    self->tallies = mem_reserve(self->tallies,
                                &self->cap,
                                number + 1,
                                sizeof *self->tallies);
    for (size_t i = before; i < self->cap; i++)
        self->tallies[i] = (struct tally){ 0 };
    return &self->tallies[number];
}

static int note(void *context,
                const struct record *record,
                uint64_t place,
                struct error *err)
{
    struct compaction *self = context;
    uint64_t superseded = journal_index_add(self->index, record, place);

    (void)err;
    tally_of(self, place)->num++;
    if (superseded != 0)
        tally_of(self, superseded)->num_superseded++;
    return 0;
}

/* One file being written anew. */
struct copy {
    int fd;
    struct text piece;
    uint64_t offset; /* of the piece in the file */
};

static int write_piece(const struct compaction *self,
                       struct copy *copy,
                       struct error *err)
{
    if (journal_io_write(self->io, copy->fd, &copy->piece, (off_t)copy->offset)
        < 0)
        return error_set_errno(err, errno, "cannot write");
    copy->offset += copy->piece.len;
    text_clear(&copy->piece);
    return 0;
}

/* Whether it is a record that counts: 1, 0, -1. */
static int counts(const struct compaction *self,
                  uint64_t place,
                  const unsigned char *bytes,
                  const struct journal_entry *entry,
                  struct error *err)
{
    struct record record = { 0 };
    int rc;

    if (entry->kind == JOURNAL_FILE_KIND_SEAL)
        return 0;
    if (journal_window_decode(bytes, entry, &record, err) < 0)
        return -1;
    rc = journal_index_find(self->index, &record) == place;
    record_release(&record);
    return rc;
}

/* The records of file `number` that count.  The whole file is synced before it
 * has its name, so that each entry is a group of its own: all before it was
 * whole. */
static int copy_entries(const struct compaction *self,
                        uint32_t number,
                        struct journal_window *window,
                        struct copy *copy,
                        struct error *err)
{
    uint64_t at = JOURNAL_FILE_HEADER;

    for (;;) {
        const unsigned char *bytes = NULL;
        struct journal_entry entry = { 0 };
        int rc = journal_window_raw(window, at, &entry, &bytes, err);

        if (rc < 0)
            return -1;
        if (rc == 0) /* the end, or a torn tail */
            break;
        rc = counts(self, journal_place(number, at), bytes, &entry, err);
        if (rc < 0)
            return -1;
        if (rc > 0) {
            journal_file_put(&copy->piece,
                             bytes + JOURNAL_FILE_ENTRY,
                             entry.len,
                             copy->offset + copy->piece.len);
        }
        if (copy->piece.len >= PIECE && write_piece(self, copy, err) < 0)
            return -1;
        at += JOURNAL_FILE_ENTRY + entry.len;
    }
    journal_file_put_seal(&copy->piece, copy->offset + copy->piece.len);
    return 0;
}

static int fill(const struct compaction *self,
                uint32_t number,
                const char *from,
                struct copy *copy,
                struct error *err)
{
    struct journal_window window;
    int rc;

    if (journal_window_open(&window, from, err) < 0)
        return -1;
    if (self->io->truncate(self->io->context, copy->fd, 0) < 0) {
        rc = error_set_errno(err, errno, "cannot cut");
    } else {
        journal_file_put_header(&copy->piece, &self->head);
        rc = copy_entries(self, number, &window, copy, err);
    }
    if (rc == 0)
        rc = write_piece(self, copy, err);
    if (rc == 0 && journal_io_sync(self->io, copy->fd) < 0)
        rc = error_set_errno(err, errno, "cannot sync");
    journal_window_close(&window);
    text_release(&copy->piece);
    return rc;
}

static int rewrite(const struct compaction *self,
                   uint32_t number,
                   const char *path,
                   const char *fresh,
                   struct error *err)
{
    const struct journal_io *io = self->io;
    struct copy copy = { .fd = io->open(io->context, fresh, false) };
    int rc;

    if (copy.fd < 0)
        return error_set_errno(err, errno, "cannot open %s", fresh);
    rc = fill(self, number, path, &copy, err);
    if (io->close(io->context, copy.fd) < 0 && errno != EINTR && rc == 0)
        rc = error_set_errno(err, errno, "cannot close");
    if (rc == 0 && io->rename(io->context, fresh, path) < 0)
        rc = error_set_errno(err, errno, "cannot rename");
    if (rc < 0) {
        (void)io->unlink(io->context, fresh);
        return error_wrap(err, "%s", fresh);
    }
    return 0;
}

/* What is appended to a file whose name is not safe yet would be lost with it:
 * that failure alone ends the opening. */
static int rewrite_wasteful(struct compaction *self, struct error *err)
{
    bool is_changed = false;

    for (size_t number = 1; number < self->cap; number++) {
        const struct tally *tally = &self->tallies[number];
        struct error why = { 0 };
        char *path;
        char *fresh;

        if (tally->num_superseded == 0
            || tally->num_superseded * MIN_SHARE < tally->num)
            continue;
        path = journal_file_path(self->folder, (uint32_t)number);
        fresh = text_format("%s.new", path);
        if (rewrite(self, (uint32_t)number, path, fresh, &why) < 0) {
            log_warn("the journal stays as it is: %s", why.text);
        } else {
            is_changed = true;
            log_info("%s: %llu of %llu records were superseded and are gone",
                     path,
                     (unsigned long long)tally->num_superseded,
                     (unsigned long long)tally->num);
        }
        free(fresh);
        free(path);
    }
    if (is_changed
        && self->io->sync_folder(self->io->context, self->folder) < 0)
        return journal_io_fail(err, errno, "cannot sync", self->folder);
    return 0;
}

static int remove_left_over(const char *folder,
                            const struct journal_io *io,
                            struct error *err)
{
    struct name_list list = { 0 };

    if (file_list(folder, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(folder, list.names[i]);

        if (journal_folder_is_left_over(list.names[i]))
            (void)io->unlink(io->context, path);
        free(path);
    }
    name_list_release(&list);
    return 0;
}

int journal_compact(const char *folder,
                    struct journal_head head,
                    const struct journal_io *io,
                    struct error *err)
{
    struct compaction self = { .folder = folder, .io = io, .head = head };
    struct journal_end end;
    int rc = remove_left_over(folder, io, err);

    self.index = journal_index_create();
    if (rc == 0) {
        rc = journal_folder_scan(folder, &self.head, note, &self, &end, err);
    }
    if (rc == 0)
        rc = rewrite_wasteful(&self, err);
    free(self.tallies);
    journal_index_destroy(self.index);
    return rc;
}
