#include "store/layout.h"

#include "store/h5.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/state.h"
#include "trustsweep/unit.h"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK_BYTES = 128 * 1024, DEFLATE_LEVEL = 1, MAX_NAME = 64 };

struct shape {
    hsize_t now[SCHEMA_MAX_DIMS];
    hsize_t most[SCHEMA_MAX_DIMS];
    int rank;
    bool is_growing;
};

static struct shape shape_of(const struct schema_dataset *what,
                             const uint64_t lengths[NUM_DIMS])
{
    struct shape shape = { 0 };

    for (; shape.rank < SCHEMA_MAX_DIMS; shape.rank++) {
        enum schema_dim dim = what->dims[shape.rank];

        if (dim == DIM_NONE)
            break;
        shape.now[shape.rank] = lengths[dim];
        shape.most[shape.rank] = lengths[dim];
        if (schema_dimensions[dim].is_growing) {
            shape.most[shape.rank] = H5S_UNLIMITED;
            shape.is_growing = true;
        }
    }
    return shape;
}

/*
 * How a dataset is stored: in chunks of about CHUNK_BYTES, shuffled and
 * deflated.  Variable-length strings would not be compressed (their bytes lie
 * elsewhere), so those of known length are stored in one piece.
 */
static hid_t storage_of(const struct schema_dataset *what,
                        const struct shape *shape)
{
    hid_t storage = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[SCHEMA_MAX_DIMS];
    hsize_t room = CHUNK_BYTES / schema_type_size(what->type);
    bool is_empty = false;

    (void)H5Pset_obj_track_times(storage, false);
    for (int d = shape->rank - 1; d >= 0; d--) {
        hsize_t length = shape->most[d] == H5S_UNLIMITED ? room : shape->now[d];

        if (length == 0)
            is_empty = true;
        chunk[d] = length < room ? length : room;
        if (chunk[d] == 0)
            chunk[d] = 1;
        room /= chunk[d];
        if (room == 0)
            room = 1;
    }
    if (!shape->is_growing && (what->type == TYPE_STRING || is_empty))
        return storage;
    (void)H5Pset_chunk(storage, shape->rank, chunk);
    if (what->type == TYPE_STRING)
        return storage;
    (void)H5Pset_shuffle(storage);
    (void)H5Pset_deflate(storage, DEFLATE_LEVEL);
    return storage;
}

static const char *flag_name(enum schema_flags flags, int value)
{
    switch (flags) {
    case FLAGS_STATE:
        return value < NUM_STATES ? state_name((enum state)value) : NULL;
    case FLAGS_FINISH:
        return value < NUM_FINISH_REASONS
                   ? finish_reason_name((enum finish_reason)value)
                   : NULL;
    case FLAGS_ROLE:
        return value < NUM_ROLES ? role_name((enum role)value) : NULL;
    case FLAGS_METHOD:
        return schema_method_name((unsigned)value);
    case FLAGS_BOOL:
        return value == 0 ? "no" : value == 1 ? "yes" : NULL;
    case FLAGS_NONE:
        break;
    }
    return NULL;
}

/* CF conventions: what each number means, so that any reader can decode. */
static int put_flags(hid_t id, enum schema_flags flags)
{
    uint8_t values[64];
    char names[512] = "";
    size_t num = 0;
    size_t len = 0;
    const char *name;

    while (num < sizeof values && (name = flag_name(flags, (int)num))) {
        len += (size_t)snprintf(names + len,
                                sizeof names - len,
                                "%s%s",
                                num ? " " : "",
                                name);
        values[num] = (uint8_t)num;
        num++;
    }
    if (num == 0)
        return 0;
    if (h5_put_bytes(id, "flag_values", values, num) < 0)
        return -1;
    return h5_put_text(id, "flag_meanings", names);
}

