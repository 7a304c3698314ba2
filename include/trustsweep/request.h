/*
 * request.h - what a backend is asked.
 *
 * A request is complete: with it and the model a reply can be made, whatever
 * rank it lands on.  Built in src/generate from unit and item, travels in
 * leases (src/contract/codec.h), which own it; a backend copies what it needs.
 */
#ifndef TRUSTSWEEP_REQUEST_H
#define TRUSTSWEEP_REQUEST_H

#include "trustsweep/unit.h"

enum request_kind {
    REQUEST_NONE = 0,
    REQUEST_CHAT,     /* messages -> text, through the model's template */
    REQUEST_COMPLETE, /* one text -> its continuation, no template      */
    REQUEST_CHOICES,  /* text + choices -> a log-likelihood each        */
    REQUEST_EMBED,    /* text -> vector                                 */
    REQUEST_CLASSIFY, /* text -> label scores                           */
    NUM_REQUEST_KINDS,
};

/* About, of English and of what models write: where nobody has counted. */
enum { REQUEST_CHARS_PER_TOKEN = 4 };

struct chat_message {
    char *role; /* "system", "user", "assistant" */
    char *text; /* UTF-8 */
};

struct request {
    struct hash128 unit; /* whose request this is; echoed in the reply     */
    enum request_kind kind;
    char *task;          /* "safety/jailbreak"                             */
    uint64_t item_index; /* position in the task's file                    */
    struct hash128 item; /* hash of the canonical item JSON                */
    uint32_t occurrence; /* which of several equal items                   */
    uint32_t repeat;     /* which of several askings of one item, from 0   */
    struct chat_message *messages; /* [num_messages], at least one           */
    uint32_t num_messages;
    char **choices; /* [num_choices]; REQUEST_CHOICES and _CLASSIFY   */
    uint32_t num_choices;
    struct sampling sampling;
};

/* Free what it holds and zero it; the struct itself stays the caller's. */
void request_release(struct request *request);

/* A deep copy into `out`, to be released. */
void request_copy(struct request *out, const struct request *request);

#endif
