/* The answers that the authors recorded, scored by the program, beside the
 * board they published.
 *
 * $TRUSTSWEEP_DATA holds recorded/MODEL/DIMENSION/FILE.json.gz and the official
 * zip; without it the test is skipped.  published.txt says of every cell of the
 * board whether it is equal, different (with our value) or missing.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

static const char expected_path[] = "tests/golden/analysis/published.txt";

/* Takes the command. */
static void run(char *command)
{
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(command);
}

static struct cJSON *compare(const char *folder)
{
    struct error err = { 0 };
    char *file = path_join(folder, "board.h5");
    char *out = path_join(folder, "board.json");
    struct cJSON *json;

    run(text_format("\"$TRUSTSWEEP\" score \"$TRUSTSWEEP_DATA/recorded\" "
                    "--dataset \"$TRUSTSWEEP_DATA/trustllm-dataset.zip\" "
                    "-o \"%s\" > /dev/null",
                    file));
    run(text_format("\"$TRUSTSWEEP\" analyze \"%s\" --published --json "
                    "> \"%s\"",
                    file,
                    out));
    json = json_read(out, MAX_BYTES, &err);
    if (!json)
        fail_msg("%s", err.text);
    (void)unlink(file);
    (void)unlink(out);
    free(file);
    free(out);
    return json;
}

/* "MODEL COLUMN equal", "... missing", "... different 0.6948". */
static void describe(const struct cJSON *row, struct text *out)
{
    const char *verdict = json_member_text(row, "verdict");

    text_addf(out,
              "%s %s %s",
              json_member_text(row, "model"),
              json_member_text(row, "column"),
              verdict);
    if (text_equal(verdict, "different"))
        text_addf(out, " %.4f", json_member_number(row, "ours"));
    text_add(out, "\n");
}

static void is_as_expected(void **state)
{
    char folder[] = "/tmp/trustsweep-golden-XXXXXX";
    struct text expected = { 0 };
    struct text found = { 0 };
    struct cJSON *json;
    size_t num_reasons = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    json = compare(folder);
    (void)rmdir(folder);
    for (const struct cJSON *row = json_first(json_member(json, "comparisons"));
         row;
         row = json_next(row)) {
        describe(row, &found);
        if (!text_equal(json_member_text(row, "verdict"), "equal"))
            num_reasons += json_member_text(row, "reason") != NULL;
    }
    assert_int_equal(file_read(expected_path, MAX_BYTES, &expected, NULL), 0);
    if (strcmp(text_data(&found), text_data(&expected)) != 0) {
        fail_msg("not as in %s; found:\n%s", expected_path, text_data(&found));
    }
    /* nothing is left out in silence */
    assert_true(json_count(json_member(json, "not_on_the_board")) == 0);
    assert_true(
        num_reasons
        == json_count(json_member(json, "comparisons"))
               - (size_t)json_member_number(json_member(json, "summary"),
                                            "equal"));
    text_release(&expected);
    text_release(&found);
    json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(is_as_expected) };
    const char *program = getenv("TRUSTSWEEP");

    if (!getenv("TRUSTSWEEP_DATA") || !program || !program[0]) {
        printf("skipped: TRUSTSWEEP_DATA is not set, or no program built\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
