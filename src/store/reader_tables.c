#include "store/reader_tables.h"

#include "base/mem.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"

#include <stdlib.h>
#include <string.h>

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

int reader_tables_load(struct reader *self, struct error *err)
{
    if (load_models(self, err) < 0 || load_columns(self, err) < 0)
        return -1;
    return load_scores(self, err);
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

void reader_tables_release(struct reader *self)
{
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
}
