#include "store/reader.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/digest.h"
#include "store/h5.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct member {
    const char *path;
    size_t offset;
};

#define MEMBER(path, type, name)          \
    {                                     \
        path, offsetof(struct type, name) \
    }

static const struct member model_texts[] = {
    MEMBER("/model", reader_model, name),
    MEMBER("/models/access", reader_model, access),
    MEMBER("/models/creator", reader_model, creator),
    MEMBER("/models/family", reader_model, family),
    MEMBER("/models/published_as", reader_model, published_as),
};

static const struct member column_texts[] = {
    MEMBER("/column", reader_column, name),
    MEMBER("/columns/title", reader_column, title),
    MEMBER("/columns/dimension", reader_column, dimension),
    MEMBER("/columns/section", reader_column, section),
    MEMBER("/columns/task", reader_column, task),
    MEMBER("/columns/unit", reader_column, unit),
    MEMBER("/columns/unit_corrected", reader_column, unit_corrected),
    MEMBER("/columns/parent", reader_column, parent),
    MEMBER("/columns/cluster", reader_column, cluster),
    MEMBER("/columns/by", reader_column, by),
    MEMBER("/columns/field", reader_column, field),
    MEMBER("/columns/labels", reader_column, labels),
    MEMBER("/columns/evaluator", reader_column, evaluator),
    MEMBER("/columns/metric", reader_column, metric),
    MEMBER("/columns/estimand", reader_column, estimand),
    MEMBER("/columns/source", reader_column, source),
    MEMBER("/columns/needs", reader_column, needs),
};

/* One dataset of strings into a member of `num` structs. */
static int load_member(struct reader *self,
                       const struct member *member,
                       void *structs,
                       size_t stride,
                       uint64_t num,
                       struct error *err)
{
    char **texts = load_texts(self->file, member->path, num, err);
    unsigned char *at = structs;

    if (!texts)
        return -1;
    for (uint64_t i = 0; i < num; i++)
        *(char **)(void *)(at + i * stride + member->offset) = texts[i];
    free(texts);
    return 0;
}

static int load_models(struct reader *self, struct error *err)
{
    const uint64_t num = self->lengths[DIM_MODEL];
    double *parameters;

    self->models = mem_alloc(num, sizeof *self->models);
    for (size_t i = 0; i < ARRAY_LEN(model_texts); i++) {
        if (load_member(self,
                        &model_texts[i],
                        self->models,
                        sizeof *self->models,
                        num,
                        err)
            < 0)
            return -1;
    }
    parameters =
        load_all(self->file, "/models/parameters_b", TYPE_F64, num, err);
    if (!parameters)
        return -1;
    for (uint64_t i = 0; i < num; i++)
        self->models[i].parameters_b = parameters[i];
    free(parameters);
    return 0;
}

static int load_column_numbers(struct reader *self, struct error *err)
{
    const uint64_t num = self->lengths[DIM_COLUMN];
    const hid_t file = self->file;
    int32_t *ways = load_all(file, "/columns/direction", TYPE_I32, num, err);
    int32_t *corrected =
        load_all(file, "/columns/direction_corrected", TYPE_I32, num, err);
    uint8_t *ranked = load_all(file, "/columns/is_ranked", TYPE_U8, num, err);
    const bool is_there = ways && corrected && ranked;

    for (uint64_t i = 0; is_there && i < num; i++) {
        self->columns[i].direction = ways[i];
        self->columns[i].direction_corrected = corrected[i];
        self->columns[i].is_ranked = ranked[i] != 0;
    }
    free(ways);
    free(corrected);
    free(ranked);
    return is_there ? 0 : -1;
}

static int load_columns(struct reader *self, struct error *err)
{
    const uint64_t num = self->lengths[DIM_COLUMN];

    self->columns = mem_alloc(num, sizeof *self->columns);
    for (size_t i = 0; i < ARRAY_LEN(column_texts); i++) {
        if (load_member(self,
                        &column_texts[i],
                        self->columns,
                        sizeof *self->columns,
                        num,
                        err)
            < 0)
            return -1;
    }
    return load_column_numbers(self, err);
}

#define SCORE(name) offsetof(struct reader_score, name)

