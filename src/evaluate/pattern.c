#include "evaluate/pattern.h"

#include "base/mem.h"
#include "base/text.h"
#include "evaluate/pattern_ascii.h"
#include "trustsweep/bug.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands for a byte that is not UTF-8: neither word nor space, and one
 * byte long, so that places in the text stay what they are. */
enum { BAD_BYTE = 0x1a };

enum { MAX_PATTERNS = 256 };

/* A pattern is a literal of the program and is made ready once: that takes far
 * longer than to search an answer with it. */
struct ready {
    const char *pattern;
    bool is_ascii; /* its form for texts that are */
    pcre2_code *code;
    pcre2_match_data *match;
};

struct patterns {
    struct ready list[MAX_PATTERNS];
    size_t num;
};

/* Each thread has its own, which ends with it. */
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void destroy_patterns(void *value)
{
    struct patterns *patterns = value;

    for (size_t i = 0; i < patterns->num; i++) {
        pcre2_match_data_free(patterns->list[i].match);
        pcre2_code_free(patterns->list[i].code);
    }
    free(patterns);
}

static void make_key(void)
{
    if (pthread_key_create(&key, destroy_patterns) != 0)
        BUG("no key for what a thread has of its own");
}

static struct patterns *own_patterns(void)
{
    struct patterns *patterns;

    (void)pthread_once(&key_once, make_key);
    patterns = pthread_getspecific(key);
    if (!patterns) {
        patterns = mem_alloc(1, sizeof *patterns);
        if (pthread_setspecific(key, patterns) != 0)
            BUG("no room for what a thread has of its own");
    }
    return patterns;
}

/* One text being searched with one pattern. */
struct search {
    const struct ready *ready;
    const char *text; /* valid UTF-8 */
    char *own;        /* the copy that `text` is, or NULL */
    size_t len;
};

static char *own_text(struct search *s)
{
    if (!s->own)
        s->text = s->own = mem_text_len(s->text, s->len);
    return s->own;
}

/* The library checks a whole text again at every match, so that many matches
 * in a long text would take for ever; it is checked once here. */
static void make_valid(struct search *s, const char *text, bool is_ascii)
{
    size_t good;

    s->len = strlen(text);
    s->text = text;
    s->own = NULL;
    good = is_ascii ? s->len : 0;
    while (good < s->len) {
        good += text_valid_utf8(s->text + good, s->len - good);
        if (good < s->len)
            own_text(s)[good++] = BAD_BYTE;
    }
}

/* Python's \s has the separators U+001C to U+001F as well. */
static void make_spaces(struct search *s)
{
    const char *at = s->text;

    while (*(at += strcspn(at, "\x1c\x1d\x1e\x1f"))) {
        const size_t i = (size_t)(at - s->text);

        own_text(s)[i] = ' ';
        at = s->text + i;
    }
}

static void make_ready(struct ready *out, const char *pattern, bool is_ascii)
{
    char *ascii = is_ascii ? pattern_ascii(pattern) : NULL;
    int number = 0;
    PCRE2_SIZE at = 0;

    out->pattern = pattern;
    out->is_ascii = is_ascii;
    out->code = pcre2_compile((PCRE2_SPTR)(ascii ? ascii : pattern),
                              PCRE2_ZERO_TERMINATED,
                              is_ascii ? 0 : PCRE2_UTF | PCRE2_UCP,
                              &number,
                              &at,
                              NULL);
    free(ascii);
    if (!out->code)
        BUG("pattern '%s': error %d at %zu", pattern, number, (size_t)at);
    out->match = pcre2_match_data_create_from_pattern(out->code, NULL);
    if (!out->match)
        BUG("pattern '%s': no memory for a match", pattern);
    /* where the library or the machine has none: it is interpreted */
    (void)pcre2_jit_compile(out->code, PCRE2_JIT_COMPLETE);
}

static const struct ready *find_ready(const char *pattern, bool is_ascii)
{
    struct patterns *patterns = own_patterns();
    struct ready *made;

    for (size_t i = 0; i < patterns->num; i++) {
        const struct ready *have = &patterns->list[i];

        if (have->pattern == pattern && have->is_ascii == is_ascii)
            return have;
    }
    if (patterns->num == MAX_PATTERNS)
        BUG("more than %d patterns", (int)MAX_PATTERNS);
    made = &patterns->list[patterns->num++];
    make_ready(made, pattern, is_ascii);
    return made;
}

static void search_open(struct search *s, const char *pattern, const char *text)
{
    const bool is_ascii = pattern_is_ascii(text);

    make_valid(s, text, is_ascii);
    make_spaces(s);
    s->ready = find_ready(pattern, is_ascii);
}

static int match(const struct search *s, size_t start, uint32_t flags)
{
    return pcre2_match(s->ready->code,
                       (PCRE2_SPTR)s->text,
                       s->len,
                       start,
                       PCRE2_NO_UTF_CHECK | flags,
                       s->ready->match,
                       NULL);
}

/* `start` must not lie inside a character. */
static bool search_next(struct search *s, size_t start, struct pattern_hit *out)
{
    const PCRE2_SIZE *at;
    int num;

    if (start > s->len)
        return false;
    num = match(s, start, 0);
    if (num == PCRE2_ERROR_JIT_STACKLIMIT)
        num = match(s, start, PCRE2_NO_JIT);
    if (num < 1)
        return false;
    at = pcre2_get_ovector_pointer(s->ready->match);
    *out = (struct pattern_hit){ .from = at[0], .to = at[1] };
    if (num > 1 && at[2] != PCRE2_UNSET) {
        out->group_from = at[2];
        out->group_to = at[3];
    }
    return true;
}

static void search_close(struct search *s)
{
    free(s->own);
}

bool pattern_search(const char *pattern,
                    const char *text,
                    struct pattern_hit *out)
{
    struct search s;
    bool found;

    search_open(&s, pattern, text);
    found = search_next(&s, 0, out);
    search_close(&s);
    return found;
}

void pattern_library(char *out, size_t size)
{
    char version[64] = ""; /* the library asks for 24 at least */

    (void)pcre2_config(PCRE2_CONFIG_VERSION, version);
    (void)snprintf(out, size, "%s", version);
}

bool pattern_found(const char *pattern, const char *text)
{
    struct pattern_hit hit;

    return pattern_search(pattern, text, &hit);
}

void pattern_each(const char *pattern,
                  const char *text,
                  pattern_fn fn,
                  void *context)
{
    struct search s;
    struct pattern_hit hit;

    search_open(&s, pattern, text);
    for (size_t at = 0; search_next(&s, at, &hit); at = hit.to) {
        if (hit.to <= hit.from)
            BUG("pattern '%s' matches nothing", pattern);
        fn(text, &hit, context);
    }
    search_close(&s);
}

/* What pattern_delete() has kept so far. */
struct kept {
    struct text text;
    size_t to;
};

static void keep_before(const char *text,
                        const struct pattern_hit *hit,
                        void *context)
{
    struct kept *kept = context;

    text_add_len(&kept->text, text + kept->to, hit->from - kept->to);
    kept->to = hit->to;
}

char *pattern_delete(const char *pattern, const char *text)
{
    struct kept kept = { 0 };

    pattern_each(pattern, text, keep_before, &kept);
    text_add(&kept.text, text + kept.to);
    return text_take(&kept.text);
}
