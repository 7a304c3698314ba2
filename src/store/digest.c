#include "store/digest.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/pack.h"
#include "store/schema.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLAB_ELEMENTS = 64 * 1024, MAX_CHUNK = 16 * 1024 * 1024 };

struct slab {
    hid_t id;
    enum schema_type type;
    hsize_t dims[SCHEMA_MAX_DIMS];
    int rank;
    hsize_t row_len; /* elements of one step along the first dimension */
    hsize_t chunk;   /* elements of a chunk of pack_chunk(); 0 = none such */
};

/* One dataset. */
struct piece {
    char path[SCHEMA_PATH];
    enum schema_type type;
    int rc;
    char digest[SHA256_TEXT];
};

struct work {
    hid_t file;
    pthread_mutex_t lock; /* of the library */
    struct piece *pieces; /* [num] */
    size_t num;
    size_t cap;
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

/* Bytes of elements as they stand in a file: little-endian, no strings. */
static void add_numbers(struct sha256 *sha,
                        enum schema_type type,
                        unsigned char *bytes,
                        size_t num)
{
    if (type == TYPE_F64)
        settle_nans(bytes, num);
    sha256_add(sha, bytes, num * schema_type_size(type));
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
    hid_t type = h5_type_file(slab->type); /* little-endian on any host */
    hid_t from = H5Dget_space(slab->id);
    hid_t to;
    unsigned char *bytes = mem_alloc(elements, schema_type_size(slab->type));
    int rc = -1;

    memcpy(count, slab->dims, sizeof count);
    count[0] = num;
    to = H5Screate_simple(slab->rank, count, NULL);
    if (H5Sselect_hyperslab(from, H5S_SELECT_SET, start, NULL, count, NULL) >= 0
        && H5Dread(slab->id, type, to, from, H5P_DEFAULT, bytes) >= 0) {
        rc = 0;
        if (slab->type == TYPE_STRING) {
            add_texts(sha, (char **)(void *)bytes, elements);
            (void)H5Dvlen_reclaim(type, to, H5P_DEFAULT, bytes);
        } else {
            add_numbers(sha, slab->type, bytes, elements);
        }
    }
    free(bytes);
    (void)H5Sclose(to);
    (void)H5Sclose(from);
    h5_type_close(slab->type, type);
    return rc;
}

/* Through the library, which only one thread may use at a time. */
static int add_slabs(struct work *work,
                     struct sha256 *sha,
                     const struct slab *slab,
                     hsize_t at)
{
    hsize_t step = slab->row_len > 0 ? SLAB_ELEMENTS / slab->row_len : 0;
    int rc = 0;

    if (slab->row_len == 0)
        return 0;
    if (step == 0)
        step = 1;
    (void)pthread_mutex_lock(&work->lock);
    for (; at < slab->dims[0] && rc == 0; at += step) {
        const hsize_t left = slab->dims[0] - at;

        rc = add_rows(sha, slab, at, left < step ? left : step);
    }
    (void)pthread_mutex_unlock(&work->lock);
    return rc;
}

/* The packed bytes of the chunk at `at`; false: the library must look. */
static bool read_chunk(struct work *work,
                       const struct slab *slab,
                       hsize_t at,
                       struct packed *out)
{
    hsize_t len = 0;
    bool is_read = false;

    *out = (struct packed){ 0 };
    (void)pthread_mutex_lock(&work->lock);
    if (H5Dget_chunk_storage_size(slab->id, &at, &len) >= 0 && len > 0
        && len <= MAX_CHUNK) {
        out->len = (size_t)len;
        out->bytes = mem_resize(NULL, out->len, 1);
        is_read =
            H5Dread_chunk(slab->id, H5P_DEFAULT, &at, &out->skipped, out->bytes)
            >= 0;
    }
    (void)pthread_mutex_unlock(&work->lock);
    return is_read;
}

/* Chunks that pack_chunk() made, undone here.  Returns up to where. */
static hsize_t add_chunks(struct work *work,
                          struct sha256 *sha,
                          const struct slab *slab)
{
    const size_t size = schema_type_size(slab->type);
    unsigned char *bytes;
    bool is_good = true;
    hsize_t at = 0;

    if (slab->chunk == 0)
        return 0;
    bytes = mem_alloc((size_t)slab->chunk, size);
    while (is_good && at < slab->dims[0]) {
        const hsize_t left = slab->dims[0] - at;
        const hsize_t num = left < slab->chunk ? left : slab->chunk;
        struct packed packed;

        is_good = read_chunk(work, slab, at, &packed)
                  && pack_undo(&packed, bytes, (size_t)slab->chunk, size);
        pack_release(&packed);
        if (is_good) {
            add_numbers(sha, slab->type, bytes, (size_t)num);
            at += num;
        }
    }
    free(bytes);
    return at;
}

static H5Z_filter_t filter_at(hid_t storage, unsigned at)
{
    unsigned flags;
    unsigned values[1];
    size_t num = 1;

    return H5Pget_filter2(storage, at, &flags, &num, values, 0, NULL, NULL);
}

/* Elements of a chunk where pack_undo() can undo it, else 0. */
static hsize_t packed_chunk(hid_t id, enum schema_type type)
{
    hid_t storage = H5Dget_create_plist(id);
    hsize_t chunk = 0;
    bool is_packed = type != TYPE_STRING
                     && H5Pget_layout(storage) == H5D_CHUNKED
                     && H5Pget_chunk(storage, 1, &chunk) == 1
                     && H5Pget_nfilters(storage) == 2
                     && filter_at(storage, 0) == H5Z_FILTER_SHUFFLE
                     && filter_at(storage, 1) == H5Z_FILTER_DEFLATE;

    (void)H5Pclose(storage);
    return is_packed && chunk * schema_type_size(type) <= MAX_CHUNK ? chunk : 0;
}

/* Opens the dataset and hashes its head. */
static int open_slab(struct work *work,
                     const struct piece *piece,
                     struct sha256 *sha,
                     struct slab *slab)
{
    struct text head = { 0 };
    hid_t space;
    int rc;

