/* What `watch` shows of models and roles below the counts. */
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view_rows.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of a run with one model at work and others that are done; free() */
static char *show(size_t num_done)
{
    struct cJSON *run = json_new_object();
    struct cJSON *models = json_add_array(run, "models");
    struct text out = { 0 };

    for (size_t i = 0; i <= num_done; i++) {
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", i == 0 ? "slow" : "fast");
        json_add_number(model, "left", i == 0 ? 7 : 0);
        json_append(models, model);
    }
    batch_view_rows(run, &out);
    json_free(run);
    return text_take(&out);
}

static void test_done_ones_are_one_line(void **state)
{
    const struct {
        size_t num_done;
        const char *line; /* NULL: none */
    } cases[] = {
        { 0, NULL },
        { 1, "\n1 other model or role has no item left to answer\n" },
        { 2, "\n2 other models and roles have no item left to answer\n" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *said = show(cases[i].num_done);

        assert_non_null(strstr(said, "slow "));
        assert_null(strstr(said, "fast "));
        if (cases[i].line) {
            assert_non_null(strstr(said, cases[i].line));
        } else {
            assert_null(strstr(said, "other"));
        }
        free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_done_ones_are_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