/* Where a field stands in the struct; states follow one another. */
static const size_t score_members[] = {
    [SCORE_VALUE] = SCORE(value),
    [SCORE_LOW] = SCORE(low),
    [SCORE_HIGH] = SCORE(high),
    [SCORE_WITHIN_LOW] = SCORE(within_low),
    [SCORE_WITHIN_HIGH] = SCORE(within_high),
    [SCORE_SE_ITEMS] = SCORE(se_items),
    [SCORE_SE_SAMPLING] = SCORE(se_sampling),
    [SCORE_SE_JUDGE] = SCORE(se_judge),
    [SCORE_NUM] = SCORE(num),
    [SCORE_NUM_SKIPPED] = SCORE(num_skipped),
    [SCORE_NUM_RECORDED] = SCORE(num_recorded),
    [SCORE_NUM_ASKED] = SCORE(num_asked),
    [SCORE_STATES] = SCORE(states),
};

static size_t score_member(int field)
{
    if (field < SCORE_STATES)
        return score_members[field];
    return score_members[SCORE_STATES]
           + (size_t)(field - SCORE_STATES) * sizeof(uint64_t);
}

static int load_field(struct reader *self,
                      enum profile profile,
                      int field,
                      struct error *err)
{
    const uint64_t num = self->lengths[DIM_MODEL] * self->lengths[DIM_COLUMN];
    struct reader_score *scores = self->scores[profile];
    char path[SCHEMA_PATH];
    enum schema_type type = schema_score_path(profile, false, field, path);
    unsigned char *values = load_all(self->file, path, type, num, err);

    if (!values)
        return -1;
    /* elements are 8 bytes wide, numbers and counts alike */
    for (uint64_t i = 0; i < num; i++) {
        memcpy((unsigned char *)&scores[i] + score_member(field),
               &values[i * sizeof(uint64_t)],
               sizeof(uint64_t));
    }
    free(values);
    return 0;
}

static int load_scores(struct reader *self, struct error *err)
{
    const uint64_t num = self->lengths[DIM_MODEL] * self->lengths[DIM_COLUMN];

    for (int p = 0; p < NUM_PROFILES; p++) {
        self->scores[p] = mem_alloc(num, sizeof *self->scores[p]);
        for (int field = 0; field < NUM_SCORE_FIELDS; field++) {
            if (load_field(self, (enum profile)p, field, err) < 0)
                return -1;
        }
    }
    self->comparable =
        load_all(self->file, "/scores/comparable", TYPE_U8, num, err);
    return self->comparable ? 0 : -1;
}

static int open_file(struct reader *self, struct error *err)
{
    int fd = open(self->path, O_RDONLY | O_CLOEXEC);
    hid_t access;

    if (fd < 0)
        return error_set_errno(err, errno, "cannot read %s", self->path);
    (void)close(fd);
    if (file_is_folder(self->path)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is a folder; name the results file, as "
                         "%s/results.h5",
                         self->path,
                         self->path);
    }
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
    if (check_head(self, err) < 0
        || load_check(self->file, self->lengths, err) < 0
        || load_models(self, err) < 0 || load_columns(self, err) < 0
        || load_scores(self, err) < 0) {
        (void)error_wrap(err, "%s", path);
        goto fail;
    }
    return self;
fail:
    reader_close(self);
    return NULL;
}

static void free_members(const struct member *members,
                         size_t num_members,
                         void *structs,
                         size_t stride,
                         uint64_t num)
{
    unsigned char *at = structs;

    for (uint64_t i = 0; at && i < num; i++) {
        for (size_t m = 0; m < num_members; m++)
            free(*(char **)(void *)(at + i * stride + members[m].offset));
    }
    free(structs);
}

void reader_close(struct reader *self)
{
    if (!self)
        return;
    free_members(model_texts,
                 ARRAY_LEN(model_texts),
                 self->models,
                 sizeof *self->models,
                 self->lengths[DIM_MODEL]);
    free_members(column_texts,
                 ARRAY_LEN(column_texts),
                 self->columns,
                 sizeof *self->columns,
                 self->lengths[DIM_COLUMN]);
    for (int p = 0; p < NUM_PROFILES; p++)
        free(self->scores[p]);
    free(self->comparable);
    if (self->file >= 0)
        (void)H5Fclose(self->file);
    free(self->digest);
    free(self->redaction);
    free(self->path);
    free(self);
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
