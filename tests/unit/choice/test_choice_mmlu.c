/* Rows of MMLU's form: what is wrong with a field, and where. */
#include "base/json.h"
#include "choice/choice_file.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What is wrong with it, or how many questions it has. */
static const char *fault_of(const char *bytes, size_t len)
{
    static char out[512];
    const struct choice_file file = { .path = "f.csv",
                                      .subject = "s",
                                      .bytes = bytes,
                                      .len = len };
    struct cJSON *questions = json_new_array();
    struct error err = { 0 };

    if (choice_mmlu_read(&file, questions, &err) < 0) {
        assert_int_equal(err.code, ERR_FORMAT);
        (void)snprintf(out, sizeof out, "%s", err.text);
    } else {
        (void)snprintf(out, sizeof out, "%zu", json_count(questions));
    }
    json_free(questions);
    return out;
}

static void fields(void **state)
{
    static const struct {
        const char *csv, *fault;
    } cases[] = {
        { "", "0" },
        { "\n\r\n\n", "0" },
        { "\nQ,a,b,c,d,A\r\n\r\nQ,a\rb,b,c,d,A\r", "2" },
        { "\xef\xbb\xbfquestion,A,B,C,D,answer\nQ,a,b,c,d,A", "1" },
        { "\"\"\n",
          "f.csv:1: 1 fields, not the 6 that are question, A, B, C, D, "
          "answer" },
        { "\"open,x\n\nend", "f.csv:1: field 1: a quote that is not closed" },
        { "\nx,\"a\"b,c\n", "f.csv:2: field 2: text behind a closing quote" },
        { "\"\n\",\"a\n\"b\n",
          "f.csv:2: field 2: text behind a closing quote" },
        { "a,\xff\n", "f.csv:1: field 2: is no UTF-8 text" },
        { "Q,a,b,c,d,A\nQ,a,b,,d,A\n", "f.csv:2: field 4: an option is empty" },
        { "\xff,\"open\n", "f.csv:1: field 1: is no UTF-8 text" },
        { "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
          "f.csv:1: field 17: more fields than any such file has" },
        { "\"\n\",2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
          "f.csv:1: field 17: more fields than any such file has" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(fault_of(cases[i].csv, strlen(cases[i].csv)),
                            cases[i].fault);
    }
}

static void bytes_that_are_no_text(void **state)
{
    static char much[64 * 1024 + 64];

    (void)state;
    assert_string_equal(fault_of("a\0b,c\n", 6),
                        "f.csv:1: field 1: is no UTF-8 text");
    memset(much, 'x', sizeof much);
    assert_string_equal(fault_of(much, sizeof much),
                        "f.csv:1: field 1: longer than 64 KiB");
    much[0] = '"';
    assert_string_equal(fault_of(much, sizeof much),
                        "f.csv:1: field 1: longer than 64 KiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),
        cmocka_unit_test(bytes_that_are_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
