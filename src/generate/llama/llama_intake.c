#include "generate/llama/llama_intake.h"

#include "base/text.h"
#include "generate/llama/llama_choices.h"
#include "generate/llama/llama_prompt.h"
#include "generate/llama/llama_room.h"
#include "generate/llama/llama_sequence.h"
#include "generate/llama/llama_shared_batch.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdlib.h>

/* `why` NULL: it is longer than the context; else why there is no memory for it
 * here, which may be otherwise elsewhere. */
static void answer_unfit(struct llama_intake *self,
                         const struct request *request,
                         int32_t num_tokens,
                         int64_t to_answer,
                         const char *why)
{
    struct reply reply = { .unit = request->unit };
    char *limit = text_format("%d prompt tokens and %lld to answer do not fit "
                              "a context of %d",
                              num_tokens,
                              (long long)to_answer,
                              self->engine.max_tokens);

    reply_fail(&reply, why ? STATE_FAILED : STATE_OVERLONG, why ? why : limit);
    reply.prompt_tokens = (uint32_t)num_tokens;
    free(limit);
    ready_push(&self->ready, &reply);
}

/*
 * Memory for a sequence of so many tokens.
 *
 * returns  1 = there is; 0 = there cannot be, `err` says why; -1 = not before
 *          all others are answered (ERR_TRANSIENT)
 */
static int make_room(struct llama_intake *self,
                     int32_t tokens,
                     struct error *err)
{
    int32_t wanted = self->engine.room + self->engine.room / 4;
    int rc;

    if (tokens <= self->engine.room)
        return 1;
    /* what is there is given up for it, but not in vain */
    if (llama_room_check_growth(&self->engine, tokens, err) < 0)
        return 0;
    if (llama_shared_batch_room(self->batch) < self->engine.num_sequences) {
        return error_set(err,
                         ERR_TRANSIENT,
                         "a longer request waits until all are answered");
    }
    if (wanted > self->engine.max_tokens || wanted < tokens)
        wanted = tokens;
    llama_shared_batch_destroy(self->batch);
    self->batch = NULL;
    rc = llama_room_make(&self->engine, wanted, err);
    if (self->engine.context)
        self->batch = llama_shared_batch_create(&self->engine);
    return rc == 0;
}

/* Whether this model does that kind of work at all. */
static int check_kind(const struct llama_intake *self,
                      enum request_kind kind,
                      struct error *err)
{
    if (self->engine.makes_vectors) {
        if (kind == REQUEST_EMBED)
            return 0;
        return error_set(err,
                         ERR_PERMANENT,
                         "an embedding model answers with vectors only");
    }
    if (kind == REQUEST_CHAT || kind == REQUEST_COMPLETE
        || kind == REQUEST_CHOICES)
        return 0;
    return error_set(err,
                     ERR_PERMANENT,
                     "this model writes and weighs texts only%s",
                     kind == REQUEST_EMBED
                         ? "; vectors come from a model file that names how "
                           "to pool (pooling_type)"
                         : "");
}

/* One that waits for the others comes again with every step: as it was made. */
static int find_prompt(struct llama_intake *self,
                       const struct request *request,
                       struct llama_prompt *out,
                       struct error *err)
{
    const bool is_waiting =
        self->waiting.text && hash_equal(self->waiting_unit, request->unit);

    if (is_waiting) {
        *out = self->waiting;
        self->waiting = (struct llama_prompt){ 0 };
        return 0;
    }
    return llama_prompt_make(&self->engine, request, out, err);
}

static void keep_prompt(struct llama_intake *self,
                        const struct request *request,
                        struct llama_prompt *prompt)
{
    llama_prompt_release(&self->waiting);
    self->waiting = *prompt;
    self->waiting_unit = request->unit;
    *prompt = (struct llama_prompt){ 0 };
}

int llama_intake_take(struct llama_intake *self,
                      const struct request *request,
                      struct error *err)
{
    struct llama_choices *choices = NULL;
    struct llama_prompt prompt = { 0 };
    struct error why = { 0 };
    int64_t to_answer;
    int fits = 0;
    int rc = -1;

    if (!self->batch)
        return error_set(err, ERR_PERMANENT, "the memory is lost");
    if (llama_shared_batch_room(self->batch) == 0)
        return error_set(err, ERR_TRANSIENT, "all sequences are busy");
    if (check_kind(self, request->kind, err) < 0
        || find_prompt(self, request, &prompt, err) < 0)
        return -1;
    if (request->kind == REQUEST_CHOICES) {
        choices = llama_choices_create(&self->engine, request, &prompt, err);
        if (!choices)
            goto out;
    }
    to_answer = llama_choices_to_answer(choices, request);
    if (prompt.num_tokens + to_answer <= self->engine.max_tokens) {
        fits = make_room(self, prompt.num_tokens + (int32_t)to_answer, &why);
    }
    rc = fits < 0 ? error_set(err, why.code, "%s", why.text) : 0;
    if (fits == 0) {
        answer_unfit(self,
                     request,
                     prompt.num_tokens,
                     to_answer,
                     why.code == ERR_NONE ? NULL : why.text);
    }
    if (fits < 0)
        keep_prompt(self, request, &prompt);
    if (fits <= 0) {
        llama_choices_destroy(choices);
        goto out;
    }
    llama_sequence_begin(llama_shared_batch_place(self->batch, &prompt),
                         request,
                         &prompt,
                         choices,
                         self->engine.vocab);

out:
    llama_prompt_release(&prompt);
    return rc;
}
