#include "generate/parts/think.h"

#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#include <stdlib.h>
#include <string.h>

/* gpt-oss writes messages in channels: what comes before the final one is
 * reasoning, also a commentary, which may name whom it is for behind its
 * channel.  The header of the final one is no part of it. */
static const char channels_open[] = "<|channel|>analysis<|message|>";
static const char channels_final[] = "<|channel|>final<|message|>";
static const char channels_end[] = "<|end|>";
static const char channels_start[] = "<|start|>assistant";

static const struct think_tags known[] = {
    { "<think>", "</think>" },
    { "[THINK]", "[/THINK]" },         /* Magistral */
    { channels_open, channels_final }, /* gpt-oss */
    { "<|channel|>commentary<|message|>", channels_final },
    { "<|channel|>commentary", channels_final },
    { "<|channel>thought", "<channel|>" },        /* Gemma 4 */
    { "<|START_THINKING|>", "<|END_THINKING|>" }, /* Command A */
    { "<seed:think>", "</seed:think>" },          /* Seed-OSS */
    { "<mm:think>", "</mm:think>" },              /* MiniMax */
};

enum { NUM_KNOWN = ARRAY_LEN(known) };

static bool are_set(const struct think_tags *tags)
{
    return tags && tags->open[0] && tags->close[0];
}

static bool is_channels(const struct think_tags *tags)
{
    return are_set(tags)
           && (text_equal(tags->open, channels_open)
               || text_equal(tags->close, channels_final));
}

/* Those of the model, then all that are known: `i` from 0 on; NULL = no more.
 * Known ones win over a model's with the same beginning. */
static const struct think_tags *candidate(const struct think_tags *own,
                                          size_t i)
{
    if (are_set(own) && i == 0) {
        for (size_t j = 0; j < NUM_KNOWN; j++) {
            if (text_equal(known[j].open, own->open))
                return &known[j];
        }
        return own;
    }
    i -= are_set(own) ? 1 : 0;
    return i < NUM_KNOWN ? &known[i] : NULL;
}

/* The tags of a text, and what stands behind the opening one and the white space
 * before it; *begin NULL: there is none. */
static const struct think_tags *find_tags(const char *text,
                                          const struct think_tags *own,
                                          bool is_open,
                                          const char **begin)
{
    const char *start = text + strspn(text, " \t\r\n");
    const struct think_tags *tags;

    for (size_t i = 0; (tags = candidate(own, i)); i++) {
        if (text_starts(start, tags->open)) {
            *begin = start + strlen(tags->open);
            return tags;
        }
        if (text_starts(start, tags->close)) {
            *begin = start;
            return tags;
        }
    }
    *begin = is_open ? text : NULL;
    return candidate(own, 0);
}

const char *think_closing(const char *prompt, const struct think_tags *own)
{
    const struct think_tags *one;
    size_t len = strlen(prompt);

    while (len > 0 && strchr(" \t\r\n", prompt[len - 1]))
        len--;
    for (size_t i = 0; (one = candidate(own, i)); i++) {
        const size_t tag = strlen(one->open);

        if (len >= tag && strncmp(prompt + len - tag, one->open, tag) == 0)
            return one->close;
    }
    return NULL;
}

bool think_is_open(const char *prompt, const struct think_tags *own)
{
    return think_closing(prompt, own) != NULL;
}

enum think_part think_part(const char *text,
                           const struct think_tags *own,
                           bool is_open)
{
    const char *begin;
    const struct think_tags *tags = find_tags(text, own, is_open, &begin);

    /* without an opening tag a closing one ends what a template began */
    if (strstr(begin ? begin : text, tags->close))
        return THINK_OVER;
    return begin ? THINK_INSIDE : THINK_NONE;
}

bool think_shows(const char *token, const struct think_tags *own)
{
    const struct think_tags *tags;

    if (!token[0])
        return false;
    for (size_t i = 0; (tags = candidate(own, i)); i++) {
        if (strstr(tags->open, token) || strstr(tags->close, token))
            return true;
    }
    return is_channels(own)
           && (strstr(channels_start, token) || strstr(channels_end, token));
}

static size_t without(const char *tail, const char *text, size_t len)
{
    const size_t num = strlen(tail);

    return len >= num && strncmp(text + len - num, tail, num) == 0 ? len - num
                                                                   : len;
}

static void set_reasoning(struct reply *reply,
                          const struct think_tags *tags,
                          const char *text,
                          size_t len)
{
    struct text clean = { 0 };

    if (is_channels(tags)) {
        len = without(channels_start, text, len);
        len = without(channels_end, text, len);
    }
    text_add_utf8(&clean, text, len);
    free(reply->reasoning);
    reply->reasoning_len = clean.len;
    reply->reasoning = text_take(&clean);
}

/* The text as a C string: a NUL in it is to hide no tag. */
static char *without_nuls(const char *text, size_t len)
{
    char *copy = mem_text_len(text, len);

    for (size_t i = 0; i < len; i++) {
        if (copy[i] == '\0')
            copy[i] = ' ';
    }
    return copy;
}

static void lack_final(struct reply *reply,
                       enum finish_reason finish,
                       const char *why)
{
    reply_fail(reply, STATE_NO_FINAL, why);
    reply->finish = finish;
}

void think_split(struct reply *reply,
                 const char *text,
                 size_t len,
                 const struct think_tags *own,
                 bool is_open,
                 enum finish_reason finish)
{
    char *copy = without_nuls(text, len);
    const char *begin;
    const struct think_tags *tags = find_tags(copy, own, is_open, &begin);
    const char *from = begin ? begin : copy;
    /* of a model that is known not to think, it is a word as others */
    const char *end =
        begin || !own || are_set(own) ? strstr(from, tags->close) : NULL;
    const size_t place = (size_t)(from - copy);

    if (end) {
        const char *final = end + strlen(tags->close);

        set_reasoning(reply, tags, text + place, (size_t)(end - from));
        final += strspn(final, " \t\r\n");
        len -= (size_t)(final - copy);
        text += final - copy;
        if (is_channels(tags))
            len = without(channels_end, text, len);
        if (len == 0 && finish == FINISH_LENGTH) {
            lack_final(reply,
                       finish,
                       "the token budget ended with the reasoning");
        } else {
            reply_set_text(reply, text, len, finish);
        }
    } else if (begin) {
        set_reasoning(reply, tags, text + place, len - place);
        lack_final(reply,
                   finish,
                   finish == FINISH_LENGTH
                       ? "the token budget went into reasoning"
                       : "the model ended inside its reasoning");
    } else {
        reply_set_text(reply, text, len, finish);
    }
    free(copy);
}
