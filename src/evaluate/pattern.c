#include "evaluate/pattern.h"

#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string.h>

/* One text being searched with one pattern. */
struct search {
    pcre2_code *code;
    pcre2_match_data *match;
    const char *text;
    size_t len;
};

static void search_open(struct search *s, const char *pattern, const char *text)
{
    int number = 0;
    PCRE2_SIZE at = 0;

    s->text = text;
    s->len = strlen(text);
    s->code = pcre2_compile((PCRE2_SPTR)pattern,
                            PCRE2_ZERO_TERMINATED,
                            PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF,
                            &number,
                            &at,
                            NULL);
    if (!s->code)
        BUG("pattern '%s': error %d at %zu", pattern, number, (size_t)at);
    s->match = pcre2_match_data_create_from_pattern(s->code, NULL);
    if (!s->match)
        BUG("pattern '%s': no memory for a match", pattern);
}

static bool search_next(struct search *s, size_t start, struct pattern_hit *out)
{
    const PCRE2_SIZE *at;
    int num;

    if (start > s->len)
        return false;
    num = pcre2_match(s->code,
                      (PCRE2_SPTR)s->text,
                      s->len,
                      start,
                      0,
                      s->match,
                      NULL);
    if (num < 1)
        return false;
    at = pcre2_get_ovector_pointer(s->match);
    *out = (struct pattern_hit){ .from = at[0], .to = at[1] };
    if (num > 1 && at[2] != PCRE2_UNSET) {
        out->group_from = at[2];
        out->group_to = at[3];
    }
    return true;
}

static void search_close(struct search *s)
{
    pcre2_match_data_free(s->match);
    pcre2_code_free(s->code);
}

bool pattern_search(const char *pattern,
                    const char *text,
                    size_t start,
                    struct pattern_hit *out)
{
    struct search s;
    bool found;

    search_open(&s, pattern, text);
    found = search_next(&s, start, out);
    search_close(&s);
    return found;
}

bool pattern_found(const char *pattern, const char *text)
{
    struct pattern_hit hit;

    return pattern_search(pattern, text, 0, &hit);
}

void pattern_count(const char *pattern,
                   const char *text,
                   char first,
                   size_t num,
                   size_t *counts)
{
    struct search s;
    struct pattern_hit hit;

    memset(counts, 0, num * sizeof *counts);
    search_open(&s, pattern, text);
    for (size_t at = 0; search_next(&s, at, &hit);) {
        const size_t which =
            (size_t)(unsigned char)text[hit.group_from] - (unsigned char)first;

        if (hit.group_to > hit.group_from && which < num)
            counts[which]++;
        at = hit.to > hit.from ? hit.to : hit.to + 1;
    }
    search_close(&s);
}

char *pattern_delete(const char *pattern, const char *text)
{
    struct search s;
    struct pattern_hit hit;
    struct text out = { 0 };
    size_t kept = 0;

    search_open(&s, pattern, text);
    for (size_t at = 0; search_next(&s, at, &hit);) {
        text_add_len(&out, text + kept, hit.from - kept);
        kept = hit.to;
        at = hit.to > hit.from ? hit.to : hit.to + 1;
    }
    text_add_len(&out, text + kept, s.len - kept);
    search_close(&s);
    return text_take(&out);
}
