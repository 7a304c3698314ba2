#include "generate/think.h"

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

void think_split(struct reply *reply,
                 const char *text,
                 size_t len,
                 enum finish_reason finish)
{
    char *copy = mem_text_len(text, len);
    char *begin = copy + strspn(copy, " \t\r\n");
    char *end = strstr(begin, close_tag);
    bool is_opened = text_starts(begin, open_tag);

    if (is_opened)
        begin += strlen(open_tag);
    if (end && end >= begin) {
        char *final = end + strlen(close_tag);

        set_reasoning(reply, begin, (size_t)(end - begin));
        final += strspn(final, " \t\r\n");
        reply_set_text(reply, final, strlen(final), finish);
    } else if (is_opened) {
        set_reasoning(reply, begin, strlen(begin));
        reply_fail(reply,
                   STATE_NO_FINAL,
                   "the token budget went into reasoning");
        reply->finish = finish;
    } else {
        reply_set_text(reply, text, len, finish);
    }
    free(copy);
}
