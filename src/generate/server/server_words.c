#include "generate/server/server_words.h"

#include "base/mem.h"
#include "base/text.h"
#include "generate/server/server_recipe.h"

#include <stdbool.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";

/* Add what stands for a name; false = nothing does. */
static bool add(const char *name,
                size_t len,
                const struct server_words *words,
                struct text *out)
{
    const struct {
        const char *name, *text;
        int number;
    } all[] = {
        { "model", words->model, 0 },
        { "socket", words->socket, 0 },
        { "key_file", words->key_file, 0 },
        { "port", NULL, words->port },
        { "gpus", NULL, words->gpus },
        { "parallel", NULL, words->parallel },
        { "nodes", words->nodes, 0 },
        { "num_nodes", NULL, words->num_nodes },
        { "node", NULL, words->node },
        { "meet", NULL, words->meet },
        { "all_gpus", NULL, words->gpus * words->num_nodes },
    };

    if (len == strlen("head") && memcmp(name, "head", len) == 0) {
        if (words->nodes)
            text_add_len(out, words->nodes, strcspn(words->nodes, ","));
        return true;
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strlen(all[i].name) != len || memcmp(all[i].name, name, len) != 0)
            continue;
        if (all[i].text) {
            text_add(out, all[i].text);
        } else {
            text_addf(out, "%d", all[i].number);
        }
        return true;
    }
    return false;
}

/* Length of the name in braces at `at`; 0 = there is none. */
static size_t name_at(const char *at)
{
    const size_t len = *at == '{' ? strspn(at + 1, letters) : 0;

    return len > 0 && at[1 + len] == '}' ? len : 0;
}

char *server_words_unknown(const char *text)
{
    static const struct server_words none;
    struct text out = { 0 };
    char *unknown = NULL;

    for (const char *at = text; *at && !unknown; at++) {
        const size_t len = name_at(at);

        if (len > 0 && !add(at + 1, len, &none, &out))
            unknown = mem_text_len(at + 1, len);
    }
    text_release(&out);
    return unknown;
}

char *server_words_fill(const char *text, const struct server_words *words)
{
    struct text out = { 0 };

    for (const char *at = text; *at; at++) {
        const size_t len = name_at(at);

        if (len > 0 && add(at + 1, len, words, &out)) {
            at += len + 1;
        } else {
            text_add_len(&out, at, 1);
        }
    }
    return text_take(&out);
}

void server_words_add(struct server_words_list *self, char *word)
{
    self->words = mem_reserve(self->words,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->words);
    self->words[self->num++] = word;
}

void server_words_split(struct server_words_list *self, const char *text)
{
    while (text && *(text += strspn(text, " "))) {
        const size_t len = strcspn(text, " ");

        server_words_add(self, mem_text_len(text, len));
        text += len;
    }
}
