#include "generate/llama/llama_sequence.h"

#include "base/clock.h"
#include "base/mem.h"
#include "generate/llama/llama_choices.h"
#include "generate/llama/llama_logits.h"
#include "generate/llama/llama_prompt.h"
#include "generate/parts/think.h"

#include <llama.h>

#include <stdlib.h>
#include <string.h>

enum { USUAL_PIECE = 256 };

/* Of all tokens of prompt and reply, each once, as `transformers` has it. */
static void add_penalty(struct llama_sampler *chain,
                        double penalty,
                        const struct llama_prompt *prompt,
                        int32_t max_written,
                        const struct llama_vocab *vocab)
{
    llama_sampler_chain_add(
        chain,
        llama_sampler_init_penalties(llama_vocab_n_tokens(vocab),
                                     prompt->num_tokens + max_written,
                                     (float)penalty,
                                     0.0F,
                                     0.0F));
    for (int32_t i = 0; i < prompt->num_tokens; i++)
        llama_sampler_accept(chain, prompt->tokens[i]);
}

static struct llama_sampler *make_sampler(const struct request *request,
                                          const struct llama_prompt *prompt,
                                          int32_t max_written,
                                          const struct llama_vocab *vocab)
{
    const struct sampling *sampling = &request->sampling;
    /* the benchmark's own bound between greedy and sampled */
    const bool is_greedy = sampling->temperature <= 1e-5;
    const bool penalises =
        sampling->repetition_penalty > 0 && sampling->repetition_penalty != 1;
    struct llama_sampler *chain;

    if (is_greedy && !penalises)
        return NULL;
    chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
    if (penalises) {
        add_penalty(chain,
                    sampling->repetition_penalty,
                    prompt,
                    max_written,
                    vocab);
    }
    if (is_greedy) {
        llama_sampler_chain_add(chain, llama_sampler_init_greedy());
        return chain;
    }
    /* temperature first, as in the libraries the benchmark was run with */
    llama_sampler_chain_add(
        chain,
        llama_sampler_init_temp((float)sampling->temperature));
    if (sampling->top_k > 0) {
        llama_sampler_chain_add(chain,
                                llama_sampler_init_top_k(sampling->top_k));
    }
    if (sampling->top_p < 1) {
        llama_sampler_chain_add(
            chain,
            llama_sampler_init_top_p((float)sampling->top_p, 1));
    }
    llama_sampler_chain_add(
        chain,
        llama_sampler_init_dist(sampling_seed(sampling, request->unit)));
    return chain;
}

void llama_sequence_begin(struct llama_sequence *self,
                          const struct request *request,
                          struct llama_prompt *prompt,
                          struct llama_choices *choices,
                          const struct llama_vocab *vocab)
{
    const struct sampling *sampling = &request->sampling;
    const bool writes = request->kind != REQUEST_EMBED && !choices;
    const int32_t max_written =
        choices ? llama_choices_longest(choices)
                : sampling->max_tokens + sampling->thinking_tokens;

    *self = (struct llama_sequence){
        .state = LLAMA_SEQUENCE_LIVE,
        .number = self->number,
        .num_read = self->num_read,
        .num_shared = self->num_read,
        .unit = request->unit,
        .rendered = prompt->rendered,
        .gpu_layers = prompt->gpu_layers,
        .tokens = prompt->tokens,
        .num_tokens = prompt->num_tokens,
        .max_written = max_written,
        .max_final = sampling->max_tokens,
        .is_open = prompt->is_open,
        .think = prompt->think,
        .output = -1,
        .choices = choices,
        .sampler =
            writes ? make_sampler(request, prompt, max_written, vocab) : NULL,
        .submitted_ns = clock_ns(),
    };
    prompt->tokens = NULL;
}

static void add_piece(struct llama_sequence *self,
                      const struct llama_vocab *vocab)
{
    const char *name = llama_vocab_get_text(vocab, self->next);
    /* tags are control tokens in some vocabularies, which have no text */
    const bool is_shown = llama_vocab_is_control(vocab, self->next) && name
                          && think_shows(name, self->think);
    char piece[USUAL_PIECE];
    char *longer;
    int32_t len = llama_token_to_piece(vocab,
                                       self->next,
                                       piece,
                                       USUAL_PIECE,
                                       0,
                                       is_shown);

    if (len >= 0) {
        text_add_len(&self->text, piece, (size_t)len);
        return;
    }
    longer = mem_alloc((size_t)-len, 1);
    len = llama_token_to_piece(vocab, self->next, longer, -len, 0, is_shown);
    if (len > 0)
        text_add_len(&self->text, longer, (size_t)len);
    free(longer);
}

/* The limit may fall inside a character: its first bytes are left out. */
static size_t whole_characters(const struct text *text)
{
    size_t valid = text_valid_utf8(text_data(text), text->len);

    return text->len - valid < 4 ? valid : text->len;
}

