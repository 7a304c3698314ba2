#include "contract/codec.h"

#include "base/mem.h"
#include "trustsweep/error.h"

/* One for each kind of value; a form that changes gets the next number. */
enum { REQUEST_VERSION = 1, REPLY_VERSION = 1, RECORD_VERSION = 2 };

/* The fewest bytes a text and a chat message can take: their lengths. */
enum { TEXT_BYTES = 8, MESSAGE_BYTES = 16, HASH_BYTES = 16, DOUBLE_BYTES = 8 };

/* What decoding found wrong; the bytes running out is the buffer's to know. */
struct fault {
    const char *text; /* NULL: nothing */
    unsigned number;
};

static void note(struct fault *fault, const char *text, unsigned number)
{
    if (!fault->text) {
        *fault = (struct fault){ .text = text, .number = number };
    }
}

/* Any from `oldest`; which one it is. */
static unsigned get_version(struct buffer *in,
                            unsigned oldest,
                            unsigned version,
                            struct fault *fault)
{
    uint8_t found = buffer_u8(in);

    if (!in->failed && (found < oldest || found > version)) {
        note(fault, "unknown version", found);
    }
    return found;
}

static void check_version(struct buffer *in,
                          unsigned version,
                          struct fault *fault)
{
    (void)get_version(in, version, version, fault);
}

/* A number below `limit`; else 0 and a fault called `text`. */
static unsigned get_enum(struct buffer *in,
                         unsigned limit,
                         const char *text,
                         struct fault *fault)
{
    uint8_t number = buffer_u8(in);

    if (number >= limit) {
        note(fault, text, number);
        return 0;
    }
    return number;
}

/* 0, or -1 and `err` filled when anything was wrong. */
static int conclude(const struct buffer *in,
                    const struct fault *fault,
                    const char *what,
                    struct error *err)
{
    if (in->failed) {
        return error_set(err, ERR_FORMAT, "%s: cut short or damaged", what);
    }
    if (fault->text) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %s %u",
                         what,
                         fault->text,
                         fault->number);
    }
    return 0;
}

static void put_sampling(struct text *out, const struct sampling *sampling)
{
    buffer_put_u32(out, (uint32_t)sampling->max_tokens);
    buffer_put_u32(out, (uint32_t)sampling->thinking_tokens);
    buffer_put_double(out, sampling->temperature);
    buffer_put_double(out, sampling->top_p);
    buffer_put_u32(out, (uint32_t)sampling->top_k);
    buffer_put_double(out, sampling->repetition_penalty);
    buffer_put_u64(out, sampling->seed);
}

static void get_sampling(struct buffer *in, struct sampling *out)
{
    out->max_tokens = (int32_t)buffer_u32(in);
    out->thinking_tokens = (int32_t)buffer_u32(in);
    out->temperature = buffer_double(in);
    out->top_p = buffer_double(in);
    out->top_k = (int32_t)buffer_u32(in);
    out->repetition_penalty = buffer_double(in);
    out->seed = buffer_u64(in);
}

void codec_put_request(struct text *out, const struct request *request)
{
    buffer_put_u8(out, REQUEST_VERSION);
    buffer_put_hash(out, request->unit);
    buffer_put_u8(out, (uint8_t)request->kind);
    buffer_put_text(out, request->task);
    buffer_put_u64(out, request->item_index);
    buffer_put_hash(out, request->item);
    buffer_put_u32(out, request->occurrence);
    buffer_put_u32(out, request->repeat);
    buffer_put_u32(out, request->num_messages);
    for (uint32_t i = 0; i < request->num_messages; i++) {
        buffer_put_text(out, request->messages[i].role);
        buffer_put_text(out, request->messages[i].text);
    }
    buffer_put_u32(out, request->num_choices);
    for (uint32_t i = 0; i < request->num_choices; i++) {
        buffer_put_text(out, request->choices[i]);
    }
    put_sampling(out, &request->sampling);
}

/* A role may be missing (a text to complete has none); a text may not. */
static void get_messages(struct buffer *in,
                         struct request *out,
                         struct fault *fault)
{
    out->num_messages = buffer_count(in, MESSAGE_BYTES);
    if (out->num_messages > 0) {
        out->messages = mem_alloc(out->num_messages, sizeof *out->messages);
    }
    for (uint32_t i = 0; i < out->num_messages; i++) {
        out->messages[i].role = buffer_text(in, NULL);
        out->messages[i].text = buffer_text(in, NULL);
        if (!out->messages[i].text) {
            note(fault, "no text in message", i);
        }
    }
}

static void get_choices(struct buffer *in,
                        struct request *out,
                        struct fault *fault)
{
    out->num_choices = buffer_count(in, TEXT_BYTES);
    if (out->num_choices > 0) {
        out->choices = mem_alloc(out->num_choices, sizeof *out->choices);
    }
    for (uint32_t i = 0; i < out->num_choices; i++) {
        out->choices[i] = buffer_text(in, NULL);
        if (!out->choices[i]) {
            note(fault, "no text in choice", i);
        }
    }
}

