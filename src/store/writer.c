#include "store/writer.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/unfinished.h"
#include "store/digest.h"
#include "store/h5.h"
#include "store/layout.h"
#include "store/writer_follow_ups.h"
#include "store/writer_measures.h"
#include "store/writer_params.h"
#include "store/writer_records.h"
#include "store/writer_scores.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct writer {
    char *path;
    char *temporary;
    hid_t file;
    struct records *records;
    struct follow_ups *follow_ups;
    struct scores *scores;
    struct measures *measures;
    uint64_t *first_item; /* [num_tasks + 1]: row of /items of its first */
    size_t num_models, num_columns, num_tasks;
    uint64_t num_units;
};

static int create_file(struct writer *self, struct error *err)
{
    hid_t access = h5_access();
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);

    (void)H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    (void)H5Pset_obj_track_times(creation, false);
    (void)unlink(self->temporary); /* of an earlier process with our id */
    self->file = H5Fcreate(self->temporary, H5F_ACC_EXCL, creation, access);
    (void)H5Pclose(creation);
    (void)H5Pclose(access);
    if (self->file < 0)
        return h5_fail(err, ERR_IO, "cannot write %s", self->path);
    return 0;
}

static void measure(struct writer *self,
                    const struct writer_params *params,
                    uint64_t lengths[NUM_DIMS])
{
    self->num_models = params->num_models;
    self->num_columns = params->num_columns;
    self->num_tasks = params->num_tasks;
    self->num_units = params->num_units;
    self->first_item =
        mem_alloc(params->num_tasks + 1, sizeof *self->first_item);
    for (size_t t = 0; t < params->num_tasks; t++) {
        self->first_item[t + 1] =
            self->first_item[t] + params->tasks[t].num_items;
    }
    lengths[DIM_MODEL] = params->num_models;
    lengths[DIM_COLUMN] = params->num_columns;
    lengths[DIM_REPEAT] = params->num_repeats;
    lengths[DIM_TASK] = params->num_tasks;
    lengths[DIM_ITEM] = self->first_item[params->num_tasks];
    lengths[DIM_ITEM_EDGE] = lengths[DIM_ITEM] + 1;
    lengths[DIM_UNIT] = params->num_units;
    lengths[DIM_UNIT_EDGE] = lengths[DIM_UNIT] + 1;
    lengths[DIM_MEASURE] = params->num_measures;
}

static int put_params(struct writer *self,
                      const struct writer_params *params,
                      struct error *err)
{
    if (params_write(self->file, params, err) < 0)
        return -1;
    self->records = records_open(self->file, err);
    self->follow_ups = follow_ups_open(self->file, err);
    if (!self->records || !self->follow_ups)
        return -1;
    for (size_t t = 0; t < params->num_tasks; t++) {
        if (records_add_items(self->records, t, &params->tasks[t], err) < 0)
            return -1;
    }
    return 0;
}

/* The file is renamed over what stands at its path: that must not be a device
 * or a folder. */
static bool may_replace(const char *path, struct error *err)
{
    struct stat found;

    if (stat(path, &found) < 0 || S_ISREG(found.st_mode))
        return true;
    (void)error_set(err,
                    ERR_USAGE,
                    "%s is no regular file; name one to be written",
                    path);
    return false;
}

struct writer *writer_create(const char *path,
                             const struct writer_params *params,
                             struct error *err)
{
    struct writer *self;
    uint64_t lengths[NUM_DIMS] = { 0 };

    if (!may_replace(path, err))
        return NULL;
    self = mem_alloc(1, sizeof *self);
    h5_quiet();
    self->file = -1;
    self->path = mem_text(path);
    self->temporary = unfinished_begin(path);
    measure(self, params, lengths);
    self->scores = scores_create(params->num_repeats,
                                 params->num_models,
                                 params->num_columns);
    self->measures = measures_create(params);
    if (create_file(self, err) < 0
        || layout_create(self->file, lengths, self->path, err) < 0)
        goto fail;
    if (put_params(self, params, err) < 0) {
        (void)error_wrap(err, "cannot write %s", self->path);
        goto fail;
    }
    return self;
fail:
    writer_abandon(self);
    return NULL;
}

/* NOLINTNEXTLINE(readability-function-size): a row has that many parts */
int writer_add_record(struct writer *self,
                      struct hash128 unit,
                      size_t model,
                      size_t task,
                      size_t item,
                      uint32_t repeat,
                      const struct record *record,
                      struct error *err)
{
    const struct records_unit row = { unit,   model,
                                      task,   self->first_item[task] + item,
                                      repeat, record };

    if (records_num_units(self->records) >= self->num_units)
        BUG("more than %llu units", (unsigned long long)self->num_units);
    if (records_add_unit(self->records, &row, err) < 0)
        return error_wrap(err, "cannot write %s", self->path);
    return 0;
}

int writer_add_follow_up(struct writer *self,
                         enum role role,
                         const char *question,
                         const struct reply *reply,
                         struct error *err)
{
    if (follow_ups_add(self->follow_ups, role, question, reply, err) < 0)
        return error_wrap(err, "cannot write %s", self->path);
    return 0;
}

size_t writer_num_follow_ups(const struct writer *self)
{
    return (size_t)follow_ups_num(self->follow_ups);
}

int writer_add_asked(struct writer *self,
                     size_t unit,
                     size_t follow_up,
                     struct error *err)
{
    if (follow_ups_add_asked(self->follow_ups, unit, follow_up, err) < 0)
        return error_wrap(err, "cannot write %s", self->path);
    return 0;
}

