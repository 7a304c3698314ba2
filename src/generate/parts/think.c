#include "generate/parts/think.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char open_tag[] = "<think>";
static const char close_tag[] = "</think>";

static void set_reasoning(struct reply *reply, const char *text, size_t len)
{
    struct text clean = { 0 };

    text_add_utf8(&clean, text, len);
    free(reply->reasoning);
    reply->reasoning_len = clean.len;
    reply->reasoning = text_take(&clean);
}

/* After the opening tag and the white space around it; NULL: there is none. */
static const char *after_opening(const char *text, bool is_open)
{
    const char *begin = text + strspn(text, " \t\r\n");

    if (text_starts(begin, open_tag))
        return begin + strlen(open_tag);
    return is_open ? text : NULL;
}

bool think_is_open(const char *prompt)
{
    size_t len = strlen(prompt);
    size_t tag = strlen(open_tag);

    while (len > 0 && strchr(" \t\r\n", prompt[len - 1]))
        len--;
    return len >= tag && strncmp(prompt + len - tag, open_tag, tag) == 0;
}

enum think_part think_part(const char *text, bool is_open)
{
    const char *begin = after_opening(text, is_open);

    /* without an opening tag a closing one ends what a template began */
    if (strstr(begin ? begin : text, close_tag))
        return THINK_OVER;
    return begin ? THINK_INSIDE : THINK_NONE;
}

void think_split(struct reply *reply,
                 const char *text,
                 size_t len,
                 bool is_open,
                 enum finish_reason finish)
{
    char *copy = mem_text_len(text, len);
    const char *begin = after_opening(copy, is_open);
    const char *from = begin ? begin : copy;
    const char *end = strstr(from, close_tag);

    if (end) {
        const char *final = end + strlen(close_tag);

        set_reasoning(reply, from, (size_t)(end - from));
        final += strspn(final, " \t\r\n");
        reply_set_text(reply, final, len - (size_t)(final - copy), finish);
    } else if (begin) {
        set_reasoning(reply, begin, len - (size_t)(begin - copy));
        reply_fail(reply,
                   STATE_NO_FINAL,
                   finish == FINISH_LENGTH
                       ? "the token budget went into reasoning"
                       : "the model ended inside its reasoning");
        reply->finish = finish;
    } else {
        reply_set_text(reply, text, len, finish);
    }
    free(copy);
}
