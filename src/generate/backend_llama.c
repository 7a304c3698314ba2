/*
 * A GGUF file through llama.cpp's C API.  Several sequences share each decode
 * call; prompts go in by pieces, so that a step stays near its budget.
 *
 * Runs in a child process (wants_isolation).  Replies are declared not
 * deterministic: what shares a batch changes the last bits of a logit.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "generate/backend_args.h"
#include "generate/kinds.h"
#include "generate/llama_sequence.h"
#include "generate/llama_template.h"
#include "generate/model_file.h"
#include "generate/ready.h"
#include "generate/think.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <gguf.h>
#include <llama.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_PARALLEL = 4,
    DEFAULT_CONTEXT = 4096,
    MIN_PIECE = 32, /* prompt tokens in a step, however slow they are */
    MAX_TEMPLATE = 1024 * 1024,
};

struct llama_options {
    int64_t context;
    int64_t parallel;
    int64_t batch;
    int64_t threads;
    int64_t gpu_layers;
    char *chat_template;
};

struct llama {
    struct backend base;
    struct llama_model *model;
    struct llama_context *context;
    const struct llama_vocab *vocab;
    struct llama_template *template; /* NULL: a base model */
    struct llama_batch batch;
    int32_t batch_cap;
    int32_t max_tokens;               /* of one sequence, prompt and reply */
    struct llama_sequence *sequences; /* [num_sequences] */
    int32_t num_sequences;
    int32_t num_writing;  /* tokens of the batch that are no prompt's */
    double tokens_per_ms; /* of calls that read prompts, learned */
    struct ready ready;
};

static const struct option options[] = {
    { .name = "context",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_options, context),
      .fallback = "0",
      .max = 1e7,
      .unit = "tokens",
      .help = "Of one sequence; 0 = the model's, 4096 at most." },
    { .name = "parallel",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_options, parallel),
      .fallback = "0",
      .max = 256,
      .help = "Sequences at once; 0 = 4." },
    { .name = "batch",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_options, batch),
      .fallback = "512",
      .min = 32,
      .max = 65536,
      .unit = "tokens",
      .help = "In one decode call." },
    { .name = "threads",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_options, threads),
      .fallback = "0",
      .max = 1024,
      .help = "0 = the cores of this rank." },
    { .name = "gpu_layers",
      .type = OPTION_INT,
      .offset = offsetof(struct llama_options, gpu_layers),
      .fallback = "-1",
      .min = -1,
      .max = 100000,
      .help = "Layers on the GPU; -1 = all when there is one." },
    { .name = "chat_template",
      .type = OPTION_PATH,
      .offset = offsetof(struct llama_options, chat_template),
      .value = "FILE",
      .help = "A Jinja file instead of the model's own template." },
    { .name = NULL },
};

/* Its errors go to the child's standard error, the rest nowhere. */
static void keep_errors(enum ggml_log_level level,
                        const char *text,
                        void *context)
{
    (void)context;
    if (level == GGML_LOG_LEVEL_ERROR)
        (void)fputs(text, stderr);
}

static int check_magic(const char *path, struct error *err)
{
    char magic[4] = "";
    FILE *file = fopen(path, "rb");
    size_t num;

    if (!file)
        return error_set_errno(err, errno, "%s", path);
    num = fread(magic, 1, sizeof magic, file);
    (void)fclose(file);
    if (num != sizeof magic || memcmp(magic, "GGUF", 4) != 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is no GGUF file; convert the model first "
                         "(convert_hf_to_gguf.py of llama.cpp)",
                         path);
    }
    return 0;
}

static int check_head(const char *path, struct error *err)
{
    struct gguf_init_params params = { .no_alloc = true };
    struct gguf_context *head;

    if (check_magic(path, err) < 0)
        return -1;
    llama_log_set(keep_errors, NULL);
    head = gguf_init_from_file(path, params);
    if (!head) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s begins like a GGUF file but is torn or damaged; "
                         "get it again",
                         path);
    }
    gguf_free(head);
    return 0;
}

/* What else determines replies: another template, another context. */
static int add_settings(const struct llama_options *given,
                        struct backend_facts *out,
                        struct error *err)
{
    struct hash_stream *stream;
    struct text file = { 0 };
    char digest[HASH_TEXT];
    size_t len = strlen(out->identity);

