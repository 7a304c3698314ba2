#include "dispatch/protocol.h"

#include "base/mem.h"
#include "contract/codec.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raised when a body changes; both ends are the same program, so a difference
 * means two builds in one run. */
enum { VERSION = 10 };

void protocol_begin(struct text *out, uint64_t tag)
{
    text_clear(out);
    buffer_put_u64(out, tag);
    buffer_put_u32(out, VERSION);
}

int protocol_open(struct buffer *in,
                  const void *bytes,
                  size_t len,
                  uint64_t tag,
                  struct error *err)
{
    uint64_t its_tag;
    uint32_t version;

    buffer_init(in, bytes, len);
    its_tag = buffer_u64(in);
    version = buffer_u32(in);
    if (in->failed) {
        return error_set(err,
                         ERR_FORMAT,
                         "%zu bytes are too few for a message",
                         len);
    }
    if (its_tag != tag)
        return error_set(err, ERR_FORMAT, "a message of another run");
    if (version != VERSION) {
        return error_set(err,
                         ERR_FORMAT,
                         "a message of version %u where this program speaks "
                         "version %d: all ranks must run the same build",
                         (unsigned)version,
                         (int)VERSION);
    }
    return 0;
}

static int check(const struct buffer *in, const char *what, struct error *err)
{
    if (!buffer_failed(in))
        return 0;
    return error_set(err, ERR_FORMAT, "%s message: wrong length", what);
}

void protocol_put_hello(struct text *out, const struct hello *hello)
{
    buffer_put_u64(out, hello->instance);
    buffer_put_text(out, hello->host);
}

int protocol_get_hello(struct buffer *in, struct hello *out, struct error *err)
{
    char *host;
    int rc;

    *out = (struct hello){ .instance = buffer_u64(in) };
    host = buffer_text(in, NULL);
    rc = check(in, "hello", err);
    if (rc == 0 && (!host || strlen(host) >= sizeof out->host))
        rc = error_set(err, ERR_FORMAT, "hello message: no name of a host");
    if (rc == 0) {
        (void)snprintf(out->host, sizeof out->host, "%s", host);
    } else {
        *out = (struct hello){ 0 };
    }
    free(host);
    return rc;
}

void protocol_put_models(struct text *out, const struct model_list *list)
{
    buffer_put_u32(out, list->num);
    for (uint32_t i = 0; i < list->num; i++) {
        buffer_put_text(out, list->models[i].name);
        buffer_put_text(out, list->models[i].spec);
        buffer_put_u32(out, list->models[i].stuck_ms);
        buffer_put_u32(out, (uint32_t)list->models[i].num_devices);
        buffer_put_u32(out, list->models[i].num_ranks);
        buffer_put_u32(out, list->models[i].num_nodes);
        buffer_put_u32(out, list->models[i].max_context);
    }
}

int protocol_get_models(struct buffer *in,
                        struct model_list *out,
                        struct error *err)
{
    bool is_whole = true;

    *out = (struct model_list){ 0 };
    out->num = buffer_count(in, 2 + 5 * sizeof(uint32_t));
    out->models = mem_alloc(out->num, sizeof *out->models);
    for (uint32_t i = 0; i < out->num; i++) {
        out->models[i].name = buffer_text(in, NULL);
        out->models[i].spec = buffer_text(in, NULL);
        out->models[i].stuck_ms = buffer_u32(in);
        out->models[i].num_devices = (int32_t)buffer_u32(in);
        out->models[i].num_ranks = buffer_u32(in);
        out->models[i].num_nodes = buffer_u32(in);
        out->models[i].max_context = buffer_u32(in);
        is_whole = is_whole && out->models[i].name && out->models[i].spec
                   && out->models[i].num_devices >= -1
                   && out->models[i].num_ranks >= 1
                   && out->models[i].num_ranks <= UINT16_MAX
                   && out->models[i].num_nodes >= 1
                   && out->models[i].num_nodes <= out->models[i].num_ranks
                   && out->models[i].max_context <= INT32_MAX;
    }
    if (is_whole && check(in, "models", NULL) == 0)
        return 0;
    protocol_release_models(out);
    return error_set(err, ERR_FORMAT, "models message: wrong length");
}

