/*
 * classify_refusal [WEIGHTS [FILE.json.gz...]] - replies a second on one core.
 *
 * Of the `res` members of the files, or of made-up replies of 900 bytes (the
 * recorded ones that carry a label have 775 on average, in longer words).
 */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "classify/refusal.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NUM_MADE = 2000, MADE_BYTES = 900, MAX_BYTES = 64 << 20 };

static const double least_s = 2;

struct replies {
    char **texts; /* [num] */
    size_t num;
    size_t cap;
    size_t bytes;
};

static void add(struct replies *out, char *reply)
{
    out->texts =
        mem_reserve(out->texts, &out->cap, out->num + 1, sizeof *out->texts);
    out->texts[out->num++] = reply;
    out->bytes += strlen(reply);
}

/* Few words often, many seldom, as in a language: the one of rank r about
 * 1/r of the time, of 20000. */
static void add_word(struct text *out, uint64_t *seed)
{
    uint64_t rank = (uint64_t)pow(20000, random_unit(seed));

    do {
        char letter = (char)('a' + rank % 26);
        text_add_len(out, &letter, 1);
        rank /= 26;
    } while (rank > 0);
}

static void make(struct replies *out)
{
    uint64_t seed = 1;

    while (out->num < NUM_MADE) {
        struct text reply = { 0 };
        while (reply.len < MADE_BYTES) {
            add_word(&reply, &seed);
            text_add(&reply, random_below(&seed, 12) ? " " : ".\n");
        }
        add(out, text_take(&reply));
    }
}

static int read_replies(struct replies *out,
                        const char *path,
                        struct error *err)
{
    struct cJSON *items = json_read(path, MAX_BYTES, err);

    if (!items) {
        return -1;
    }
    for (const struct cJSON *item = json_first(items); item;
         item = json_next(item)) {
        const char *reply = json_member_text(item, "res");
        if (reply) {
            add(out, mem_text(reply));
        }
    }
    json_free(items);
    return 0;
}

static void measure(const struct refusal_classifier *classifier,
                    const struct replies *replies)
{
    clock_t start = clock(); /* of this process: others do not count */
    double used = 0;
    size_t num = 0;
    double sum = 0;

    while (used < least_s) {
        for (size_t i = 0; i < replies->num; i++) {
            const char *reply = replies->texts[i];
            sum += refusal_score(classifier, reply, strlen(reply)).p;
        }
        num += replies->num;
        used = (double)(clock() - start) / CLOCKS_PER_SEC;
    }
    printf("%.0f replies/s, mean length %.0f bytes, mean p %.4f\n",
           (double)num / used,
           (double)replies->bytes / (double)replies->num,
           sum / (double)num);
}

int main(int argc, char **argv)
{
    struct error err = { 0 };
    struct replies replies = { 0 };
    char *path = argc > 1 ? mem_text(argv[1])
                          : path_share("datasets/refusal.weights", &err);
    struct refusal_classifier *classifier =
        path ? refusal_open(path, &err) : NULL;
    int result = classifier ? 0 : -1;

    for (int i = 2; result == 0 && i < argc; i++) {
        result = read_replies(&replies, argv[i], &err);
    }
    if (result == 0 && replies.num == 0) {
        make(&replies);
    }
    if (result == 0) {
        measure(classifier, &replies);
    } else {
        fprintf(stderr, "classify_refusal: %s\n", err.text);
    }
    for (size_t i = 0; i < replies.num; i++) {
        free(replies.texts[i]);
    }
    free(replies.texts);
    refusal_destroy(classifier);
    free(path);
    return result ? error_exit_status(&err) : 0;
}
