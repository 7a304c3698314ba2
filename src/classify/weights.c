#include "classify/weights.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/mem.h"
#include "classify/net.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char magic[] = { 'T', 'S', 'R', 'E', 'F', 'U', 'S', 'E' };

enum { HEADER_BYTES = sizeof magic + 4 + 4 + 16 };

static const uint32_t sizes[] = {
    WEIGHTS_GRAM_BITS, NET_WORDS,  NET_DIM,  NET_WIDTH, NET_FILTERS, NET_ZONES,
    NET_PLACES,        NET_HIDDEN, NET_HEAD, NET_TAIL,  NET_SHAPE,
};

enum { NUM_SIZES = sizeof sizes / sizeof sizes[0] };

static void put_floats(struct text *out, const float *from, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        uint32_t bits;
        memcpy(&bits, &from[i], sizeof bits);
        buffer_put_u32(out, bits);
    }
}

static void get_floats(struct buffer *in, float *to, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        uint32_t bits = buffer_u32(in);
        memcpy(&to[i], &bits, sizeof bits);
    }
}

/* The layers behind the embedding, in the order of the file. */
struct part {
    float *at;
    size_t num;
};

enum { NUM_PARTS = 7 };

static void list_parts(struct net_weights *net, struct part out[NUM_PARTS])
{
    out[0] = (struct part){ &net->places[0][0][0],
                            (size_t)2 * NET_PLACES * NET_DIM };
    out[1] = (struct part){ &net->filters[0][0][0],
                            (size_t)NET_WIDTH * NET_DIM * NET_FILTERS };
    out[2] = (struct part){ net->filter_bias, NET_FILTERS };
    out[3] =
        (struct part){ &net->hidden[0][0], (size_t)NET_POOLED * NET_HIDDEN };
    out[4] = (struct part){ net->hidden_bias, NET_HIDDEN };
    out[5] = (struct part){ net->out, NET_HIDDEN };
    out[6] = (struct part){ &net->out_bias, 1 };
}

/* Leaves in `net` what a reader will see. */
static void put_words(struct text *out, struct net_weights *net)
{
    for (size_t w = 0; w < NET_WORDS; w++) {
        float *row = net->words[w];
        float most = 0;
        float scale;
        for (size_t d = 0; d < NET_DIM; d++) {
            most = fmaxf(most, fabsf(row[d]));
        }
        scale = most > 0 ? most / 127 : 1;
        put_floats(out, &scale, 1);
        for (size_t d = 0; d < NET_DIM; d++) {
            const int8_t q = (int8_t)lrintf(row[d] / scale);

            buffer_put_u8(out, (uint8_t)q);
            row[d] = scale * (float)q;
        }
    }
}

static void get_words(struct buffer *in, struct net_weights *net)
{
    for (size_t w = 0; w < NET_WORDS; w++) {
        float scale;
        get_floats(in, &scale, 1);
        for (size_t d = 0; d < NET_DIM; d++) {
            net->words[w][d] = scale * (float)(int8_t)buffer_u8(in);
        }
    }
}

void weights_write(const struct weights *weights, struct text *out)
{
    const struct calibration *c = &weights->calibration;
    struct net_weights *net = mem_copy(&weights->net, sizeof *net);
    struct part parts[NUM_PARTS];
    struct text body = { 0 };

    for (size_t i = 0; i < NUM_SIZES; i++) {
        buffer_put_u32(&body, sizes[i]);
    }
    buffer_put_double(&body, c->offset);
    buffer_put_double(&body, c->gram_slope);
    buffer_put_double(&body, c->net_slope);
    buffer_put_double(&body, c->tau);
    buffer_put_double(&body, weights->gram_scale);
    buffer_put_double(&body, weights->gram_bias);
    for (size_t i = 0; i < WEIGHTS_NUM_GRAMS; i++) {
        buffer_put_u8(&body, (uint8_t)weights->grams[i]);
    }
    put_words(&body, net);
    list_parts(net, parts);
    for (size_t i = 0; i < NUM_PARTS; i++) {
        put_floats(&body, parts[i].at, parts[i].num);
    }
    buffer_put_double(&body, net_most(net));
    text_add_len(out, magic, sizeof magic);
    buffer_put_u32(out, WEIGHTS_VERSION);
    buffer_put_u32(out, (uint32_t)body.len);
    buffer_put_hash(out, hash_bytes(body.data, body.len));
    text_add_len(out, body.data, body.len);
    text_release(&body);
    free(net);
}