void protocol_release_models(struct model_list *list)
{
    for (uint32_t i = 0; list->models && i < list->num; i++) {
        free(list->models[i].name);
        free(list->models[i].spec);
    }
    free(list->models);
    *list = (struct model_list){ 0 };
}

void protocol_put_lease(struct text *out, const struct lease *lease)
{
    buffer_put_u32(out, lease->epoch);
    buffer_put_u32(out, lease->model);
    buffer_put_u32(out, lease->num);
    for (uint32_t i = 0; i < lease->num; i++) {
        buffer_put_u32(out, lease->entries[i].attempt);
        buffer_put_u8(out, lease->entries[i].alone);
        codec_put_request(out, &lease->entries[i].request);
    }
}

int protocol_get_lease(struct buffer *in, struct lease *out, struct error *err)
{
    *out = (struct lease){ .epoch = buffer_u32(in) };
    out->model = buffer_u32(in);
    out->num = buffer_count(in, 5 + 1);
    out->entries = mem_alloc(out->num, sizeof *out->entries);
    for (uint32_t i = 0; i < out->num; i++) {
        struct lease_entry *entry = &out->entries[i];

        entry->attempt = buffer_u32(in);
        entry->alone = buffer_u8(in) != 0;
        if (codec_get_request(in, &entry->request, err) < 0)
            goto fail;
    }
    if (check(in, "lease", err) == 0)
        return 0;

fail:
    protocol_release_lease(out);
    return -1;
}

void protocol_release_lease(struct lease *lease)
{
    for (uint32_t i = 0; lease->entries && i < lease->num; i++)
        request_release(&lease->entries[i].request);
    free(lease->entries);
    *lease = (struct lease){ 0 };
}

void protocol_put_result(struct text *out, const struct result *result)
{
    buffer_put_u32(out, result->epoch);
    codec_put_record(out, &result->record);
}

int protocol_get_result(struct buffer *in,
                        struct result *out,
                        struct error *err)
{
    *out = (struct result){ .epoch = buffer_u32(in) };
    if (codec_get_record(in, &out->record, err) < 0)
        return -1;
    if (!in->failed)
        return 0;
    record_release(&out->record);
    return error_set(err, ERR_FORMAT, "result message: wrong length");
}

void protocol_put_failure(struct text *out, const struct failure *failure)
{
    buffer_put_u32(out, failure->epoch);
    buffer_put_hash(out, failure->unit);
    buffer_put_u8(out, (uint8_t)failure->kind);
    buffer_put_u8(out, failure->alone);
    buffer_put_u8(out, failure->loading);
    buffer_put_text(out, failure->why);
}

int protocol_get_failure(struct buffer *in,
                         struct failure *out,
                         struct error *err)
{
    *out = (struct failure){ .epoch = buffer_u32(in) };
    out->unit = buffer_hash(in);
    out->kind = (enum failure_kind)buffer_u8(in);
    out->alone = buffer_u8(in) != 0;
    out->loading = buffer_u8(in) != 0;
    out->why = buffer_text(in, NULL);
    if (out->kind > FAILURE_NONE && out->kind < NUM_FAILURE_KINDS
        && check(in, "failure", NULL) == 0)
        return 0;
    free(out->why);
    *out = (struct failure){ 0 };
    return error_set(err, ERR_FORMAT, "failure message: wrong kind or length");
}

void protocol_put_heartbeat(struct text *out, const struct heartbeat *beat)
{
    buffer_put_u64(out, beat->instance);
    buffer_put_u32(out, beat->promise_ms);
    buffer_put_u8(out, (uint8_t)beat->doing);
    buffer_put_u32(out, (uint32_t)beat->model);
    buffer_put_double(out, beat->load_s);
    buffer_put_u32(out, beat->num);
    for (uint32_t i = 0; i < beat->num; i++)
        buffer_put_u32(out, beat->epochs[i]);
    buffer_put_u64(out, beat->start);
    buffer_put_u32(out, beat->meet);
    buffer_put_u64(out, beat->part);
    buffer_put_u8(out, beat->part_ended);
}

