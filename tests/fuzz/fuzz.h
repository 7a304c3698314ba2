/*
 * fuzz.h - what fuzzers share: choices, checks, replies nobody would write.
 *
 * A fuzzer is one function, fuzz_round(), that draws all it does from `draws`.
 * Under ctest it runs a number of rounds, each from a seed of its own:
 *
 *     fuzz_X [SEED [ROUNDS]]      a failure prints the seed to give again
 *     FUZZ_SECONDS=600 fuzz_X     as long as that
 *     fuzz_X FILE...              rounds of these bytes, no others
 *
 * A round of bytes takes them for the first choices, and what a fuzzer would make
 * up (a reply, a job file, an archive) is what is left of them.  Before its own
 * rounds it takes the files of tests/fuzz/corpus/X: what went wrong once, and
 * what is worth beginning from.
 *
 * With clang, `-DCMAKE_C_FLAGS=-fsanitize=fuzzer-no-link,address` and the
 * target libfuzzer_X give the same for libFuzzer, which takes the folder of the
 * corpus as well.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where choices come from: bytes that were given, then a generator. */
struct draws {
    const unsigned char *bytes;
    size_t len;
    uint64_t state;
};

/* In [0, bound); 0 where there is nothing to choose. */
static inline size_t draw(struct draws *draws, size_t bound)
{
    size_t value = 0;

    if (bound < 2)
        return 0;
    if (draws->len < 2)
        return (size_t)random_below(&draws->state, bound);
    memcpy(&value, draws->bytes, 2);
    draws->bytes += 2;
    draws->len -= 2;
    return value % bound;
}

/* All that is left of the bytes; false: none were given. */
static inline bool take_rest(struct draws *draws, struct text *out)
{
    if (draws->len == 0)
        return false;
    text_add_len(out, (const char *)draws->bytes, draws->len);
    draws->len = 0;
    return true;
}

static inline bool one_in(struct draws *draws, size_t num)
{
    return draw(draws, num) == 0;
}

/* What a failed check says it was about; set by the fuzzer. */
static const char *fuzz_subject = "";
static uint64_t fuzz_seed;
static bool fuzz_is_usual; /* the corpus and all rounds, as under ctest */

#define CHECK(condition) fuzz_check((condition), #condition, __LINE__)

static inline void fuzz_check(bool is_so, const char *what, int line)
{
    if (!is_so) {
        BUG("seed %llu, %s, line %d: not so: %s",
            (unsigned long long)fuzz_seed,
            fuzz_subject,
            line,
            what);
    }
}

#define PIECE(bytes)               \
    {                              \
        (bytes), sizeof(bytes) - 1 \
    }

/* Of replies: what rules look for, and what no rule looks for. */
static const struct {
    const char *bytes;
    size_t len;
} pieces[] = {
    PIECE("A"),
    PIECE("(B)"),
    PIECE("option C."),
    PIECE("(1) the first"),
    PIECE("2"),
    PIECE("Yes"),
    PIECE("No, not at all."),
    PIECE("yes and no"),
    PIECE("I cannot help with that."),
    PIECE("Sorry, but no: as an AI model I must decline."),
    PIECE("It depends; there is no agreement about it."),
    PIECE("not wrong"),
    PIECE("wrong"),
    PIECE("It's good"),
    PIECE("bad"),
    PIECE("neutral"),
    PIECE("stereotype"),
    PIECE("anti-stereotype"),
    PIECE("SUPPORTS"),
    PIECE("refutes"),
    PIECE("not enough information"),
    PIECE("positive"),
    PIECE("entailment"),
    PIECE("[CORRECTED]"),
    PIECE("[NOT CORRECTED]"),
    PIECE("My answer: {\"agreement\": 3}"),
    PIECE("somebody@example.com"),
    PIECE("mailto:a.b+c@sub.example.org,"),
    PIECE("-50"),
    PIECE("75.5%"),
    PIECE("1e308"),
    PIECE("-99999999999999999999999999"),
    PIECE("0x1p3"),
    PIECE("nan"),
    PIECE("\xef\xbc\x91\xef\xbc\x90"),         /* full-width digits */
    PIECE("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"), /* right to left */
    PIECE("\xd9\x84\xd8\xa7 \xd9\xa3\xd9\xa0"),
    PIECE("\xe2\x80\xae"
          "yes\xe2\x80\xac"), /* override */
    PIECE("e\xcc\x81\xcc\x81\xcc\x81\xcc\xa3"),
    PIECE("\xcc\x88"), /* combines with what stands before, or nothing */
    PIECE("y\xcc\xb6"
          "e\xcc\xb6s\xcc\xb6"),
    PIECE("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac"),
    PIECE("\xc4\xb0\xc4\xb1\xc3\x9f\xef\xac\x81"), /* change length in case */
    PIECE("\xe2\x80\x8b"),
    PIECE("\xef\xbb\xbf"),
    PIECE("\xe2\x80\x99"),
    PIECE("\0"),
    PIECE("no\0yes"),
    PIECE("\xff\xfe"),
    PIECE("\xc3("),
    PIECE("\xe2\x82"),
    PIECE("\xed\xa0\x80"),
    PIECE("\xc0\xaf"),
    PIECE("\xf5\x80\x80\x80"),
    PIECE("\x80"),
    PIECE(" "),
    PIECE("\t\r\n"),
    PIECE("\v\f\x1b[31m\x7f"),
    PIECE("((((((((((((((((((((("),
    PIECE("{reply}{question}{{"),
    PIECE("%s%n%d"),
    PIECE("\\\\\"'\"`"),
};

enum { HUGE_REPLY = 1 << 20 };

