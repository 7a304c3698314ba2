/* Every column of the recorded run, parts too: its value lies in its intervals,
 * and both in the range that its metric declares.
 *
 * Without $TRUSTSWEEP_DATA, or no program built, the test is skipped.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/error.h"
#include "trustsweep/metric.h"

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

/* Takes the command. */
static void run(char *command)
{
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(command);
}

static struct cJSON *score(void)
{
    char folder[] = "/tmp/trustsweep-ranges-XXXXXX";
    struct error err = { 0 };
    char *file;
    char *out;
    struct cJSON *json;

    assert_non_null(mkdtemp(folder));
    file = path_join(folder, "board.h5");
    out = path_join(folder, "board.json");
    run(text_format("\"$TRUSTSWEEP\" score \"$TRUSTSWEEP_DATA/recorded\" "
                    "--dataset \"$TRUSTSWEEP_DATA/trustllm-dataset.zip\" "
                    "-o \"%s\" > /dev/null",
                    file));
    run(text_format("\"$TRUSTSWEEP\" analyze \"%s\" --json > \"%s\"",
                    file,
                    out));
    json = json_read(out, MAX_BYTES, &err);
    if (!json)
        fail_msg("%s", err.text);
    (void)unlink(file);
    (void)unlink(out);
    (void)rmdir(folder);
    free(file);
    free(out);
    return json;
}

static const struct metric_ops *metric_of(const struct cJSON *board,
                                          const char *column)
{
    const struct cJSON *at = json_first(json_member(board, "columns"));

    while (at && !text_equal(json_member_text(at, "name"), column))
        at = json_next(at);
    assert_non_null(at);
    return metric_find(json_member_text(at, "metric"));
}

/* What is wrong with a score, or NULL.  Comparisons with NaN are false. */
static const char *problem(const struct cJSON *row,
                           const struct metric_ops *metric,
                           bool is_paper)
{
    const double value = json_member_number(row, "value");
    const double low = json_member_number(row, "low");
    const double high = json_member_number(row, "high");
    const double within_low = json_member_number(row, "within_low");
    const double within_high = json_member_number(row, "within_high");

    if (isnan(value))
        return isnan(low) && isnan(within_low) ? NULL : "an interval only";
    if (low > value || high < value)
        return "outside of its interval";
    if (within_low > value || within_high < value)
        return "outside of the interval within";
    if (low > within_low || high < within_high)
        return "new clusters surer than these";
    if (low == high)
        return "an interval without a width";
    if (low < metric->least || high > metric->most || within_low < metric->least
        || within_high > metric->most)
        return "an interval out of range";
    if (value < metric->least || value > metric->most)
        return "out of range";
    if (json_member_number(row, "num") == 0 && (!is_paper || !isnan(low)))
        return "a value of nothing";
    return NULL;
}

static void every_score_is_in_its_range(void **state)
{
    struct cJSON *board = score();
    const struct cJSON *profile = json_first(json_member(board, "scores"));
    size_t num_values = 0;
    size_t num_wrong = 0;

    (void)state;
    for (; profile; profile = json_next(profile)) {
        const bool is_paper = text_equal(json_key(profile), "paper");

        for (const struct cJSON *row = json_first(profile); row;
             row = json_next(row)) {
            const char *column = json_member_text(row, "column");
            const char *text = problem(row, metric_of(board, column), is_paper);

            if (!isnan(json_member_number(row, "value")))
                num_values++;
            if (!text)
                continue;
            num_wrong++;
            printf("%s %s %s: %s\n",
                   json_key(profile),
                   json_member_text(row, "model"),
                   column,
                   text);
        }
    }
    assert_int_equal(num_wrong, 0);
    assert_true(num_values > 500);
    json_free(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_score_is_in_its_range),
    };
    const char *program = getenv("TRUSTSWEEP");

    if (!getenv("TRUSTSWEEP_DATA") || !program || !program[0]) {
        printf("skipped: TRUSTSWEEP_DATA is not set, or no program built\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