int writer_add_observation(struct writer *self,
                           size_t column,
                           size_t unit,
                           unsigned profiles,
                           const struct verdicts *verdicts,
                           struct error *err)
{
    if (records_add_observation(self->records,
                                column,
                                unit,
                                profiles,
                                verdicts,
                                err)
        < 0)
        return error_wrap(err, "cannot write %s", self->path);
    return 0;
}

/* NOLINTNEXTLINE(readability-function-size): a row has that many parts */
void writer_set_score(struct writer *self,
                      enum profile profile,
                      int repeat,
                      size_t model,
                      size_t column,
                      const struct writer_score *score)
{
    const size_t place[] = { (size_t)(repeat + 1), model, column };

    scores_set(self->scores, place, profile, score);
}

void writer_set_comparable(struct writer *self,
                           size_t model,
                           size_t column,
                           bool is_comparable)
{
    scores_set_comparable(self->scores, model, column, is_comparable);
}

void writer_set_method(struct writer *self,
                       size_t model,
                       size_t task,
                       unsigned method)
{
    measures_set_method(self->measures, model, task, method);
}

int writer_add_provenance(struct writer *self,
                          const char *name,
                          const char *text,
                          struct error *err)
{
    char *path = text_format("/provenance/%s", name);
    hid_t type = h5_type_file(TYPE_STRING);
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t id = H5Dcreate2(self->file,
                          path,
                          type,
                          space,
                          H5P_DEFAULT,
                          H5P_DEFAULT,
                          H5P_DEFAULT);
    int rc = 0;

    if (!text)
        text = "";
    if (id < 0 || H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text) < 0)
        rc = h5_fail(err, ERR_IO, "%s: %s", self->path, path);
    if (id >= 0)
        (void)H5Dclose(id);
    (void)H5Sclose(space);
    h5_type_close(TYPE_STRING, type);
    free(path);
    return rc;
}

int writer_set_ledger(struct writer *self,
                      const struct writer_ledger *rows,
                      size_t num,
                      struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (records_add_ledger(self->records, &rows[i], err) < 0)
            return error_wrap(err, "cannot write %s", self->path);
    }
    return 0;
}

int writer_set_cells(struct writer *self,
                     const struct writer_cell *cells,
                     size_t num,
                     struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (records_add_cell(self->records, &cells[i], err) < 0)
            return error_wrap(err, "cannot write %s", self->path);
    }
    return 0;
}

/* Everything into the file, with its digest. */
static int finish(struct writer *self, char digest[65], struct error *err)
{
    const uint64_t num = records_num_units(self->records);

    if (num != self->num_units) {
        return error_set(err,
                         ERR_FORMAT,
                         "%llu of %llu units were written",
                         (unsigned long long)num,
                         (unsigned long long)self->num_units);
    }
    if (records_flush(self->records, self->file, err) < 0
        || follow_ups_flush(self->follow_ups, self->file, err) < 0
        || scores_write(self->scores, self->file, err) < 0
        || measures_write(self->measures, self->scores, self->file, err) < 0)
        return -1;
    records_close(self->records);
    follow_ups_close(self->follow_ups);
    self->records = NULL;
    self->follow_ups = NULL;
    if (digest_compute(self->file, digest, err) < 0)
        return -1;
    if (h5_put_text(self->file, "content_digest", digest) < 0
        || H5Fflush(self->file, H5F_SCOPE_GLOBAL) < 0)
        return h5_fail(err, ERR_IO, "content_digest");
    if (fsync(h5_descriptor(self->file)) < 0)
        return error_set_errno(err, errno, "its bytes do not reach the disk");
    return 0;
}

/* A rename is on disk when its folder is. */
static int sync_folder(const char *path, struct error *err)
{
    char *folder = path_folder(path);
    int fd = open(folder, O_RDONLY | O_CLOEXEC);
    int rc = 0;

    /* Some file systems cannot sync a folder and say EINVAL. */
    if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
        rc = error_set_errno(err, errno, "cannot write %s", folder);
    if (fd >= 0)
        (void)close(fd);
    free(folder);
    return rc;
}

static void destroy(struct writer *self)
{
    records_close(self->records);
    follow_ups_close(self->follow_ups);
    scores_destroy(self->scores);
    measures_destroy(self->measures);
    free(self->first_item);
    free(self->path);
    unfinished_end(self->temporary);
    free(self);
}

int writer_commit(struct writer *self, char digest[65], struct error *err)
{
    int rc;

    if (finish(self, digest, err) < 0) {
        (void)error_wrap(err, "cannot write %s", self->path);
        goto fail;
    }
    if (H5Fclose(self->file) < 0) {
        (void)h5_fail(err, ERR_IO, "cannot write %s", self->path);
        goto fail;
    }
    self->file = -1;
    if (rename(self->temporary, self->path) < 0) {
        (void)error_set_errno(err, errno, "cannot write %s", self->path);
        goto fail;
    }
    rc = sync_folder(self->path, err);
    destroy(self);
    return rc;
fail:
    writer_abandon(self);
    return -1;
}

void writer_abandon(struct writer *self)
{
    if (!self)
        return;
    (void)unlink(self->temporary);
    if (self->file >= 0) {
        /* On a full disk: give the room back first, so that closing, which
         * writes, can succeed. */
        if (ftruncate(h5_descriptor(self->file), 0) < 0)
            errno = 0;
        records_close(self->records);
        follow_ups_close(self->follow_ups);
        self->records = NULL;
        self->follow_ups = NULL;
        (void)H5Fclose(self->file);
        (void)H5Eclear2(H5E_DEFAULT);
    }
    destroy(self);
}

void writer_library(char *out, size_t size)
{
    unsigned major = 0, minor = 0, release = 0;

    (void)H5get_libversion(&major, &minor, &release);
    (void)snprintf(out, size, "HDF5 %u.%u.%u", major, minor, release);
}
