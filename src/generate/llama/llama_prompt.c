#include "generate/llama/llama_prompt.h"

#include "base/mem.h"
#include "base/text.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_template.h"
#include "generate/parts/think.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <llama.h>

#include <stdlib.h>
#include <string.h>

/* Answers are weighed where an answer begins: a template that opens the reasoning
 * itself gets an empty one. */
static char *without_reasoning(char *prompt, const struct think_tags *tags)
{
    const char *close = think_closing(prompt, tags);
    const size_t len = strlen(prompt);
    char *out;

    if (!close)
        return prompt;
    out = text_format("%s%s\n%s\n\n",
                      prompt,
                      len > 0 && prompt[len - 1] == '\n' ? "" : "\n",
                      close);
    free(prompt);
    return out;
}

/* The text a request becomes; free(). */
static char *render(const struct llama_engine *engine,
                    const struct request *request,
                    struct error *err)
{
    const char **roles = mem_alloc(request->num_messages, sizeof *roles);
    const char **texts = mem_alloc(request->num_messages, sizeof *texts);
    struct text plain = { 0 };
    char *out;

    for (uint32_t i = 0; i < request->num_messages; i++) {
        roles[i] = request->messages[i].role;
        texts[i] = request->messages[i].text;
        text_addf(&plain, "%s%s", i ? "\n\n" : "", texts[i]);
    }
    if (engine->template && request->kind != REQUEST_COMPLETE
        && request->kind != REQUEST_EMBED) {
        out =
            llama_template_render(engine->template,
                                  roles,
                                  texts,
                                  request->num_messages,
                                  request->kind == REQUEST_CHAT
                                      && request->sampling.thinking_tokens > 0,
                                  err);
        if (out && request->kind == REQUEST_CHOICES)
            out = without_reasoning(out, &engine->think);
    } else {
        /* a blank before an answer that is weighed belongs to that: see
         * llama_choices.c */
        while (request->kind == REQUEST_CHOICES && plain.len > 1
               && plain.data[plain.len - 1] == ' ')
            plain.data[--plain.len] = '\0';
        out = text_take(&plain);
    }
    text_release(&plain);
    free((void *)texts);
    free((void *)roles);
    return out;
}

/* Whether the template wrote the BOS already. */
static bool is_begun(const struct llama_vocab *vocab, const char *text)
{
    llama_token bos = llama_vocab_bos(vocab);
    const char *word = bos >= 0 ? llama_vocab_get_text(vocab, bos) : NULL;

    return word && *word && text_starts(text, word);
}

/* `wants_ends`: with the tokens that begin and end a text for this model. */
static int32_t *tokenize(const struct llama_vocab *vocab,
                         const char *text,
                         bool wants_ends,
                         int32_t *num)
{
    int32_t len = (int32_t)strlen(text);
    int32_t cap = len + 8;
    int32_t *tokens = mem_alloc((size_t)cap, sizeof *tokens);

    *num = llama_tokenize(vocab, text, len, tokens, cap, wants_ends, true);
    if (*num < 0 && *num > INT32_MIN) { /* more than bytes: it says how many */
        cap = -*num;
        tokens = mem_resize(tokens, (size_t)cap, sizeof *tokens);
        *num = llama_tokenize(vocab, text, len, tokens, cap, wants_ends, true);
    }
    return tokens;
}

int llama_prompt_make(const struct llama_engine *engine,
                      const struct request *request,
                      struct llama_prompt *out,
                      struct error *err)
{
    *out = (struct llama_prompt){ .text = render(engine, request, err),
                                  .gpu_layers = engine->gpu_layers };
    if (!out->text)
        return -1;
    out->tokens =
        tokenize(engine->vocab,
                 out->text,
                 engine->makes_vectors || !is_begun(engine->vocab, out->text),
                 &out->num_tokens);
    out->rendered = hash_bytes(out->text, strlen(out->text));
    out->think = &engine->think;
    out->is_open = request->kind == REQUEST_CHAT
                   && think_is_open(out->text, &engine->think);
    if (out->num_tokens > 0)
        return 0;
    llama_prompt_release(out);
    return error_set(err, ERR_PERMANENT, "the prompt has no tokens");
}

void llama_prompt_release(struct llama_prompt *self)
{
    free(self->text);
    free(self->tokens);
    *self = (struct llama_prompt){ 0 };
}

int32_t *llama_prompt_continue(const struct llama_engine *engine,
                               const struct llama_prompt *prompt,
                               const char *text,
                               int32_t *num)
{
    char *both = text_format("%s%s", prompt->text, text);
    int32_t *tokens =
        tokenize(engine->vocab, both, !is_begun(engine->vocab, both), num);
    const size_t had = (size_t)prompt->num_tokens * sizeof *tokens;

    free(both);
    if (*num > prompt->num_tokens && memcmp(tokens, prompt->tokens, had) == 0) {
        *num -= prompt->num_tokens;
        memmove(tokens,
                tokens + prompt->num_tokens,
                (size_t)*num * sizeof *tokens);
        return tokens;
    }
    free(tokens);
    return tokenize(engine->vocab, text, false, num);
}