    if (!given->chat_template && given->context == 0)
        return 0;
    if (given->chat_template
        && file_read(given->chat_template, MAX_TEMPLATE, &file, err) < 0)
        return -1;
    stream = hash_stream_create();
    hash_stream_text(stream, given->chat_template ? text_data(&file) : NULL);
    hash_stream_u64(stream, (uint64_t)given->context);
    hash_format(hash_stream_end(stream), digest);
    text_release(&file);
    (void)snprintf(out->identity + len,
                   sizeof out->identity - len,
                   "+%.16s",
                   digest);
    return 0;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    struct llama_options given = { 0 };
    char *path = NULL;
    int rc = -1;

    if (backend_args_parse(args, options, &path, &given, err) < 0)
        return -1;
    if (check_head(path, err) < 0
        || model_file_identify(path, out->identity, sizeof out->identity, err)
               < 0
        || add_settings(&given, out, err) < 0)
        goto out;
    out->can = BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    out->memory_bytes = (uint64_t)file_size(path);
    rc = 0;

out:
    options_release(options, &given);
    free(path);
    return rc;
}

static int load_model(struct llama *self,
                      const char *path,
                      const struct llama_options *given,
                      const struct slot *slot,
                      struct error *err)
{
    struct llama_model_params params = llama_model_default_params();

    params.n_gpu_layers = slot->num_devices == 0  ? 0
                          : given->gpu_layers < 0 ? 999
                                                  : (int32_t)given->gpu_layers;
    if (slot->num_devices > 0) {
        params.main_gpu = slot->devices[0];
        if (slot->num_devices == 1)
            params.split_mode = LLAMA_SPLIT_MODE_NONE;
    }
    self->model = llama_model_load_from_file(path, params);
    if (!self->model)
        return error_set(err, ERR_IO, "%s: the model does not load", path);
    self->vocab = llama_model_get_vocab(self->model);
    return 0;
}

static int make_context(struct llama *self,
                        const struct llama_options *given,
                        const struct slot *slot,
                        struct error *err)
{
    struct llama_context_params params = llama_context_default_params();
    int64_t trained = llama_model_n_ctx_train(self->model);
    int64_t tokens = given->context;
    int64_t threads = given->threads ? given->threads : slot->threads;

    if (tokens == 0) {
        tokens = trained > 0 && trained < DEFAULT_CONTEXT ? trained
                                                          : DEFAULT_CONTEXT;
    }
    self->num_sequences = (int32_t)(given->parallel      ? given->parallel
                                    : slot->parallel > 0 ? slot->parallel
                                                         : DEFAULT_PARALLEL);
    params.n_ctx = (uint32_t)(tokens * self->num_sequences);
    /* every sequence writes one token in a call */
    self->batch_cap = given->batch > self->num_sequences ? (int32_t)given->batch
                                                         : self->num_sequences;
    params.n_batch = (uint32_t)self->batch_cap;
    params.n_ubatch = (uint32_t)self->batch_cap;
    params.n_seq_max = (uint32_t)self->num_sequences;
    params.no_perf = true;
    if (threads <= 0)
        threads = sysconf(_SC_NPROCESSORS_ONLN);
    if (threads > 0) {
        params.n_threads = (int32_t)threads;
        params.n_threads_batch = (int32_t)threads;
    }
    self->context = llama_init_from_model(self->model, params);
    if (!self->context) {
        return error_set(err,
                         ERR_IO,
                         "no memory for a context of %lld tokens x %d "
                         "sequences; lower context= or parallel=",
                         (long long)tokens,
                         self->num_sequences);
    }
    /* the library rounds up; the limit is the one that was asked for, as it is
     * part of the identity */
    self->max_tokens = (int32_t)llama_n_ctx_seq(self->context);
    if (tokens < self->max_tokens)
        self->max_tokens = (int32_t)tokens;
    self->batch = llama_batch_init(self->batch_cap, 0, 1);
    self->sequences =
        mem_alloc((size_t)self->num_sequences, sizeof *self->sequences);
    return 0;
}

static int make_template(struct llama *self,
                         const struct llama_options *given,
                         struct error *err)
{
    struct text override = { 0 };
    char why[256] = "";

    if (given->chat_template
        && file_read(given->chat_template, MAX_TEMPLATE, &override, err) < 0)
        return -1;
    /* without one of its own the library would fall back to ChatML, which a
     * base model has never seen */
    if (override.len == 0 && !llama_model_chat_template(self->model, NULL))
        return 0;
    self->template =
        llama_template_create(self->model, override.data, why, sizeof why);
    text_release(&override);
    if (!self->template)
        return error_set(err, ERR_FORMAT, "chat template: %s", why);
    return 0;
}

