#include "store/digest.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/schema.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stdlib.h>
#include <string.h>

enum { SLAB_ELEMENTS = 64 * 1024 };

struct slab {
    hid_t id;
    enum schema_type type;
    hsize_t dims[SCHEMA_MAX_DIMS];
    int rank;
    hsize_t row_len; /* elements of one step along the first dimension */
};

/* Bytes are little-endian here; every NaN becomes the same one. */
static void settle_nans(unsigned char *bytes, size_t num)
{
    static const unsigned char one_nan[8] = { 0, 0, 0, 0, 0, 0, 0xf8, 0x7f };

    for (size_t i = 0; i < num; i++, bytes += 8) {
        static const unsigned char zeros[6];
        const bool is_huge = (bytes[7] & 0x7f) == 0x7f && bytes[6] >= 0xf0;

        if (is_huge && (bytes[6] != 0xf0 || memcmp(bytes, zeros, 6) != 0))
            memcpy(bytes, one_nan, 8);
    }
}

static void add_texts(struct sha256 *sha, char **texts, size_t num)
{
    struct text out = { 0 };

    for (size_t i = 0; i < num; i++) {
        const char *text = texts[i] ? texts[i] : "";

        text_clear(&out);
        buffer_put_u64(&out, strlen(text));
        text_add(&out, text);
        sha256_add(sha, text_data(&out), out.len);
    }
    text_release(&out);
}

/* Rows [at, at + num) of a dataset into the hash. */
static int add_rows(struct sha256 *sha,
                    const struct slab *slab,
                    hsize_t at,
                    hsize_t num)
{
    hsize_t start[SCHEMA_MAX_DIMS] = { at };
    hsize_t count[SCHEMA_MAX_DIMS];
    const size_t elements = (size_t)(num * slab->row_len);
    const size_t size = schema_type_size(slab->type);
    hid_t type = h5_type_file(slab->type); /* little-endian on any host */
    hid_t from = H5Dget_space(slab->id);
    hid_t to;
    unsigned char *bytes = mem_alloc(elements, size);
    int rc = -1;

    memcpy(count, slab->dims, sizeof count);
    count[0] = num;
    to = H5Screate_simple(slab->rank, count, NULL);
    if (H5Sselect_hyperslab(from, H5S_SELECT_SET, start, NULL, count, NULL) >= 0
        && H5Dread(slab->id, type, to, from, H5P_DEFAULT, bytes) >= 0) {
        rc = 0;
        if (slab->type == TYPE_F64)
            settle_nans(bytes, elements);
        if (slab->type == TYPE_STRING) {
            add_texts(sha, (char **)(void *)bytes, elements);
            (void)H5Dvlen_reclaim(type, to, H5P_DEFAULT, bytes);
        } else {
            sha256_add(sha, bytes, elements * size);
        }
    }
    free(bytes);
    (void)H5Sclose(to);
    (void)H5Sclose(from);
    h5_type_close(slab->type, type);
    return rc;
}

static int add_slabs(struct sha256 *sha, struct slab *slab)
{
    hsize_t step;

    slab->row_len = 1;
    for (int d = 1; d < slab->rank; d++)
        slab->row_len *= slab->dims[d];
    if (slab->row_len == 0)
        return 0;
    step = SLAB_ELEMENTS / slab->row_len;
    if (step == 0)
        step = 1;
    for (hsize_t at = 0; at < slab->dims[0]; at += step) {
        const hsize_t left = slab->dims[0] - at;

        if (add_rows(sha, slab, at, left < step ? left : step) < 0)
            return -1;
    }
    return 0;
}

static int add_dataset(struct sha256 *sha,
                       hid_t file,
                       const char *path,
                       enum schema_type type)
{
    struct slab slab = { .type = type };
    struct text head = { 0 };
    hid_t space;
    int rc;

    slab.id = H5Dopen2(file, path, H5P_DEFAULT);
    if (slab.id < 0)
        return -1;
    space = H5Dget_space(slab.id);
    slab.rank = H5Sget_simple_extent_ndims(space);
    rc = slab.rank < 1 || slab.rank > SCHEMA_MAX_DIMS ? -1 : 0;
    if (rc == 0) {
        (void)H5Sget_simple_extent_dims(space, slab.dims, NULL);
        buffer_put_text(&head, path);
        buffer_put_u8(&head, (uint8_t)type);
        buffer_put_u8(&head, (uint8_t)slab.rank);
        for (int d = 0; d < slab.rank; d++)
            buffer_put_u64(&head, slab.dims[d]);
        sha256_add(sha, text_data(&head), head.len);
        rc = add_slabs(sha, &slab);
    }
    text_release(&head);
    (void)H5Sclose(space);
    (void)H5Dclose(slab.id);
    return rc;
}

static int add_scores(struct sha256 *sha, hid_t file, bool by_repeat)
{
    char path[SCHEMA_PATH];

    for (int profile = 0; profile < NUM_PROFILES; profile++) {
        for (int field = 0; field < NUM_SCORE_FIELDS; field++) {
            enum schema_type type = schema_score_path((enum profile)profile,
                                                      by_repeat,
                                                      field,
                                                      path);

            if (add_dataset(sha, file, path, type) < 0)
                return -1;
        }
    }
    return 0;
}

int digest_compute(hid_t file, char out[65], struct error *err)
{
    struct sha256 *sha = sha256_create();

    for (size_t i = 0; i < schema_num_datasets; i++) {
        const struct schema_dataset *what = &schema_datasets[i];

        if (what->in_digest
            && add_dataset(sha, file, what->path, what->type) < 0) {
            sha256_destroy(sha);
            return h5_fail(err, ERR_IO, "%s", what->path);
        }
    }
    if (add_scores(sha, file, false) < 0 || add_scores(sha, file, true) < 0) {
        sha256_destroy(sha);
        return h5_fail(err, ERR_IO, "/scores");
    }
    sha256_end(sha, out);
    return 0;
}
