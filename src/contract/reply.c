#include "trustsweep/reply.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

void reply_release(struct reply *reply)
{
    free(reply->text);
    free(reply->reasoning);
    free(reply->detail);
    free(reply->values);
    free(reply->recorded);
    *reply = (struct reply){ 0 };
}

void reply_copy(struct reply *out, const struct reply *reply)
{
    struct reply copy = *reply;

    copy.text = mem_text_len(reply->text, (size_t)reply->text_len);
    copy.reasoning =
        mem_text_len(reply->reasoning, (size_t)reply->reasoning_len);
    copy.detail = mem_text(reply->detail);
    copy.values = NULL;
    if (reply->num_values > 0) {
        copy.values =
            mem_copy(reply->values, reply->num_values * sizeof *copy.values);
    }
    copy.recorded = mem_text(reply->recorded);
    *out = copy;
}

/* A copy with what is no UTF-8 replaced; NULL of NULL. */
static char *clean_copy(const char *text)
{
    struct text clean = { 0 };

    if (!text)
        return NULL;
    text_add_utf8(&clean, text, strlen(text));
    return text_take(&clean);
}

void reply_fail(struct reply *reply, enum state state, const char *detail)
{
    char *copy = clean_copy(detail); /* may be the reply's own detail */

    free(reply->text);
    free(reply->detail);
    reply->text = NULL;
    reply->text_len = 0;
    reply->state = state;
    reply->finish = FINISH_ERROR;
    reply->detail = copy;
    /* A detail is one line, whatever a server put into its message. */
    if (copy)
        text_show_clean(copy, ' ');
}

bool reply_is_estimated(const struct reply *reply)
{
    /* quotes in what a provider said are escaped there */
    return reply->recorded
           && strstr(reply->recorded, "\"usage\": \"estimated\"");
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        if (!utf8_is_space(utf8_next(text, len, &at)))
            return false;
    }
    return true;
}

void reply_set_text(struct reply *reply,
                    const char *text,
                    size_t len,
                    enum finish_reason finish)
{
    struct text clean = { 0 };

    /* A token limit can cut a character in two; a text stays UTF-8. */
    text_add_utf8(&clean, text, len);
    free(reply->text);
    reply->text_len = clean.len;
    reply->text = text_take(&clean);
    reply->finish = finish;
    if (is_blank(reply->text, (size_t)reply->text_len)) {
        reply->state = STATE_EMPTY;
    } else if (finish == FINISH_LENGTH) {
        reply->state = STATE_TRUNCATED;
    } else {
        reply->state = STATE_ANSWERED;
    }
}
