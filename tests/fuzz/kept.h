/*
 * kept.h - what the usual rounds of a fuzzer came to, name by name (an evaluator,
 * a metric), beside what they came to when it was last looked at.
 *
 * A sum that differs means that a rule says something else of some made-up reply.
 * Where that is meant: FUZZ_KEEP=1 fuzz_X writes tests/fuzz/kept/X.txt anew, and the
 * change of that file stands beside the rule's in the history.  Numbers count to six
 * digits, as compilers differ in the last ones.
 */
#ifndef KEPT_H
#define KEPT_H

#include "base/hash.h"
#include "fuzz.h"

enum { KEPT_MAX = 128, KEPT_FILE = 1 << 16 };

static struct kept {
    const char *name; /* static */
    uint64_t num;
    struct hash128 sum;
} kept_lines[KEPT_MAX];
static size_t kept_num;

static inline void kept_number(struct text *out, double number)
{
    if (isnan(number)) {
        text_add(out, " nan");
    } else if (fabs(number) < 1) {
        text_addf(out, " %.6f", fabs(number) < 5e-7 ? 0 : number);
    } else {
        text_addf(out, " %.6g", number);
    }
}

static inline void kept_add(const char *name, const struct text *what)
{
    struct text both = { 0 };
    size_t at = 0;

    while (at < kept_num && strcmp(kept_lines[at].name, name) != 0)
        at++;
    if (at == KEPT_MAX)
        BUG("more than %d names", (int)KEPT_MAX);
    if (at == kept_num)
        kept_lines[kept_num++] = (struct kept){ .name = name };
    text_add_len(&both,
                 (const char *)&kept_lines[at].sum,
                 sizeof kept_lines[at].sum);
    text_add_len(&both, text_data(what), what->len);
    kept_lines[at].sum = hash_bytes(text_data(&both), both.len);
    kept_lines[at].num++;
    text_release(&both);
}

static inline int kept_by_name(const void *a, const void *b)
{
    return strcmp(((const struct kept *)a)->name,
                  ((const struct kept *)b)->name);
}

static inline void kept_write(struct text *out)
{
    qsort(kept_lines, kept_num, sizeof *kept_lines, kept_by_name);
    for (size_t i = 0; i < kept_num; i++) {
        char sum[HASH_TEXT];

        hash_format(kept_lines[i].sum, sum);
        text_addf(out,
                  "%s %llu %s\n",
                  kept_lines[i].name,
                  (unsigned long long)kept_lines[i].num,
                  sum);
    }
}

/* Of the usual rounds, at their end: the first line that is another one is told.
 * file  of the tree */
static inline void kept_check(const char *file)
{
    struct text is = { 0 };
    struct text was = { 0 };
    struct error err = { 0 };
    const char *a;
    const char *b;

    kept_write(&is);
    if (getenv("FUZZ_KEEP")) {
        if (file_write(file, text_data(&is), is.len, &err) < 0)
            BUG("%s", err.text);
    } else if (file_read(file, KEPT_FILE, &was, &err) < 0) {
        BUG("%s", err.text);
    }
    a = text_data(&is);
    b = getenv("FUZZ_KEEP") ? a : text_data(&was);
    while (*a && *a == *b) {
        a++;
        b++;
    }
    while (a > text_data(&is) && a[-1] != '\n')
        a--;
    if (*a || *b)
        BUG("%s is another one than %s keeps; see kept.h",
            *a ? mem_text_len(a, strcspn(a, " \n")) : "the end",
            file);
    text_release(&is);
    text_release(&was);
}

#endif