static int read_header(struct buffer *in,
                       const void *bytes,
                       size_t len,
                       const char *name,
                       struct error *err)
{
    uint32_t version;
    uint32_t body;

    if (len > WEIGHTS_MAX_BYTES) {
        return error_set(err, ERR_FORMAT, "%s: over 2 MB", name);
    }
    if (len < HEADER_BYTES || memcmp(bytes, magic, sizeof magic) != 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: no weights of a refusal classifier",
                         name);
    }
    buffer_init(in, bytes, len);
    in->at = sizeof magic;
    version = buffer_u32(in);
    body = buffer_u32(in);
    if (version != WEIGHTS_VERSION) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: version %u, this program reads %d; train again",
                         name,
                         version,
                         WEIGHTS_VERSION);
    }
    if (body != len - HEADER_BYTES) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: cut short or padded: %zu bytes where %u belong",
                         name,
                         len - HEADER_BYTES,
                         body);
    }
    if (!hash_equal(buffer_hash(in),
                    hash_bytes((const char *)bytes + HEADER_BYTES, body))) {
        return error_set(err, ERR_FORMAT, "%s: damaged (checksum)", name);
    }
    return 0;
}

static bool all_finite(struct weights *weights)
{
    const struct calibration *c = &weights->calibration;
    struct part parts[NUM_PARTS + 1];
    bool good = isfinite(c->offset) && isfinite(c->gram_slope)
                && isfinite(c->net_slope) && isfinite(c->tau) && c->tau >= 0
                && isfinite(weights->gram_scale) && isfinite(weights->gram_bias)
                && isfinite(weights->net_most) && weights->net_most >= 0;

    list_parts(&weights->net, parts);
    parts[NUM_PARTS] =
        (struct part){ &weights->net.words[0][0], (size_t)NET_WORDS * NET_DIM };
    for (size_t i = 0; i <= NUM_PARTS; i++) {
        for (size_t k = 0; k < parts[i].num; k++) {
            good = good && isfinite(parts[i].at[k]);
        }
    }
    return good;
}

static void read_body(struct buffer *in, struct weights *out)
{
    struct calibration *c = &out->calibration;
    struct part parts[NUM_PARTS];

    c->offset = buffer_double(in);
    c->gram_slope = buffer_double(in);
    c->net_slope = buffer_double(in);
    c->tau = buffer_double(in);
    out->gram_scale = buffer_double(in);
    out->gram_bias = buffer_double(in);
    for (size_t i = 0; i < WEIGHTS_NUM_GRAMS; i++) {
        out->grams[i] = (int8_t)buffer_u8(in);
    }
    get_words(in, &out->net);
    list_parts(&out->net, parts);
    for (size_t i = 0; i < NUM_PARTS; i++) {
        get_floats(in, parts[i].at, parts[i].num);
    }
    out->net_most = buffer_double(in);
}

struct weights *weights_read(const void *bytes,
                             size_t len,
                             const char *name,
                             struct error *err)
{
    struct weights *out;
    struct buffer in;
    bool same = true;

    if (read_header(&in, bytes, len, name, err)) {
        return NULL;
    }
    for (size_t i = 0; i < NUM_SIZES; i++) {
        same = buffer_u32(&in) == sizes[i] && same;
    }
    if (!same) {
        error_set(err, ERR_FORMAT, "%s: made for other sizes", name);
        return NULL;
    }
    out = mem_alloc(1, sizeof *out);
    read_body(&in, out);
    if (buffer_failed(&in) || !all_finite(out)) {
        error_set(err, ERR_FORMAT, "%s: numbers missing or not finite", name);
        free(out);
        return NULL;
    }
    return out;
}