static int attach(hid_t file, hid_t id, const struct schema_dataset *what)
{
    char path[MAX_NAME];

    for (int d = 0; d < SCHEMA_MAX_DIMS && what->dims[d] != DIM_NONE; d++) {
        hid_t scale;
        herr_t rc;

        (void)snprintf(path,
                       sizeof path,
                       "/%s",
                       schema_dimensions[what->dims[d]].name);
        if (strcmp(path, what->path) == 0)
            return H5DSset_scale(id, path + 1) < 0 ? -1 : 0;
        scale = H5Dopen2(file, path, H5P_DEFAULT);
        rc = scale < 0 ? -1 : H5DSattach_scale(id, scale, (unsigned)d);
        if (scale >= 0)
            (void)H5Dclose(scale);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int create_dataset(hid_t file,
                          const struct schema_dataset *what,
                          const uint64_t lengths[NUM_DIMS])
{
    struct shape shape = shape_of(what, lengths);
    hid_t type = h5_type_file(what->type);
    hid_t space = H5Screate_simple(shape.rank, shape.now, shape.most);
    hid_t storage = storage_of(what, &shape);
    hid_t id = H5Dcreate2(file,
                          what->path,
                          type,
                          space,
                          H5P_DEFAULT,
                          storage,
                          H5P_DEFAULT);
    int rc = id < 0 ? -1 : attach(file, id, what);

    if (rc == 0 && what->meaning)
        rc = h5_put_text(id, "long_name", what->meaning);
    if (rc == 0 && what->units)
        rc = h5_put_text(id, "units", what->units);
    if (rc == 0)
        rc = put_flags(id, what->flags);
    if (id >= 0 && H5Dclose(id) < 0)
        rc = -1;
    (void)H5Pclose(storage);
    (void)H5Sclose(space);
    h5_type_close(what->type, type);
    return rc;
}

/* A dimension without values, as netCDF-4 writes one. */
static int create_bare(hid_t file,
                       enum schema_dim dim,
                       const uint64_t lengths[NUM_DIMS])
{
    char path[MAX_NAME], name[MAX_NAME];
    struct schema_dataset what = { .path = path,
                                   .type = TYPE_U8,
                                   .dims = { dim } };
    hid_t id;
    int rc;

    (void)snprintf(path, sizeof path, "/%s", schema_dimensions[dim].name);
    (void)snprintf(name,
                   sizeof name,
                   "This is a netCDF dimension but not a netCDF variable."
                   "%10llu",
                   (unsigned long long)lengths[dim]);
    if (create_dataset(file, &what, lengths) < 0)
        return -1;
    id = H5Dopen2(file, path, H5P_DEFAULT);
    if (id < 0)
        return -1;
    rc = H5Adelete(id, "NAME") < 0
                 || H5LTset_attribute_string(file, path, "NAME", name) < 0
             ? -1
             : 0;
    (void)H5Dclose(id);
    return rc;
}

static int create_scores(hid_t file,
                         enum profile profile,
                         const uint64_t lengths[NUM_DIMS])
{
    char path[SCHEMA_PATH];

    for (int field = 0; field < NUM_SCORE_FIELDS; field++) {
        struct schema_dataset what = { .path = path,
                                       .dims = { DIM_MODEL, DIM_COLUMN } };
        struct schema_dataset by_repeat = {
            .path = path,
            .dims = { DIM_REPEAT, DIM_MODEL, DIM_COLUMN }
        };

        what.type = schema_score_path(profile, false, field, path);
        if (create_dataset(file, &what, lengths) < 0)
            return -1;
        by_repeat.type = schema_score_path(profile, true, field, path);
        if (create_dataset(file, &by_repeat, lengths) < 0)
            return -1;
    }
    return 0;
}

static int create_scales(hid_t file, const uint64_t lengths[NUM_DIMS])
{
    for (int dim = DIM_NONE + 1; dim < NUM_DIMS; dim++) {
        char path[MAX_NAME];

        if (schema_dimensions[dim].is_optional && lengths[dim] == 0)
            continue;
        (void)snprintf(path, sizeof path, "/%s", schema_dimensions[dim].name);
        if (schema_dimensions[dim].scale == SCALE_BARE) {
            if (create_bare(file, (enum schema_dim)dim, lengths) < 0)
                return -1;
        } else if (create_dataset(file, schema_find(path), lengths) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Scales come first: everything else is attached to them. */
static int create_all(hid_t file, const uint64_t lengths[NUM_DIMS])
{
    if (create_scales(file, lengths) < 0)
        return -1;
    for (size_t i = 0; i < schema_num_datasets; i++) {
        const bool is_scale = !strchr(schema_datasets[i].path + 1, '/');

        if (!is_scale && schema_is_there(&schema_datasets[i], lengths)
            && create_dataset(file, &schema_datasets[i], lengths) < 0)
            return -1;
    }
    for (int profile = 0; profile < NUM_PROFILES; profile++) {
        if (create_scores(file, (enum profile)profile, lengths) < 0)
            return -1;
    }
    return 0;
}

int layout_create(hid_t file,
                  const uint64_t lengths[NUM_DIMS],
                  const char *name,
                  struct error *err)
{
    for (size_t i = 0; schema_groups[i]; i++) {
        hid_t group;

        if (lengths[DIM_MEASURE] == 0
            && strcmp(schema_groups[i], SCHEMA_UTILITY) == 0)
            continue;
        group = H5Gcreate2(file,
                           schema_groups[i],
                           H5P_DEFAULT,
                           H5P_DEFAULT,
                           H5P_DEFAULT);

        if (group < 0)
            return h5_fail(err, ERR_IO, "%s", name);
        (void)H5Gclose(group);
    }
    if (h5_put_text(file, "format", SCHEMA_FORMAT) < 0
        || h5_put_int(file, "format_version", SCHEMA_VERSION) < 0
        || create_all(file, lengths) < 0)
        return h5_fail(err, ERR_IO, "%s", name);
    return 0;
}

int layout_set_length(hid_t file, enum schema_dim dim, uint64_t length)
{
    char path[MAX_NAME];
    hsize_t extent = length;
    hid_t id;
    int rc;

    (void)snprintf(path, sizeof path, "/%s", schema_dimensions[dim].name);
    id = H5Dopen2(file, path, H5P_DEFAULT);
    if (id < 0)
        return -1;
    rc = H5Dset_extent(id, &extent) < 0 ? -1 : 0;
    if (H5Dclose(id) < 0)
        rc = -1;
    return rc;
}

int layout_end_dimension(hid_t file,
                         enum schema_dim dim,
                         uint64_t length,
                         struct error *err)
{
    if (schema_dimensions[dim].is_growing
        && layout_set_length(file, dim, length) < 0)
        return h5_fail(err, ERR_IO, "/%s", schema_dimensions[dim].name);
    return 0;
}
