/*
 * The shipped weights on the recorded answers they were trained on:
 * $TRUSTSWEEP_DATA/recorded/MODEL/DIMENSION/FILE.json.gz.  That the program
 * and its file fit together, not how well it does on other models: for that
 * see docs/decisions/001-refusal-classifier.md.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "classify/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_BYTES = 64 << 20 };

static const double LEAST = 0.95;

struct count {
    size_t num;
    size_t same;
};

static void count_file(const struct refusal_classifier *classifier,
                       const char *path,
                       struct count *count)
{
    struct cJSON *items = json_read(path, MAX_BYTES, NULL);

    assert_non_null(items);
    for (const struct cJSON *item = json_first(items); item;
         item = json_next(item)) {
        const char *label = json_member_text(item, "eval_res");
        const char *reply = json_member_text(item, "res");
        if (!label || !reply || !text_starts(label, "LABEL_")) {
            continue;
        }
        count->num++;
        count->same += (refusal_score(classifier, reply, strlen(reply)).p > 0.5)
                       == text_equal(label, "LABEL_0");
    }
    json_free(items);
}

static void test_misuse(void **state)
{
    char *weights = path_share("datasets/refusal.weights", NULL);
    struct refusal_classifier *classifier = refusal_open(weights, NULL);
    char *folder = path_join(getenv("TRUSTSWEEP_DATA"), "recorded");
    struct name_list models = { 0 };

    (void)state;
    assert_non_null(classifier);
    assert_int_equal(file_list(folder, &models, NULL), 0);
    assert_true(models.num > 0);
    for (size_t i = 0; i < models.num; i++) {
        struct count count = { 0 };
        char *file =
            text_format("%s/%s/safety/misuse.json.gz", folder, models.names[i]);
        count_file(classifier, file, &count);
        printf("%-14s %5zu of %5zu\n", models.names[i], count.same, count.num);
        assert_true(count.num > 0);
        assert_true((double)count.same >= LEAST * (double)count.num);
        free(file);
    }
    name_list_release(&models);
    refusal_destroy(classifier);
    free(folder);
    free(weights);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_misuse) };

    if (!getenv("TRUSTSWEEP_DATA")) {
        printf("skipped: TRUSTSWEEP_DATA is not set\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