static void destroy(struct backend *base)
{
    struct llama *self = (struct llama *)base;

    if (!self)
        return;
    for (int32_t i = 0; self->sequences && i < self->num_sequences; i++)
        llama_sequence_end(&self->sequences[i]);
    free(self->sequences);
    ready_release(&self->ready);
    if (self->batch.token)
        llama_batch_free(self->batch);
    llama_template_destroy(self->template);
    if (self->context)
        llama_free(self->context);
    if (self->model)
        llama_model_free(self->model);
    free(self);
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    struct llama_options given = { 0 };
    struct llama *self;
    char *path = NULL;
    int rc;

    if (backend_args_parse(args, options, &path, &given, err) < 0)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &backend_llama;
    rc = check_head(path, err);
    if (rc == 0) {
        llama_backend_init();
        rc = load_model(self, path, &given, slot, err);
    }
    if (rc == 0)
        rc = make_context(self, &given, slot, err);
    if (rc == 0)
        rc = make_template(self, &given, err);
    options_release(options, &given);
    free(path);
    if (rc == 0)
        return &self->base;
    destroy(&self->base);
    return NULL;
}

/* The text a request becomes; free(). */
static char *render(const struct llama *self,
                    const struct request *request,
                    struct error *err)
{
    const char **roles = mem_alloc(request->num_messages, sizeof *roles);
    const char **texts = mem_alloc(request->num_messages, sizeof *texts);
    struct text plain = { 0 };
    char why[256] = "";
    char *out;

    for (uint32_t i = 0; i < request->num_messages; i++) {
        roles[i] = request->messages[i].role;
        texts[i] = request->messages[i].text;
        text_addf(&plain, "%s%s", i ? "\n\n" : "", texts[i]);
    }
    if (self->template && request->kind == REQUEST_CHAT) {
        out = llama_template_render(self->template,
                                    roles,
                                    texts,
                                    request->num_messages,
                                    request->sampling.thinking_tokens > 0,
                                    why,
                                    sizeof why);
        if (!out)
            error_set(err, ERR_PERMANENT, "chat template: %s", why);
    } else {
        out = text_take(&plain);
    }
    text_release(&plain);
    free((void *)texts);
    free((void *)roles);
    return out;
}

/* Tokens of a prompt; no second BOS where the template wrote one. */
static int32_t *tokenize(const struct llama *self,
                         const char *text,
                         int32_t *num)
{
    llama_token bos = llama_vocab_bos(self->vocab);
    const char *word = bos >= 0 ? llama_vocab_get_text(self->vocab, bos) : NULL;
    bool is_begun = word && *word && text_starts(text, word);
    int32_t len = (int32_t)strlen(text);
    int32_t cap = len + 8;
    int32_t *tokens = mem_alloc((size_t)cap, sizeof *tokens);

    *num = llama_tokenize(self->vocab, text, len, tokens, cap, !is_begun, true);
    return tokens;
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct llama *self = (struct llama *)base;
    struct llama_sequence *free_one = NULL;
    struct reply reply = { .unit = request->unit };
    /* wide: a job may ask for any number of tokens */
    int64_t to_answer = (int64_t)request->sampling.max_tokens
                        + request->sampling.thinking_tokens;
    int32_t num = 0;
    int32_t *tokens;
    bool is_open;
    char *text;

    for (int32_t i = 0; i < self->num_sequences && !free_one; i++) {
        if (!self->sequences[i].is_live)
            free_one = &self->sequences[i];
    }
    if (!free_one)
        return error_set(err, ERR_TRANSIENT, "all sequences are busy");
    if (request->kind != REQUEST_CHAT && request->kind != REQUEST_COMPLETE)
        return error_set(err, ERR_PERMANENT, "llama answers with text only");
    text = render(self, request, err);
    if (!text)
        return -1;
    tokens = tokenize(self, text, &num);
    is_open = request->kind == REQUEST_CHAT && think_is_open(text);
    free(text);
    if (num > 0 && num + to_answer <= self->max_tokens) {
        llama_sequence_begin(free_one,
                             request,
                             tokens,
                             num,
                             is_open,
                             self->vocab);
        return 0;
    }
    free(tokens);
    if (num <= 0)
        return error_set(err, ERR_PERMANENT, "the prompt has no tokens");
    char *why = text_format("%d prompt tokens and %lld to answer do not fit a "
                            "context of %d",
                            num,
                            (long long)to_answer,
                            self->max_tokens);

    reply_fail(&reply, STATE_OVERLONG, why);
    reply.prompt_tokens = (uint32_t)num;
    free(why);
    ready_push(&self->ready, &reply);
    return 0;
}