    *slab = (struct slab){ .type = piece->type, .row_len = 1 };
    (void)pthread_mutex_lock(&work->lock);
    h5_quiet_thread();
    slab->id = H5Dopen2(work->file, piece->path, H5P_DEFAULT);
    space = slab->id < 0 ? -1 : H5Dget_space(slab->id);
    slab->rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    rc = slab->rank < 1 || slab->rank > SCHEMA_MAX_DIMS ? -1 : 0;
    if (rc == 0) {
        (void)H5Sget_simple_extent_dims(space, slab->dims, NULL);
        slab->chunk = slab->rank == 1 ? packed_chunk(slab->id, slab->type) : 0;
    }
    if (space >= 0)
        (void)H5Sclose(space);
    (void)pthread_mutex_unlock(&work->lock);
    if (rc < 0)
        return -1;
    buffer_put_text(&head, piece->path);
    buffer_put_u8(&head, (uint8_t)slab->type);
    buffer_put_u8(&head, (uint8_t)slab->rank);
    for (int d = 0; d < slab->rank; d++)
        buffer_put_u64(&head, slab->dims[d]);
    sha256_add(sha, text_data(&head), head.len);
    text_release(&head);
    for (int d = 1; d < slab->rank; d++)
        slab->row_len *= slab->dims[d];
    return 0;
}

static void hash_piece(void *context, size_t i)
{
    struct work *work = context;
    struct piece *piece = &work->pieces[i];
    struct sha256 *sha = sha256_create();
    struct slab slab;

    piece->rc = open_slab(work, piece, sha, &slab);
    if (piece->rc == 0) {
        const hsize_t at = add_chunks(work, sha, &slab);

        piece->rc = add_slabs(work, sha, &slab, at);
    }
    (void)pthread_mutex_lock(&work->lock);
    if (slab.id >= 0)
        (void)H5Dclose(slab.id);
    (void)pthread_mutex_unlock(&work->lock);
    sha256_end(sha, piece->digest);
}

static void add_piece(struct work *work,
                      const char *path,
                      enum schema_type type)
{
    struct piece *piece;

    work->pieces = mem_reserve(work->pieces,
                               &work->cap,
                               work->num + 1,
                               sizeof *work->pieces);
    piece = &work->pieces[work->num++];
    *piece = (struct piece){ .type = type };
    (void)snprintf(piece->path, sizeof piece->path, "%s", path);
}

static void add_scores(struct work *work, bool by_repeat)
{
    char path[SCHEMA_PATH];

    for (int profile = 0; profile < NUM_PROFILES; profile++) {
        for (int field = 0; field < NUM_SCORE_FIELDS; field++) {
            enum schema_type type = schema_score_path((enum profile)profile,
                                                      by_repeat,
                                                      field,
                                                      path);

            add_piece(work, path, type);
        }
    }
}

/* What has an optional dimension may be left out. */
static bool is_there(hid_t file, const struct schema_dataset *what)
{
    for (int d = 0; d < SCHEMA_MAX_DIMS && what->dims[d] != DIM_NONE; d++) {
        char scale[SCHEMA_PATH];

        (void)snprintf(scale,
                       sizeof scale,
                       "/%s",
                       schema_dimensions[what->dims[d]].name);
        if (schema_dimensions[what->dims[d]].is_optional
            && H5Lexists(file, scale, H5P_DEFAULT) <= 0)
            return false;
    }
    return true;
}

int digest_compute(hid_t file, char out[65], struct error *err)
{
    struct work work = { .file = file, .lock = PTHREAD_MUTEX_INITIALIZER };
    struct sha256 *sha = sha256_create();
    int rc = 0;

    for (size_t i = 0; i < schema_num_datasets; i++) {
        const struct schema_dataset *what = &schema_datasets[i];

        if (what->in_digest && is_there(file, what))
            add_piece(&work, schema_datasets[i].path, schema_datasets[i].type);
    }
    add_scores(&work, false);
    add_scores(&work, true);
    parallel_each(work.num, hash_piece, &work);
    for (size_t i = 0; i < work.num && rc == 0; i++) {
        if (work.pieces[i].rc < 0)
            rc = h5_fail(err, ERR_IO, "%s", work.pieces[i].path);
        sha256_add(sha, work.pieces[i].digest, strlen(work.pieces[i].digest));
    }
    sha256_end(sha, out);
    free(work.pieces);
    (void)pthread_mutex_destroy(&work.lock);
    return rc;
}
