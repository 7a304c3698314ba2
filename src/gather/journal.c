#include "gather/journal.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "contract/codec.h"
#include "gather/journal_compact.h"
#include "gather/journal_folder.h"
#include "gather/journal_index.h"
#include "gather/journal_place.h"
#include "gather/journal_private.h"
#include "gather/journal_scan.h"
#include "gather/journal_thread.h"
#include "gather/journal_window.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* Offsets fit into a place. */
#define MAX_FILE_BYTES ((uint64_t)1 << 39)

struct journal {
    char *folder;
    struct journal_io io;
    struct journal_thread *thread; /* NULL when read-only */
    struct journal_head head;      /* of its files */
    struct journal_end end;        /* where it ended when it was opened */
    struct journal_window window;  /* for journal_read() */
    uint32_t window_number;        /* of the file it shows; 0 = none */
};

void journal_params_defaults(struct journal_params *params)
{
    *params = (struct journal_params){
        .group_ms = 50,
        .max_file_bytes = (uint64_t)256 * 1024 * 1024,
    };
}

/* Records that count, to the owner. */
struct sieve {
    struct journal_index *index;
    journal_visit_fn visit;
    void *context;
};

static int sift(void *context,
                const struct record *record,
                uint64_t place,
                struct error *err)
{
    const struct sieve *sieve = context;

    if (journal_index_add(sieve->index, record, place) == place)
        return 0;
    return sieve->visit(sieve->context, record, place, err);
}

static int scan_files(struct journal *self,
                      journal_visit_fn visit,
                      void *context,
                      struct error *err)
{
    struct sieve sieve = { .visit = visit, .context = context };
    int rc;

    if (!visit) {
        return journal_folder_scan(self->folder,
                                   &self->head,
                                   NULL,
                                   NULL,
                                   &self->end,
                                   err);
    }
    sieve.index = journal_index_create();
    rc = journal_folder_scan(self->folder,
                             &self->head,
                             sift,
                             &sieve,
                             &self->end,
                             err);
    journal_index_destroy(sieve.index);
    return rc;
}

/* The folder's own name, and that of the one it is in, may be new. */
static int sync_above(const struct journal *self, struct error *err)
{
    char *run = path_folder(self->folder);
    char *above = path_folder(run);
    int rc = 0;

    if (self->io.sync_folder(self->io.context, run) < 0
        || self->io.sync_folder(self->io.context, above) < 0) {
        rc = journal_io_fail(err,
                             errno,
                             "cannot sync the folders above",
                             self->folder);
    }
    free(above);
    free(run);
    return rc;
}

/* Cut the tail, or begin the first file, and start to write. */
static int start_writing(struct journal *self,
                         const struct journal_params *params,
                         struct error *err)
{
    struct journal_thread_params thread = {
        .folder = self->folder,
        .number = self->end.number ? self->end.number : 1,
        .offset =
            self->end.extent.good ? self->end.extent.good : JOURNAL_FILE_HEADER,
        .is_sealed = self->end.extent.is_sealed,
        .max_file_bytes = params->max_file_bytes,
        .group_ms = params->group_ms,
        .is_by_hand = params->is_by_hand,
        .head = &self->head,
        .io = &self->io,
    };

    if (thread.max_file_bytes <= JOURNAL_FILE_HEADER)
        thread.max_file_bytes = JOURNAL_FILE_HEADER + 1;
    if (thread.max_file_bytes > MAX_FILE_BYTES)
        thread.max_file_bytes = MAX_FILE_BYTES;
    if (thread.group_ms < 0)
        thread.group_ms = 0;
    self->head.version = JOURNAL_FILE_VERSION;
    if (self->head.run == 0)
        self->head.run = journal_file_run();
    if (self->end.number == 0 && sync_above(self, err) < 0)
        return -1;
    thread.fd = journal_file_open(self->folder,
                                  thread.number,
                                  self->end.number ? self->end.extent.good
                                                   : JOURNAL_FILE_NEW,
                                  &self->head,
                                  &self->io,
                                  err);
    if (thread.fd < 0)
        return -1;
    self->thread = journal_thread_create(&thread, err);
    return self->thread ? 0 : -1;
}

struct journal *journal_open_io(const struct journal_params *params,
                                const struct journal_io *io,
                                journal_visit_fn visit,
                                void *context,
                                struct error *err)
{
    struct journal *self = mem_alloc(1, sizeof *self);