static void add_token(struct llama *self,
                      int32_t sequence,
                      llama_token token,
                      int32_t place,
                      bool wants_output)
{
    int32_t at = self->batch.n_tokens++;

    self->batch.token[at] = token;
    self->batch.pos[at] = place;
    self->batch.n_seq_id[at] = 1;
    self->batch.seq_id[at][0] = sequence;
    self->batch.logits[at] = wants_output ? 1 : 0;
    if (wants_output)
        self->sequences[sequence].output = at;
}

static bool is_reading(const struct llama_sequence *sequence)
{
    return sequence->is_live && sequence->num_read < sequence->num_tokens;
}

/* How many tokens the batch may have, prompt pieces included. */
static int32_t room_of_batch(const struct llama *self, int budget_ms)
{
    double piece = self->tokens_per_ms * budget_ms - self->num_writing;

    if (self->tokens_per_ms <= 0) {
        return self->batch_cap;
    }
    if (piece < MIN_PIECE) {
        piece = MIN_PIECE; /* those that write must not starve it */
    }
    return self->num_writing + piece < self->batch_cap
               ? self->num_writing + (int32_t)piece
               : self->batch_cap;
}

static void add_piece(struct llama *self, int32_t at, int32_t room)
{
    struct llama_sequence *sequence = &self->sequences[at];

    if (sequence->num_read == 0 && self->batch.n_tokens < room) {
        sequence->began_ns = clock_ns();
    }
    while (is_reading(sequence) && self->batch.n_tokens < room) {
        int32_t place = sequence->num_read++;

        add_token(self,
                  at,
                  sequence->tokens[place],
                  place,
                  place == sequence->num_tokens - 1);
    }
}

/* One token of each that writes, then pieces of the prompts of the others. */
static void fill_batch(struct llama *self, int budget_ms)
{
    int32_t room;

    self->batch.n_tokens = 0;
    for (int32_t i = 0; i < self->num_sequences; i++) {
        struct llama_sequence *sequence = &self->sequences[i];

        if (sequence->is_live && !is_reading(sequence)) {
            add_token(self,
                      i,
                      sequence->next,
                      sequence->num_tokens + sequence->num_written - 1,
                      true);
        }
    }
    self->num_writing = self->batch.n_tokens;
    room = room_of_batch(self, budget_ms);
    for (int32_t i = 0; i < self->num_sequences; i++) {
        if (is_reading(&self->sequences[i])) {
            add_piece(self, i, room);
        }
    }
}

static int decode(struct llama *self, struct error *err)
{
    int64_t began = clock_ns();
    int rc = llama_decode(self->context, self->batch);
    double ms = (double)(clock_ns() - began) / 1e6;

    if (rc != 0)
        return error_set(err, ERR_IO, "llama_decode gives %d", rc);
    if (ms > 0 && self->batch.n_tokens > self->num_writing) {
        double speed = self->batch.n_tokens / ms;

        self->tokens_per_ms = self->tokens_per_ms > 0
                                  ? 0.8 * self->tokens_per_ms + 0.2 * speed
                                  : speed;
    }
    return 0;
}

static void forget(struct llama *self, int32_t sequence)
{
    (void)
        llama_memory_seq_rm(llama_get_memory(self->context), sequence, -1, -1);
    llama_sequence_end(&self->sequences[sequence]);
}

static void take_outputs(struct llama *self)
{
    for (int32_t i = 0; i < self->num_sequences; i++) {
        struct llama_sequence *sequence = &self->sequences[i];
        struct reply reply;

        if (!sequence->is_live || sequence->output < 0)
            continue;
        if (sequence->read_ns == 0)
            sequence->read_ns = clock_ns();
        if (llama_sequence_sample(sequence,
                                  self->context,
                                  self->vocab,
                                  &reply)) {
            ready_push(&self->ready, &reply);
            forget(self, i);
        }
    }
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    struct llama *self = (struct llama *)base;

    if (ready_pop(&self->ready, out))
        return 1;
    if (budget_ms <= 0)
        return 0;
    fill_batch(self, budget_ms);
    if (self->batch.n_tokens > 0) {
        if (decode(self, err) < 0)
            return -1;
        take_outputs(self);
    }
    return ready_pop(&self->ready, out) ? 1 : 0;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    struct llama *self = (struct llama *)base;

    for (int32_t i = 0; i < self->num_sequences; i++) {
        if (self->sequences[i].is_live
            && hash_equal(self->sequences[i].unit, unit))
            forget(self, i);
    }
    ready_drop(&self->ready, unit);
    return 0;
}

const struct backend_ops backend_llama = {
    .name = "llama",
    .help = "a GGUF file through llama.cpp",
    .args_help = "FILE.gguf[,key=value,...]",
    .options = options,
    .main_is_path = true,
    .wants_isolation = true,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .destroy = destroy,
};
