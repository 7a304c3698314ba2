/*
 * reply.h - what a backend answered.  Replies are the only truth: verdicts and
 * scores are recomputed from them.
 *
 * The final text and the reasoning before it (<think> blocks, a provider's
 * reasoning channel) are kept apart from the first moment; evaluators see the
 * final text only.
 */
#ifndef TRUSTSWEEP_REPLY_H
#define TRUSTSWEEP_REPLY_H

#include "trustsweep/state.h"
#include "trustsweep/unit.h"

/* Why generation ended, in the words providers use. */
enum finish_reason {
    FINISH_NONE = 0,
    FINISH_STOP,   /* end token or stop text */
    FINISH_LENGTH, /* token limit */
    FINISH_FILTER, /* withheld by the provider */
    FINISH_ERROR,
    NUM_FINISH_REASONS,
};

const char *finish_reason_name(enum finish_reason reason);

struct reply {
    struct hash128 unit; /* as in the request */
    enum state state;    /* never STATE_NONE, _REFUSED or _UNPARSED */
    enum finish_reason finish;
    char *text; /* final text, UTF-8, NUL-terminated; NULL unless the state
                   has a text (state_has_text) */
    uint64_t text_len;
    char *reasoning; /* or NULL */
    uint64_t reasoning_len;
    char *detail;   /* one line: why it failed or was blocked; or NULL */
    double *values; /* [num_values]: log-likelihoods, vector, label scores */
    uint32_t num_values;
    char *recorded; /* JSON object of what stood beside the answer, or NULL: in
                       a recording (eval_res, eval_score, similarity), of a
                       provider's reply (left_out, served) */
    uint32_t prompt_tokens;
    uint32_t cached_tokens; /* of prompt_tokens, not computed again */
    uint32_t reply_tokens;  /* final text and reasoning */
    /* Timings: never part of the content digest. */
    uint64_t wait_ns; /* submit until the first prompt token is computed */
    uint64_t prefill_ns;
    uint64_t decode_ns;
};

/* Free what it holds and zero it; the struct itself stays the caller's. */
void reply_release(struct reply *reply);

void reply_copy(struct reply *out, const struct reply *reply);

/* Set state, finish FINISH_ERROR and detail in one go.  `detail` may be of any
 * bytes: it becomes one line of UTF-8. */
void reply_fail(struct reply *reply, enum state state, const char *detail);

/* Whether its tokens are a guess by lengths, as `recorded` says then: its
 * provider counted none. */
bool reply_is_estimated(const struct reply *reply);

/* Give `reply` a copy of a final text: sets text, text_len and the state
 * EMPTY, TRUNCATED or ANSWERED that follows from it and from `finish`. */
void reply_set_text(struct reply *reply,
                    const char *text,
                    size_t len,
                    enum finish_reason finish);

#endif