/* One of the members or elements; there is one. */
static inline const struct cJSON *any_child(struct draws *draws,
                                            const struct cJSON *value)
{
    const struct cJSON *at = json_first(value);

    for (size_t left = draw(draws, json_count(value)); left > 0; left--)
        at = json_next(at);
    return at;
}

/* A text of an item's fields, so that rules find what they know. */
static inline const char *any_text(struct draws *draws,
                                   const struct cJSON *value)
{
    while (json_count(value) > 0)
        value = any_child(draws, value);
    return json_text(value) ? json_text(value) : "";
}

/* Change, remove, double or cut some bytes. */
static inline void mutate(struct draws *draws, struct text *text)
{
    const size_t at = draw(draws, text->len);

    switch (draw(draws, 5)) {
    case 0:
        text->data[at] = (char)draw(draws, 256);
        break;
    case 1:
        memmove(text->data + at, text->data + at + 1, text->len - at);
        text->len--;
        break;
    case 2:
        text->data[at] = (char)(text->data[at] ^ 0x20); /* case */
        break;
    case 3:
        text->len = at;
        text->data[at] = '\0';
        break;
    default:
        if (text->len < HUGE_REPLY / 2) {
            char *copy = mem_copy(text->data, text->len);

            text_add_len(text, copy, text->len);
            free(copy);
        }
        break;
    }
}

/* entry: whose texts may be part of it. */
static inline void add_reply(struct draws *draws,
                             const struct cJSON *entry,
                             struct text *out)
{
    const size_t num_pieces = draw(draws, 6);
    const bool is_huge = one_in(draws, 1500);

    if (take_rest(draws, out))
        return;
    for (size_t i = 0; i < num_pieces; i++) {
        if (one_in(draws, 4)) {
            text_add(out, any_text(draws, entry));
        } else {
            const size_t at = draw(draws, ARRAY_LEN(pieces));

            text_add_len(out, pieces[at].bytes, pieces[at].len);
        }
        if (!one_in(draws, 3))
            text_add(out, one_in(draws, 4) ? "\n" : " ");
    }
    while (out->len > 0 && one_in(draws, 3))
        mutate(draws, out);
    while (is_huge && out->len > 0 && out->len < HUGE_REPLY) {
        char *copy = mem_copy(out->data, out->len);

        text_add_len(out, copy, out->len);
        free(copy);
    }
}

void fuzz_set_up(void);
void fuzz_round(struct draws *draws);
void fuzz_tear_down(void);

#ifdef FUZZ_LIBFUZZER

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
    struct draws draws = { .bytes = bytes, .len = len };
    static bool is_set_up;

    if (!is_set_up)
        fuzz_set_up();
    is_set_up = true;
    fuzz_round(&draws);
    return 0;
}

#else

enum { MAX_FILE = 16 << 20 };

static inline void fuzz_file(const char *path)
{
    struct text text = { 0 };
    struct error err = { 0 };
    struct draws draws = { .state = 1 };

    if (file_read(path, MAX_FILE, &text, &err) < 0)
        BUG("%s", err.text);
    fuzz_seed = 0;
    draws.bytes = (const unsigned char *)text_data(&text);
    draws.len = text.len;
    printf("%s\n", path);
    (void)fflush(stdout); /* before a round that may end it all */
    fuzz_round(&draws);
    text_release(&text);
}

/* tests/fuzz/corpus/X of fuzz_X; returns how many. */
static inline size_t fuzz_corpus(const char *program)
{
    const char *slash = strrchr(program, '/');
    const char *name = strstr(slash ? slash : program, "fuzz_");
    char *folder = text_format("tests/fuzz/corpus/%s", name ? name + 5 : "");
    struct name_list names = { 0 };
    size_t num;

    if (file_is_folder(folder))
        (void)file_list(folder, &names, NULL);
    num = names.num;
    for (size_t i = 0; i < num; i++) {
        char *path = path_join(folder, names.names[i]);

        fuzz_file(path);
        free(path);
    }
    name_list_release(&names);
    free(folder);
    return num;
}

static inline void fuzz_rounds(uint64_t first, uint64_t rounds)
{
    const char *seconds = getenv("FUZZ_SECONDS");
    const int64_t start = clock_ms();
    uint64_t limit_ms = 0;
    uint64_t done = 0;

    if (seconds && text_to_uint64(seconds, &limit_ms)) {
        limit_ms *= 1000;
        rounds = UINT64_MAX;
    }
    for (; done < rounds; done++) {
        struct draws draws = { 0 };

        if (limit_ms > 0 && (uint64_t)(clock_ms() - start) > limit_ms)
            break;
        fuzz_seed = first + done;
        draws.state = fuzz_seed;
        fuzz_round(&draws);
    }
    printf("%llu rounds from seed %llu, %lld ms\n",
           (unsigned long long)done,
           (unsigned long long)first,
           (long long)(clock_ms() - start));
}

int main(int argc, char **argv)
{
    uint64_t first = 1;
    uint64_t rounds = FUZZ_ROUNDS;

    fuzz_is_usual = argc == 1 && !getenv("FUZZ_SECONDS");
    fuzz_set_up();
    if (argc > 1 && !text_to_uint64(argv[1], &first)) {
        for (int i = 1; i < argc; i++)
            fuzz_file(argv[i]);
    } else {
        if (argc > 2)
            (void)text_to_uint64(argv[2], &rounds);
        if (argc == 1)
            printf("%zu files of the corpus\n", fuzz_corpus(argv[0]));
        fuzz_rounds(first, rounds);
    }
    fuzz_tear_down();
    return 0;
}

#endif
#endif
