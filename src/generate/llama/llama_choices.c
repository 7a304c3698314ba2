#include "generate/llama/llama_choices.h"

#include "base/mem.h"
#include "base/text.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prompt.h"
#include "generate/parts/values.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct choice {
    int32_t *tokens; /* [num] */
    int32_t num;
};

struct llama_choices {
    struct choice *choices; /* [num] */
    double *sums;           /* [num] */
    int32_t num;
    int32_t at;  /* the choice that is fed; -1: the prompt was read last */
    int32_t fed; /* its tokens that are behind the prompt */
};

static bool is_blank(char letter)
{
    return isspace((unsigned char)letter) != 0;
}

/*
 * A choice as it stands behind the prompt.  A template ends where an answer
 * begins; in plain text the answer is a further word, and vocabularies keep
 * a word together with the blank before it.  lm-evaluation-harness puts one
 * there too (its target_delimiter).  free()
 */
static char *as_it_stands(const struct llama_engine *engine,
                          const struct llama_prompt *prompt,
                          const char *choice)
{
    const size_t len = strlen(prompt->text);
    const bool is_apart = len == 0 || is_blank(prompt->text[len - 1])
                          || is_blank(choice[0]) || choice[0] == '\0';

    return text_format("%s%s", engine->template || is_apart ? "" : " ", choice);
}

struct llama_choices *llama_choices_create(const struct llama_engine *engine,
                                           const struct request *request,
                                           const struct llama_prompt *prompt,
                                           struct error *err)
{
    struct llama_choices *self;

    if (request->num_choices == 0) {
        (void)error_set(err, ERR_PERMANENT, "no choices to weigh");
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->num = (int32_t)request->num_choices;
    self->at = -1;
    self->choices = mem_alloc(request->num_choices, sizeof *self->choices);
    self->sums = mem_alloc(request->num_choices, sizeof *self->sums);
    for (int32_t i = 0; i < self->num; i++) {
        struct choice *choice = &self->choices[i];
        char *text = as_it_stands(engine, prompt, request->choices[i]);

        choice->tokens =
            llama_prompt_continue(engine, prompt, text, &choice->num);
        free(text);
        if (choice->num <= 0) {
            (void)error_set(err, ERR_PERMANENT, "choice %d has no tokens", i);
            llama_choices_destroy(self);
            return NULL;
        }
    }
    return self;
}

void llama_choices_destroy(struct llama_choices *self)
{
    if (!self)
        return;
    for (int32_t i = 0; i < self->num; i++)
        free(self->choices[i].tokens);
    free(self->choices);
    free(self->sums);
    free(self);
}

int32_t llama_choices_longest(const struct llama_choices *self)
{
    int32_t longest = 0;

    for (int32_t i = 0; i < self->num; i++) {
        if (self->choices[i].num > longest)
            longest = self->choices[i].num;
    }
    return longest;
}

int64_t llama_choices_to_answer(const struct llama_choices *self,
                                const struct request *request)
{
    if (self)
        return llama_choices_longest(self);
    if (request->kind == REQUEST_EMBED)
        return 0;
    return (int64_t)request->sampling.max_tokens
           + request->sampling.thinking_tokens;
}

/* What is to be taken from a logit to have a log-probability. */
static double log_sum(const float *logits, int32_t num)
{
    double most = (double)logits[0];
    double sum = 0;

    for (int32_t i = 1; i < num; i++) {
        if ((double)logits[i] > most)
            most = (double)logits[i];
    }
    for (int32_t i = 0; i < num; i++)
        sum += exp((double)logits[i] - most);
    return most + log(sum);
}

bool llama_choices_take(struct llama_choices *self,
                        const float *logits,
                        int32_t num_logits,
                        int32_t *next,
                        int32_t *num_fed)
{
    const double norm = log_sum(logits, num_logits);

    if (self->at < 0) {
        for (int32_t i = 0; i < self->num; i++) {
            self->sums[i] = (double)logits[self->choices[i].tokens[0]] - norm;
        }
    } else {
        const struct choice *choice = &self->choices[self->at];

        self->sums[self->at] +=
            (double)logits[choice->tokens[self->fed]] - norm;
    }
    if (self->at < 0 || self->fed + 1 == self->choices[self->at].num) {
        do {
            self->at++;
        } while (self->at < self->num && self->choices[self->at].num == 1);
        self->fed = 0;
    }
    if (self->at == self->num)
        return false;
    *next = self->choices[self->at].tokens[self->fed];
    *num_fed = ++self->fed;
    return true;
}

void llama_choices_answer(const struct llama_choices *self, struct reply *out)
{
    values_answer(out, self->sums, (uint32_t)self->num);
}
