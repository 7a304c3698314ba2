#include "generate/http/http_reading.h"

#include "base/json.h"
#include "base/mem.h"
#include "generate/parts/think.h"
#include "generate/parts/values.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_VALUES = 65536 };

void http_reading_blocked(struct reply *out, const char *why)
{
    reply_fail(out, STATE_BLOCKED, why);
    out->finish = FINISH_FILTER;
}

static void lack_final(const struct http_reading *self, struct reply *out)
{
    reply_fail(out,
               STATE_NO_FINAL,
               self->finish == FINISH_LENGTH
                   ? "the token budget went into reasoning"
                   : "the model ended inside its reasoning");
    out->finish = self->finish;
}

/* Reasoning that stands apart; the text behind it may be missing. */
static void set_apart(const struct http_reading *self, struct reply *out)
{
    const size_t from = strspn(text_data(&self->text), " \t\r\n");
    struct text clean = { 0 };

    text_add_utf8(&clean, text_data(&self->reasoning), self->reasoning.len);
    if (from == self->text.len) {
        lack_final(self, out);
    } else {
        reply_set_text(out,
                       text_data(&self->text) + from,
                       self->text.len - from,
                       self->finish);
    }
    free(out->reasoning);
    out->reasoning_len = clean.len;
    out->reasoning = text_take(&clean);
}

void http_reading_end(struct http_reading *self, struct reply *out)
{
    if (self->finish == FINISH_FILTER) {
        http_reading_blocked(out, "the provider's filter ended the reply");
    } else if (self->finish == FINISH_ERROR) {
        reply_fail(out, STATE_FAILED, "the provider ended it with an error");
    } else if (self->reasoning.len > 0) {
        set_apart(self, out);
    } else {
        think_split(out,
                    text_data(&self->text),
                    self->text.len,
                    NULL,
                    false,
                    self->finish);
        if (out->state == STATE_EMPTY && self->finish == FINISH_LENGTH
            && self->has_thought)
            lack_final(self, out);
    }
    text_release(&self->text);
    text_release(&self->reasoning);
}

int http_reading_vector(const struct cJSON *array,
                        struct reply *out,
                        struct error *err)
{
    const size_t num = json_is_array(array) ? json_count(array) : 0;
    const struct cJSON *at = num > 0 ? json_first(array) : NULL;
    double *values;
    int rc = 0;

    if (num == 0 || num > MAX_VALUES)
        return error_set(err, ERR_FORMAT, "a reply without a vector");
    values = mem_alloc(num, sizeof *values);
    for (size_t i = 0; i < num && rc == 0; i++, at = json_next(at)) {
        values[i] = json_number(at);
        if (!isfinite(values[i]))
            rc = error_set(err, ERR_FORMAT, "a vector with what is no number");
    }
    if (rc == 0)
        values_answer(out, values, (uint32_t)num);
    free(values);
    return rc;
}

uint32_t http_reading_count(const struct cJSON *number)
{
    const double count = json_number(number);

    return count > 0 && count < 4e9 ? (uint32_t)count : 0;
}