int codec_get_request(struct buffer *in, struct request *out, struct error *err)
{
    struct fault fault = { 0 };

    *out = (struct request){ 0 };
    check_version(in, REQUEST_VERSION, &fault);
    out->unit = buffer_hash(in);
    out->kind = (enum request_kind)
        get_enum(in, NUM_REQUEST_KINDS, "unknown kind", &fault);
    out->task = buffer_text(in, NULL);
    out->item_index = buffer_u64(in);
    out->item = buffer_hash(in);
    out->occurrence = buffer_u32(in);
    out->repeat = buffer_u32(in);
    get_messages(in, out, &fault);
    get_choices(in, out, &fault);
    get_sampling(in, &out->sampling);
    if (conclude(in, &fault, "request", err) < 0) {
        request_release(out);
        return -1;
    }
    return 0;
}

void codec_put_reply(struct text *out, const struct reply *reply)
{
    buffer_put_u8(out, REPLY_VERSION);
    buffer_put_hash(out, reply->unit);
    buffer_put_u8(out, (uint8_t)reply->state);
    buffer_put_u8(out, (uint8_t)reply->finish);
    buffer_put_bytes(out, reply->text, (size_t)reply->text_len);
    buffer_put_bytes(out, reply->reasoning, (size_t)reply->reasoning_len);
    buffer_put_text(out, reply->detail);
    buffer_put_u32(out, reply->num_values);
    for (uint32_t i = 0; i < reply->num_values; i++) {
        buffer_put_double(out, reply->values[i]);
    }
    buffer_put_text(out, reply->recorded);
    buffer_put_u32(out, reply->prompt_tokens);
    buffer_put_u32(out, reply->cached_tokens);
    buffer_put_u32(out, reply->reply_tokens);
    buffer_put_u64(out, reply->wait_ns);
    buffer_put_u64(out, reply->prefill_ns);
    buffer_put_u64(out, reply->decode_ns);
}

static void get_values(struct buffer *in, struct reply *out)
{
    out->num_values = buffer_count(in, DOUBLE_BYTES);
    if (out->num_values > 0) {
        out->values = mem_alloc(out->num_values, sizeof *out->values);
    }
    for (uint32_t i = 0; i < out->num_values; i++) {
        out->values[i] = buffer_double(in);
    }
}

int codec_get_reply(struct buffer *in, struct reply *out, struct error *err)
{
    struct fault fault = { 0 };

    *out = (struct reply){ 0 };
    check_version(in, REPLY_VERSION, &fault);
    out->unit = buffer_hash(in);
    out->state = (enum state)get_enum(in, NUM_STATES, "unknown state", &fault);
    out->finish = (enum finish_reason)
        get_enum(in, NUM_FINISH_REASONS, "unknown finish reason", &fault);
    out->text = buffer_text(in, &out->text_len);
    out->reasoning = buffer_text(in, &out->reasoning_len);
    out->detail = buffer_text(in, NULL);
    get_values(in, out);
    out->recorded = buffer_text(in, NULL);
    out->prompt_tokens = buffer_u32(in);
    out->cached_tokens = buffer_u32(in);
    out->reply_tokens = buffer_u32(in);
    out->wait_ns = buffer_u64(in);
    out->prefill_ns = buffer_u64(in);
    out->decode_ns = buffer_u64(in);
    if (conclude(in, &fault, "reply", err) < 0) {
        reply_release(out);
        return -1;
    }
    return 0;
}

void codec_put_record(struct text *out, const struct record *record)
{
    buffer_put_u8(out, RECORD_VERSION);
    codec_put_reply(out, &record->reply);
    buffer_put_u8(out, (uint8_t)record->role);
    buffer_put_u32(out, record->rank);
    buffer_put_u32(out, record->attempt);
    buffer_put_i64(out, record->finished_ms);
    buffer_put_u32(out, record->num_parents);
    for (uint32_t i = 0; i < record->num_parents; i++) {
        buffer_put_hash(out, record->parents[i]);
    }
    buffer_put_text(out, record->request);
    buffer_put_text(out, record->gpu_type);
}

static void get_parents(struct buffer *in, struct record *out)
{
    out->num_parents = buffer_count(in, HASH_BYTES);
    if (out->num_parents > 0) {
        out->parents = mem_alloc(out->num_parents, sizeof *out->parents);
    }
    for (uint32_t i = 0; i < out->num_parents; i++) {
        out->parents[i] = buffer_hash(in);
    }
}

int codec_get_record(struct buffer *in, struct record *out, struct error *err)
{
    struct fault fault = { 0 };
    unsigned version;

    *out = (struct record){ 0 };
    version = get_version(in, 1, RECORD_VERSION, &fault);
    if (codec_get_reply(in, &out->reply, err) < 0) {
        return error_wrap(err, "record");
    }
    out->role = (enum role)get_enum(in, NUM_ROLES, "unknown role", &fault);
    out->rank = buffer_u32(in);
    out->attempt = buffer_u32(in);
    out->finished_ms = buffer_i64(in);
    get_parents(in, out);
    out->request = buffer_text(in, NULL);
    if (version >= 2) {
        out->gpu_type = buffer_text(in, NULL);
    }
    if (conclude(in, &fault, "record", err) < 0) {
        record_release(out);
        return -1;
    }
    return 0;
}
