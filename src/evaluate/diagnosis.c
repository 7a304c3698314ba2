#include "evaluate/diagnosis.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "evaluate/opinion.h"
#include "evaluate/pattern.h"
#include "evaluate/rules.h"
#include "trustsweep/bug.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT = 50, MAX_LISTED = 64 };

/* In the order the published rule looks for them. */
static const char *const phrases[] = {
    "diagnosis is",
    "most likely",
    "most consistent",
    "diagnosis for this patient is",
    "most appropriate diagnosis",
};

char *diagnosis_part(const char *text)
{
    const size_t num_chars = opinion_num_chars(text);

    for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
        const char *from = strstr(text, phrases[i]);
        const char *to;

        if (!from)
            continue;
        from += strlen(phrases[i]);
        to = strchr(from, '.');
        if (!to)
            to = strchr(from, ',');
        return to ? mem_text_len(from, (size_t)(to - from)) : mem_text(from);
    }
    return num_chars > 0 && num_chars < SHORT ? mem_text(text) : NULL;
}

/* What may be named, in lower case, and the right one of them. */
struct listed {
    char *names[MAX_LISTED];
    size_t num;
    const char *right;
};

static void add_name(struct listed *listed, const char *name, size_t len)
{
    char *copy = mem_text_len(name, len);
    char *low = utf8_fold(copy);

    free(copy);
    if (len > 0 && listed->num < MAX_LISTED) {
        listed->names[listed->num++] = low;
    } else {
        free(low);
    }
}

static void note_name(const char *text,
                      const struct pattern_hit *hit,
                      void *context)
{
    add_name(context, text + hit->from + 1, hit->to - hit->from - 2);
}

static int compare_lengths(const void *a, const void *b)
{
    const size_t x = strlen(*(const char *const *)a);
    const size_t y = strlen(*(const char *const *)b);

    return x < y ? 1 : x > y ? -1 : 0;
}

/* The list at the end of a prompt, as Python prints one; longest first.  The right
 * one is there twice then: what names it is blanked out, so it counts once. */
static void listed_read(struct listed *out,
                        const char *prompt,
                        const char *label)
{
    struct pattern_hit hit;

    *out = (struct listed){ 0 };
    add_name(out, label, strlen(label));
    out->right = out->num > 0 ? out->names[0] : "";
    if (pattern_search(
            "\\[(?:'[^']*'|\"[^\"]*\")(?:, ?(?:'[^']*'|\"[^\"]*\"))*+"
            "\\]\\W*\\z",
            prompt,
            &hit))
        pattern_each("'[^']*'|\"[^\"]*\"", prompt + hit.from, note_name, out);
    qsort(out->names, out->num, sizeof out->names[0], compare_lengths);
}

static void listed_release(struct listed *listed)
{
    for (size_t i = 0; i < listed->num; i++)
        free(listed->names[i]);
}

/* Bytes of other scripts are of no word here, as names are Latin. */
static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Blank out every occurrence of a name as a whole word; whether there was
 * one. */
static bool take_out(char *low, const char *name)
{
    const size_t len = strlen(name);
    bool is_there = false;

    for (char *at = low; (at = strstr(at, name)) != NULL; at++) {
        if ((at > low && is_of_word(at[-1])) || is_of_word(at[len]))
            continue;
        memset(at, '|', len);
        is_there = true;
    }
    return is_there;
}

/* As diagnosis_named(), for one part of a text. */
static int named_in(const char *text, const struct listed *listed)
{
    char *low = utf8_fold(text);
    size_t num = 0;
    bool is_right = false;

    for (size_t i = 0; i < listed->num; i++) {
        if (take_out(low, listed->names[i])) {
            num++;
            is_right = strcmp(listed->names[i], listed->right) == 0;
        }
    }
    free(low);
    return num == 1 ? (int)is_right : -1;
}

#define SAID                                             \
    "(?is)\\b(?:diagnos[ie]s(?: for this patient)? is"   \
    "|most likely|most consistent|appropriate diagnosis" \
    ")\\b([^.\\n]*)"

/* The parts of a text that say what the diagnosis is. */
struct said {
    const struct listed *listed;
    int named; /* of the first part that names one; -1 */
};

static void note_said(const char *text,
                      const struct pattern_hit *hit,
                      void *context)
{
    struct said *said = context;
    char *part =
        mem_text_len(text + hit->group_from, hit->group_to - hit->group_from);

    if (said->named < 0)
        said->named = named_in(part, said->listed);
    free(part);
}

int diagnosis_named(const char *text, const char *prompt, const char *label)
{
    struct listed listed;
    struct said said = { .listed = &listed };

    listed_read(&listed, prompt, label);
    said.named = named_in(text, &listed);
    if (said.named < 0)
        pattern_each(SAID, text, note_said, &said);
    listed_release(&listed);
    return said.named;
}
