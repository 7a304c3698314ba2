/*
 * tokens.h - a reply as hashed words, for the refusal classifier.
 *
 * A token is a word (letters, lower case, with the apostrophes inside it), a
 * run of digits (told apart by length, single digits by value), a run of line
 * ends, one other character, or one code point beyond ASCII.  Bytes are taken
 * as they come: NUL and invalid UTF-8 are tokens like any other.  The same
 * code serves training and scoring; a change of it needs new weights and a new
 * version of the file.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TOKENS_HEAD_BYTES = 12288, /* of a longer reply: so many from the start */
    TOKENS_TAIL_BYTES = 4096,  /* and so many from the end                  */
    TOKENS_CAP = TOKENS_HEAD_BYTES + TOKENS_TAIL_BYTES,
    TOKENS_NUM_SHAPE = 8,
};

struct tokens {
    uint32_t hashes[TOKENS_CAP]; /* [num] */
    size_t num;
    bool has_word;                 /* a letter or digit of any script */
    float shape[TOKENS_NUM_SHAPE]; /* length, lines, how it ends */
};

/* Any bytes, `text` may be NULL when len is 0. */
void tokens_read(struct tokens *out, const char *text, size_t len);

/* The hash of a sequence: of what came before, and one more. */
static inline uint32_t tokens_mix(uint32_t before, uint32_t next)
{
    uint32_t mixed = (before ^ next) * 0x9E3779B1U;
    return (mixed ^ (mixed >> 15)) * 0x85EBCA77U;
}

#endif
