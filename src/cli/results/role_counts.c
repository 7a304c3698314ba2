#include "cli/results/role_counts.h"

#include "analysis/role_trust.h"
#include "base/json.h"
#include "base/text.h"
#include "base/text_show.h"
#include "store/writer.h"
#include "trustsweep/reply.h"
#include "trustsweep/state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EXAMPLE = 60, LONGEST_WORD = 20 };

/* A run of letters and digits that is no word: it may be a key. */
static size_t secret_at(const char *text)
{
    size_t len = 0;
    bool has_digit = false;

    while (isalnum((unsigned char)text[len]) || text[len] == '-'
           || text[len] == '_') {
        has_digit = has_digit || isdigit((unsigned char)text[len]);
        len++;
    }
    return has_digit && len >= LONGEST_WORD ? len : 0;
}

/* Bytes of the word, or of the one character, that begins there. */
static size_t word_at(const char *text)
{
    size_t len = 1;

    while (((unsigned char)text[len] & 0xc0) == 0x80
           || (isalnum((unsigned char)text[len - 1])
               && isalnum((unsigned char)text[len])))
        len++;
    return len;
}

/* The first line's worth, in one line and without what may be a key. */
static char *example_of(const struct reply *answer)
{
    struct text plain = { 0 };
    struct text out = { 0 };
    const char *at;

    if (answer->num_values > 0) {
        return text_format("%zu scores, the first %g",
                           (size_t)answer->num_values,
                           answer->values[0]);
    }
    text_show_plain(&plain, answer->text ? answer->text : "");
    for (at = text_data(&plain); *at && out.len < MAX_EXAMPLE;) {
        const size_t secret = secret_at(at);
        const size_t len = secret > 0 ? secret : word_at(at);

        if (secret > 0) {
            text_add(&out, "******");
        } else if (*at == '\n') {
            text_add(&out, " ");
        } else {
            text_add_len(&out, at, len);
        }
        at += len;
    }
    if (*at)
        text_add(&out, "...");
    text_release(&plain);
    return text_take(&out);
}

void role_counts_add(struct role_counts *self,
                     enum role role,
                     const struct reply *answer,
                     bool is_unread)
{
    struct role_count *count = &self->roles[role];

    if (!state_has_text(answer->state))
        return;
    count->num++;
    if (!is_unread)
        return;
    count->unread++;
    if (!count->example)
        count->example = example_of(answer);
}

int role_counts_write(const struct role_counts *self,
                      struct writer *writer,
                      struct error *err)
{
    struct cJSON *list = json_new_array();
    struct text text = { 0 };
    int rc = 0;

    for (int role = 0; role < NUM_ROLES; role++) {
        const struct role_count *count = &self->roles[role];
        struct cJSON *one;

        if (count->unread == 0)
            continue;
        one = json_new_object();
        json_add_text(one, "role", role_name((enum role)role));
        json_add_number(one, "answers", (double)count->num);
        json_add_number(one, "unreadable", (double)count->unread);
        json_add_text(one, "example", count->example);
        json_append(list, one);
    }
    json_write(list, &text);
    if (json_first(list)) {
        rc = writer_add_provenance(writer,
                                   ROLE_TRUST_NAME,
                                   text_data(&text),
                                   err);
    }
    text_release(&text);
    json_free(list);
    return rc;
}

void role_counts_release(struct role_counts *self)
{
    for (int role = 0; role < NUM_ROLES; role++)
        free(self->roles[role].example);
}