    self->folder = mem_text(params->folder);
    self->io = *io;
    self->window.fd = -1;
    self->head.job = journal_file_job(params->job);
    if (!params->is_read_only
        && (file_make_folder(self->folder, err) < 0
            || journal_compact(self->folder, self->head, &self->io, err) < 0))
        goto fail;
    if (scan_files(self, visit, context, err) < 0)
        goto fail;
    if (!params->is_read_only && start_writing(self, params, err) < 0)
        goto fail;
    return self;

fail:
    journal_close(self);
    return NULL;
}

struct journal *journal_open(const struct journal_params *params,
                             journal_visit_fn visit,
                             void *context,
                             struct error *err)
{
    return journal_open_io(params, &journal_io_real, visit, context, err);
}

bool journal_is_there(const char *folder)
{
    char *path = journal_file_path(folder, 1);
    bool is_there = file_exists(path);

    free(path);
    return is_there;
}

int journal_expect(const char *folder, const char *job, struct error *err)
{
    struct journal_head head = { .job = journal_file_job(job) };
    char *path = journal_file_path(folder, 1);
    const struct journal_scan scan = { .path = path,
                                       .number = 1,
                                       .is_last = true,
                                       .head = &head };
    int rc = file_exists(path) ? journal_scan_header(&scan, err) : 0;

    free(path);
    return rc;
}

int journal_append(struct journal *self,
                   const struct record *record,
                   uint64_t *ticket,
                   uint64_t *place,
                   struct error *err)
{
    struct text bytes = { 0 };
    int rc;

    if (!self->thread)
        BUG("append to a journal that was opened to be read");
    codec_put_record(&bytes, record);
    if (bytes.len > JOURNAL_FILE_MAX_BYTES) {
        rc = error_set(err,
                       ERR_PERMANENT,
                       "a record of %zu bytes is over the limit of %d",
                       bytes.len,
                       (int)JOURNAL_FILE_MAX_BYTES);
    } else {
        rc = journal_thread_append(self->thread, &bytes, ticket, place, err);
    }
    text_release(&bytes);
    return rc;
}

int journal_synced(struct journal *self, uint64_t *ticket, struct error *err)
{
    if (self->thread)
        return journal_thread_synced(self->thread, ticket, err);
    *ticket = 0;
    return 0;
}

int journal_flush(struct journal *self, struct error *err)
{
    return self->thread ? journal_thread_flush(self->thread, err) : 0;
}

int journal_seal(struct journal *self, struct error *err)
{
    return self->thread ? journal_thread_seal(self->thread, err) : 0;
}

/* Let the window show a file up to `end`, which may have grown since. */
static int show_file(struct journal *self,
                     uint32_t number,
                     uint64_t end,
                     struct error *err)
{
    char *path;
    int rc;

    if (self->window_number == number && end < self->window.size)
        return 0;
    journal_window_close(&self->window);
    self->window_number = 0;
    path = journal_file_path(self->folder, number);
    rc = journal_window_open(&self->window, path, err);
    free(path);
    if (rc == 0)
        self->window_number = number;
    return rc;
}

int journal_read(struct journal *self,
                 uint64_t place,
                 struct record *out,
                 struct error *err)
{
    uint32_t number = journal_place_number(place);
    uint64_t offset = journal_place_offset(place);
    int rc;

    if (show_file(self, number, offset, err) < 0)
        return -1;
    rc = journal_window_entry(&self->window, offset, out, err);
    if (rc == 0) {
        /* Seen while it was being written, perhaps: look once more. */
        self->window_number = 0;
        if (show_file(self, number, offset, err) < 0)
            return -1;
        rc = journal_window_entry(&self->window, offset, out, err);
    }
    if (rc == 0)
        rc = error_set(err, ERR_FORMAT, "no whole record there");
    if (rc < 0) {
        return error_wrap(err,
                          "%s/%06u.tsj: at byte %" PRIu64,
                          self->folder,
                          (unsigned)number,
                          offset);
    }
    return 0;
}

uint64_t journal_cut_bytes(const struct journal *self)
{
    return self->end.extent.size - self->end.extent.good;
}

void journal_close(struct journal *self)
{
    if (!self)
        return;
    journal_thread_destroy(self->thread);
    journal_window_close(&self->window);
    free(self->folder);
    free(self);
}
