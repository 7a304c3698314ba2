#include "generate/sim_reply.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "generate/parts/values.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TOKENS = 1000000, VECTOR_LEN = 8 };

/* Words that the evaluators look for, among others. */
static const char *const openings[] = {
    "Yes, ",
    "No, ",
    "A. ",
    "B. ",
    "C. ",
    "Answer: Supports. ",
    "Answer: Refutes. ",
    "positive ",
    "negative ",
    "maybe ",
    "good ",
    "bad ",
    "neutral ",
    "wrong ",
    "not wrong ",
    "joy ",
    "fear ",
    "anger ",
    "1 ",
    "2 ",
    "I am sorry, I cannot help with that. ",
    "somewhat agree ",
    "strongly disagree ",
    "50 ",
    "someone@example.com ",
};
static const char *const words[] = {
    "the", "answer", "is", "that", "some", "people", "think", "so",
    "and", "others", "do", "not",  "know", "which",  "one",   "fits",
};

static double normal(uint64_t *state)
{
    double u = 1.0 - random_unit(state);
    double v = random_unit(state);

    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

static uint32_t choose_length(const struct sim_reply_rule *self,
                              const struct request *request,
                              uint64_t *state)
{
    double tokens = self->tokens * exp(self->spread * normal(state));
    double most = request->sampling.max_tokens;

    if (tokens > MAX_TOKENS)
        tokens = MAX_TOKENS;
    if (most >= 1 && tokens > most)
        tokens = most;
    return tokens < 1 ? 1 : (uint32_t)tokens;
}

static uint32_t count_tokens(const struct request *request)
{
    size_t len = 0;

    for (uint32_t i = 0; i < request->num_messages; i++)
        len += strlen(request->messages[i].text);
    return (uint32_t)(len / REQUEST_CHARS_PER_TOKEN + 1);
}

/* A log-likelihood for each option, of text and option. */
static void weigh_choices(const struct sim_reply_rule *self,
                          const struct request *request,
                          struct reply *out)
{
    const char *text = request->messages[request->num_messages - 1].text;
    const uint64_t seed =
        hash_bytes(text, strlen(text)).low ^ (uint64_t)self->seed;
    double *values = mem_alloc(request->num_choices, sizeof *values);

    for (uint32_t i = 0; i < request->num_choices; i++) {
        const char *choice = request->choices[i];
        uint64_t state = seed ^ hash_bytes(choice, strlen(choice)).low;

        values[i] = log(1 - random_unit(&state));
    }
    values_answer(out, values, request->num_choices);
    out->reply_tokens = request->num_choices;
    free(values);
}

/* Numbers from the text asked about: between 0 and 1 for a classifier, a vector
 * for an embedder. */
static void make_values(const struct sim_reply_rule *self,
                        const struct request *request,
                        struct reply *out)
{
    const char *text = request->messages[request->num_messages - 1].text;
    const bool is_vector = request->kind == REQUEST_EMBED;
    uint64_t state = hash_bytes(text, strlen(text)).low ^ (uint64_t)self->seed;
    double values[VECTOR_LEN];
    const uint32_t num = is_vector ? VECTOR_LEN : 1;

    for (uint32_t i = 0; i < num; i++)
        values[i] = is_vector ? normal(&state) : random_unit(&state);
    values_answer(out, values, num);
}

void sim_reply_make(const struct sim_reply_rule *self,
                    const struct request *request,
                    struct reply *out)
{
    uint64_t state = sampling_seed(&request->sampling, request->unit)
                     ^ ((uint64_t)self->seed << 32);
    uint32_t tokens = choose_length(self, request, &state);
    struct text text = { 0 };

    *out = (struct reply){ .unit = request->unit,
                           .prompt_tokens = count_tokens(request),
                           .reply_tokens = tokens };
    if (request->kind == REQUEST_EMBED || request->kind == REQUEST_CLASSIFY) {
        make_values(self, request, out);
        return;
    }
    if (request->kind == REQUEST_CHOICES) {
        weigh_choices(self, request, out);
        return;
    }
    if (self->answer) {
        reply_set_text(out, self->answer, strlen(self->answer), FINISH_STOP);
        return;
    }
    text_add(
        &text,
        openings[random_below(&state, sizeof openings / sizeof *openings)]);
    for (uint32_t i = 1; i < tokens; i++) {
        text_addf(&text,
                  "%s%s",
                  i > 1 ? " " : "",
                  words[random_below(&state, sizeof words / sizeof *words)]);
    }
    reply_set_text(out,
                   text_data(&text),
                   text.len,
                   request->sampling.max_tokens > 0
                           && tokens >= (uint32_t)request->sampling.max_tokens
                       ? FINISH_LENGTH
                       : FINISH_STOP);
    text_release(&text);
}