int protocol_get_heartbeat(struct buffer *in,
                           struct heartbeat *out,
                           struct error *err)
{
    *out = (struct heartbeat){ .instance = buffer_u64(in) };
    out->promise_ms = buffer_u32(in);
    out->doing = (enum worker_doing)buffer_u8(in);
    out->model = (int32_t)buffer_u32(in);
    out->load_s = buffer_double(in);
    out->num = buffer_count(in, sizeof *out->epochs);
    out->epochs = mem_alloc(out->num, sizeof *out->epochs);
    for (uint32_t i = 0; i < out->num; i++)
        out->epochs[i] = buffer_u32(in);
    out->start = buffer_u64(in);
    out->meet = buffer_u32(in);
    out->part = buffer_u64(in);
    out->part_ended = buffer_u8(in) != 0;
    if (out->doing < NUM_WORKER_DOINGS && check(in, "heartbeat", NULL) == 0)
        return 0;
    free(out->epochs);
    *out = (struct heartbeat){ 0 };
    return error_set(err, ERR_FORMAT, "heartbeat message: wrong content");
}

void protocol_put_pulse(struct text *out, uint32_t promise_ms)
{
    buffer_put_u32(out, promise_ms);
}

int protocol_get_pulse(struct buffer *in,
                       uint32_t *promise_ms,
                       struct error *err)
{
    *promise_ms = buffer_u32(in);
    return check(in, "pulse", err);
}

void protocol_put_rate(struct text *out, const struct rate *rate)
{
    buffer_put_u32(out, rate->model);
    buffer_put_double(out, rate->requests);
    buffer_put_double(out, rate->tokens);
}

int protocol_get_rate(struct buffer *in, struct rate *out, struct error *err)
{
    *out = (struct rate){ .model = buffer_u32(in) };
    out->requests = buffer_double(in);
    out->tokens = buffer_double(in);
    if (isfinite(out->requests) && out->requests >= 0 && isfinite(out->tokens)
        && out->tokens >= 0)
        return check(in, "rate", err);
    return error_set(err, ERR_FORMAT, "rate message: no rate");
}

void protocol_put_together(struct text *out, const struct together *together)
{
    buffer_put_u32(out, together->model);
    buffer_put_u32(out, together->node);
    buffer_put_u64(out, together->start);
    buffer_put_u32(out, together->meet);
    buffer_put_u32(out, together->num_nodes);
    buffer_put_text(out, together->nodes);
}

int protocol_get_together(struct buffer *in,
                          struct together *out,
                          struct error *err)
{
    *out = (struct together){ .model = buffer_u32(in) };
    out->node = buffer_u32(in);
    out->start = buffer_u64(in);
    out->meet = buffer_u32(in);
    out->num_nodes = buffer_u32(in);
    out->nodes = buffer_text(in, NULL);
    if (out->nodes && out->num_nodes <= UINT16_MAX && out->node < out->num_nodes
        && out->meet <= UINT16_MAX && (out->node == 0) == (out->start == 0)
        && check(in, "together", NULL) == 0)
        return 0;
    free(out->nodes);
    *out = (struct together){ 0 };
    return error_set(err, ERR_FORMAT, "together message: wrong content");
}

void protocol_put_ids(struct text *out, const struct hash128 *ids, size_t num)
{
    buffer_put_u32(out, (uint32_t)num);
    for (size_t i = 0; i < num; i++)
        buffer_put_hash(out, ids[i]);
}

int protocol_get_ids(struct buffer *in, struct id_list *out, struct error *err)
{
    *out = (struct id_list){ .num = buffer_count(in, 16) };
    out->ids = mem_alloc(out->num, sizeof *out->ids);
    for (uint32_t i = 0; i < out->num; i++)
        out->ids[i] = buffer_hash(in);
    if (check(in, "ids", err) == 0)
        return 0;
    free(out->ids);
    *out = (struct id_list){ 0 };
    return -1;
}