/* All of a reply but what it says. */
static void account(const struct llama_sequence *self, struct reply *out)
{
    const int64_t now = clock_ns();
    char rendered[HASH_TEXT];

    hash_format(self->rendered, rendered);
    *out = (struct reply){
        .unit = self->unit,
        .recorded = *self->gpu_layers
                        ? text_format("{\"rendered\":\"%s\","
                                      "\"gpu_layers\":\"%s\"}",
                                      rendered,
                                      self->gpu_layers)
                        : text_format("{\"rendered\":\"%s\"}", rendered),
        .prompt_tokens = (uint32_t)self->num_tokens,
        .cached_tokens = (uint32_t)self->num_shared,
        .reply_tokens = (uint32_t)self->num_written,
        .wait_ns = (uint64_t)(self->began_ns - self->submitted_ns),
        .prefill_ns = (uint64_t)(self->read_ns - self->began_ns),
        .decode_ns = (uint64_t)(now - self->read_ns),
    };
}

static void finish(struct llama_sequence *self,
                   enum finish_reason reason,
                   struct reply *out)
{
    size_t len = reason == FINISH_LENGTH ? whole_characters(&self->text)
                                         : self->text.len;

    account(self, out);
    think_split(out,
                text_data(&self->text),
                len,
                self->think,
                self->is_open,
                reason);
}

/* Reasoning and final text have a budget each, and neither gets the other's. */
static bool is_at_limit(struct llama_sequence *self)
{
    enum think_part part;

    if (self->num_written >= self->max_written)
        return true;
    if (self->max_final == self->max_written)
        return false;
    part = think_part(text_data(&self->text), self->think, self->is_open);
    if (part == THINK_OVER && self->num_thought == 0)
        self->num_thought = self->num_written;
    if (part == THINK_INSIDE)
        return self->num_written >= self->max_written - self->max_final;
    return self->num_written - self->num_thought >= self->max_final;
}

/* The numbers of its row; NULL: they are none, and the reply is a failed one. */
static const float *take_logits(struct llama_sequence *self,
                                struct llama_context *context,
                                const struct llama_vocab *vocab,
                                struct reply *out)
{
    const float *logits = llama_get_logits_ith(context, self->output);

    if (llama_logits_are_numbers(logits, llama_vocab_n_tokens(vocab)))
        return logits;
    account(self, out);
    reply_fail(out, STATE_FAILED, llama_logits_wrong);
    return NULL;
}

/* As the library's greedy sampler: the first of the highest. */
static int32_t likeliest(const float *logits, int32_t num)
{
    int32_t best = 0;

    for (int32_t i = 1; i < num; i++) {
        if (logits[i] > logits[best])
            best = i;
    }
    return best;
}

bool llama_sequence_sample(struct llama_sequence *self,
                           struct llama_context *context,
                           const struct llama_vocab *vocab,
                           struct reply *out)
{
    const float *logits = take_logits(self, context, vocab, out);

    if (!logits)
        return true;
    /* sampling also tells the sampler what was taken */
    self->next =
        self->sampler
            ? llama_sampler_sample(self->sampler, context, self->output)
            : likeliest(logits, llama_vocab_n_tokens(vocab));
    self->output = -1;
    if (llama_vocab_is_eog(vocab, self->next)) {
        finish(self, FINISH_STOP, out);
        return true;
    }
    self->num_written++;
    add_piece(self, vocab);
    if (!is_at_limit(self))
        return false;
    finish(self, FINISH_LENGTH, out);
    return true;
}

bool llama_sequence_weigh(struct llama_sequence *self,
                          struct llama_context *context,
                          const struct llama_vocab *vocab,
                          bool *goes_back,
                          struct reply *out)
{
    const float *logits = take_logits(self, context, vocab, out);
    const int32_t had = self->num_written;

    *goes_back = false;
    if (!logits)
        return true;
    self->output = -1;
    if (!llama_choices_take(self->choices,
                            logits,
                            llama_vocab_n_tokens(vocab),
                            &self->next,
                            &self->num_written)) {
        self->num_written = 0;
        account(self, out);
        llama_choices_answer(self->choices, out);
        return true;
    }
    *goes_back = had > 0 && self->num_written == 1;
    return false;
}

bool llama_sequence_is_reading(const struct llama_sequence *self)
{
    return self->state == LLAMA_SEQUENCE_LIVE
           && self->num_read < self->num_tokens;
}

void llama_sequence_keep(struct llama_sequence *self)
{
    struct llama_sequence kept = {
        .state = LLAMA_SEQUENCE_KEPT,
        .number = self->number,
        .tokens = self->tokens,
        .num_tokens = self->num_tokens,
        .num_read = self->num_tokens,
        .output = -1,
    };

    self->tokens = NULL;
    llama_sequence_end(self);
    *self = kept;
}

void llama_sequence_end(struct llama_sequence *self)
{
    if (self->sampler)
        llama_sampler_free(self->sampler);
    llama_choices_destroy(self->choices);
    free(self->tokens);
    text_release(&self->text);
    *self = (struct llama_sequence){ 0 };
}
