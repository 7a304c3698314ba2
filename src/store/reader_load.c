#include "store/reader_load.h"

#include "base/mem.h"
#include "store/h5.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whoever made the file chose its lengths: what is held in memory is capped. */
enum { MAX_NAMES = 100000, MAX_CELLS = 20 * 1000 * 1000 };

/* Rank and lengths of a dataset; -1 when it is none or not of that type. */
static int measure(hid_t file,
                   const char *path,
                   enum schema_type type,
                   hsize_t dims[SCHEMA_MAX_DIMS])
{
    hid_t id = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t want = h5_type_file(type);
    hid_t have = -1;
    hid_t space = -1;
    int rank = -1;

    if (id >= 0) {
        have = H5Dget_type(id);
        space = H5Dget_space(id);
    }
    if (have >= 0 && space >= 0 && H5Tequal(want, have) > 0
        && H5Sget_simple_extent_ndims(space) <= SCHEMA_MAX_DIMS)
        rank = H5Sget_simple_extent_dims(space, dims, NULL);
    h5_type_close(type, want);
    if (have >= 0)
        (void)H5Tclose(have);
    if (space >= 0)
        (void)H5Sclose(space);
    if (id >= 0)
        (void)H5Dclose(id);
    return rank;
}

static enum schema_type scale_type(enum schema_dim dim, char path[SCHEMA_PATH])
{
    (void)snprintf(path, SCHEMA_PATH, "/%s", schema_dimensions[dim].name);
    if (schema_dimensions[dim].scale == SCALE_BARE)
        return TYPE_U8;
    return schema_find(path)->type;
}

static int read_lengths(hid_t file,
                        uint64_t lengths[NUM_DIMS],
                        struct error *err)
{
    memset(lengths, 0, NUM_DIMS * sizeof *lengths);
    for (int dim = DIM_NONE + 1; dim < NUM_DIMS; dim++) {
        char path[SCHEMA_PATH];
        hsize_t dims[SCHEMA_MAX_DIMS] = { 0 };
        const enum schema_type type = scale_type((enum schema_dim)dim, path);

        if (schema_dimensions[dim].is_optional
            && H5Lexists(file, path, H5P_DEFAULT) <= 0)
            continue;
        if (measure(file, path, type, dims) != 1)
            return h5_fail(err, ERR_FORMAT, "%s: not the expected scale", path);
        lengths[dim] = dims[0];
    }
    if (lengths[DIM_MODEL] > MAX_NAMES || lengths[DIM_COLUMN] > MAX_NAMES
        || lengths[DIM_REPEAT] > MAX_NAMES
        || lengths[DIM_MEASURE] > lengths[DIM_COLUMN]
        || lengths[DIM_MODEL] * lengths[DIM_COLUMN] > MAX_CELLS) {
        return error_set(err,
                         ERR_FORMAT,
                         "more models or columns than is read");
    }
    if (lengths[DIM_UNIT_EDGE] != lengths[DIM_UNIT] + 1
        || lengths[DIM_ITEM_EDGE] != lengths[DIM_ITEM] + 1)
        return error_set(err, ERR_FORMAT, "offsets do not fit their rows");
    return 0;
}

static int check(hid_t file,
                 const struct schema_dataset *what,
                 const uint64_t lengths[NUM_DIMS],
                 struct error *err)
{
    hsize_t dims[SCHEMA_MAX_DIMS] = { 0 };
    int rank = measure(file, what->path, what->type, dims);

    if (rank < 0) {
        return h5_fail(err,
                       ERR_FORMAT,
                       "%s: missing or of another type",
                       what->path);
    }
    for (int d = 0; d < SCHEMA_MAX_DIMS; d++) {
        const bool is_there = what->dims[d] != DIM_NONE;

        if (is_there != (d < rank)
            || (is_there && dims[d] != lengths[what->dims[d]]))
            return error_set(err, ERR_FORMAT, "%s: another shape", what->path);
    }
    return 0;
}

int load_check(hid_t file, uint64_t lengths[NUM_DIMS], struct error *err)
{
    if (read_lengths(file, lengths, err) < 0)
        return -1;
    for (size_t i = 0; i < schema_num_datasets; i++) {
        if (schema_is_there(&schema_datasets[i], lengths)
            && check(file, &schema_datasets[i], lengths, err) < 0)
            return -1;
    }
    for (int i = 0; i < NUM_PROFILES * 2 * NUM_SCORE_FIELDS; i++) {
        const enum profile profile = (enum profile)(i / (2 * NUM_SCORE_FIELDS));
        const bool by_repeat = i / NUM_SCORE_FIELDS % 2;
        char path[SCHEMA_PATH];
        struct schema_dataset what = { .path = path };
        int d = 0;

        if (by_repeat)
            what.dims[d++] = DIM_REPEAT;
        what.dims[d++] = DIM_MODEL;
        what.dims[d] = DIM_COLUMN;
        what.type =
            schema_score_path(profile, by_repeat, i % NUM_SCORE_FIELDS, path);
        if (check(file, &what, lengths, err) < 0)
            return -1;
    }
    return 0;
}

/* As many values as there is room for. */
static int read_all(hid_t file,
                    const char *path,
                    enum schema_type type,
                    uint64_t num,
                    void *out)
{
    hid_t id = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t space = id < 0 ? -1 : H5Dget_space(id);
    hid_t memory = h5_type_memory(type);
    herr_t rc = -1;

    if (space >= 0 && H5Sget_simple_extent_npoints(space) == (hssize_t)num)
        rc = H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
    h5_type_close(type, memory);
    if (space >= 0)
        (void)H5Sclose(space);
    if (id >= 0)
        (void)H5Dclose(id);
    return rc < 0 ? -1 : 0;
}

void *load_all(hid_t file,
               const char *path,
               enum schema_type type,
               uint64_t num,
               struct error *err)
{
    void *out = mem_alloc((size_t)num, schema_type_size(type));

    if (num > 0 && read_all(file, path, type, num, out) < 0) {
        (void)h5_fail(err, ERR_IO, "%s", path);
        free(out);
        return NULL;
    }
    return out;
}

char **load_texts(hid_t file, const char *path, uint64_t num, struct error *err)
{
    char **texts = load_all(file, path, TYPE_STRING, num, err);

    for (uint64_t i = 0; texts && i < num; i++) {
        char *own = mem_text(texts[i] ? texts[i] : "");

        (void)H5free_memory(texts[i]);
        texts[i] = own;
    }
    return texts;
}
