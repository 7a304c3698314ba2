#include "store/reader.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/digest.h"
#include "store/h5.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "store/reader_tables.h"
#include "store/self_contained.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe would be waited for, and a device never ends. */
static int check_kind(const char *path, struct error *err)
{
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat found;

    if (fd < 0 || fstat(fd, &found) < 0) {
        const int number = errno;

        if (fd >= 0)
            (void)close(fd);
        return error_set_errno(err, number, "cannot read %s", path);
    }
    (void)close(fd);
    if (S_ISDIR(found.st_mode)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is a folder; name the results file, as "
                         "%s/results.h5",
                         path,
                         path);
    }
    if (!S_ISREG(found.st_mode)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is no regular file; name the results file",
                         path);
    }
    return 0;
}

static int open_file(struct reader *self, struct error *err)
{
    hid_t access;

    if (check_kind(self->path, err) < 0)
        return -1;
    access = h5_access();
    self->file = H5Fopen(self->path, H5F_ACC_RDONLY, access);
    (void)H5Pclose(access);
    if (self->file < 0) {
        return h5_fail(err,
                       ERR_FORMAT,
                       "%s is no results file, or is cut off",
                       self->path);
    }
    return 0;
}

static int check_head(struct reader *self, struct error *err)
{
    char *format = h5_get_text(self->file, "format");
    int32_t version = 0;
    int rc = 0;

    if (!text_equal(format, SCHEMA_FORMAT)) {
        rc = error_set(
            err,
            ERR_FORMAT,
            "an HDF5 file, but not one of results; 'trustsweep run' and 'score' write those");
    } else if (h5_get_int(self->file, "format_version", &version) < 0
               || version != SCHEMA_VERSION) {
        rc = error_set(err,
                       ERR_FORMAT,
                       "format_version is %d, this program reads %d; "
                       "'trustsweep score' of its run directory or recorded "
                       "answers writes it anew",
                       (int)version,
                       (int)SCHEMA_VERSION);
    }
    free(format);
    if (rc < 0)
        return rc;
    self->redaction = h5_get_text(self->file, "redaction");
    self->digest = h5_get_text(self->file, "content_digest");
    if (!self->digest) {
        return error_set(
            err,
            ERR_FORMAT,
            "the attribute content_digest is missing; 'trustsweep score' of its run directory writes the file anew");
    }
    return 0;
}

struct reader *reader_open(const char *path, struct error *err)
{
    struct reader *self = mem_alloc(1, sizeof *self);

    h5_quiet();
    self->file = -1;
    self->path = mem_text(path);
    if (open_file(self, err) < 0)
        goto fail;
    if (check_head(self, err) < 0 || self_contained_check(self->file, err) < 0
        || load_check(self->file, self->lengths, err) < 0
        || reader_tables_load(self, err) < 0) {
        (void)error_wrap(err, "%s", path);
        goto fail;
    }
    return self;
fail:
    reader_close(self);
    return NULL;
}

void reader_close(struct reader *self)
{
    if (!self)
        return;
    reader_tables_release(self);
    if (self->file >= 0)
        (void)H5Fclose(self->file);
    free(self->digest);
    free(self->redaction);
    free(self->path);
    free(self);
}

const char *reader_path(const struct reader *self)
{
    return self->path;
}

size_t reader_num_models(const struct reader *self)
{
    return (size_t)self->lengths[DIM_MODEL];
}

size_t reader_num_columns(const struct reader *self)
{
    return (size_t)self->lengths[DIM_COLUMN];
}

size_t reader_num_repeats(const struct reader *self)
{
    return (size_t)self->lengths[DIM_REPEAT];
}

const struct reader_model *reader_model(const struct reader *self, size_t at)
{
    if (at >= self->lengths[DIM_MODEL])
        BUG("model %zu", at);
    return &self->models[at];
}

const struct reader_column *reader_column(const struct reader *self, size_t at)
{
    if (at >= self->lengths[DIM_COLUMN])
        BUG("column %zu", at);
    return &self->columns[at];
}

static size_t cell(const struct reader *self, size_t model, size_t column)
{
    if (model >= self->lengths[DIM_MODEL]
        || column >= self->lengths[DIM_COLUMN])
        BUG("score of model %zu, column %zu", model, column);
    return model * (size_t)self->lengths[DIM_COLUMN] + column;
}

const struct reader_score *reader_score(const struct reader *self,
                                        enum profile profile,
                                        size_t model,
                                        size_t column)
{
    return &self->scores[profile][cell(self, model, column)];
}

bool reader_is_comparable(const struct reader *self,
                          size_t model,
                          size_t column)
{
    return self->comparable[cell(self, model, column)] != 0;
}

char *reader_provenance(const struct reader *self, const char *name)
{
    char *path = text_format("/provenance/%s", name);
    char **texts = load_texts(self->file, path, 1, NULL);
    char *text = texts ? texts[0] : NULL;

    free((void *)texts);
    free(path);
    return text;
}

const char *reader_redaction(const struct reader *self)
{
    return self->redaction;
}

const char *reader_digest(const struct reader *self)
{
    return self->digest;
}

int reader_compute_digest(struct reader *self, char out[65], struct error *err)
{
    if (digest_compute(self->file, out, err) < 0)
        return error_wrap(err, "%s", self->path);
    return 0;
}
