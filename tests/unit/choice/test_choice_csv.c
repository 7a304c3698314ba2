/* Rows of CSV: quotes, commas and line ends in fields, and what is refused. */
#include "choice/choice_csv.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Every field behind "|", every row behind "/LINE"; an error's text instead. */
static const char *rows_of(const char *bytes, size_t len)
{
    static char out[4096];
    struct choice_csv csv;
    struct choice_csv_row row;
    struct error err = { 0 };
    size_t used = 0;
    int rc;

    out[0] = '\0';
    choice_csv_init(&csv, "f.csv", bytes, len);
    while ((rc = choice_csv_next(&csv, &row, &err)) > 0) {
        used +=
            (size_t)snprintf(out + used, sizeof out - used, "/%zu", row.line);
        for (size_t i = 0; i < row.num_fields; i++) {
            used += (size_t)
                snprintf(out + used, sizeof out - used, "|%s", row.fields[i]);
        }
        choice_csv_release(&row);
    }
    choice_csv_release(&row);
    if (rc < 0) {
        assert_int_equal(err.code, ERR_FORMAT);
        (void)snprintf(out, sizeof out, "%s", err.text);
    }
    return out;
}

static void rows_and_fields(void **state)
{
    static const struct {
        const char *csv, *rows;
    } cases[] = {
        { "", "" },
        { "\n\r\n\n", "" },
        { "a,b\n", "/1|a|b" },
        { "a,b", "/1|a|b" },
        { "a,b\r\nc,\r\n", "/1|a|b/2|c|" },
        { ",,\n", "/1|||" },
        { "\"a,b\",c\n", "/1|a,b|c" },
        { "\"say \"\"no\"\"\",c\n", "/1|say \"no\"|c" },
        { "\"two\nlines\",x\nnext,y\n", "/1|two\nlines|x/3|next|y" },
        { "\"\",x\n", "/1||x" },
        { "5\" pipe,x\n", "/1|5\" pipe|x" },
        { "\xef\xbb\xbf"
          "a,b\n",
          "/1|a|b" },
        { "a\rb,c\n", "/1|a\rb|c" },
        { "\"open,x\n\nend", "f.csv:1: field 1: a quote that is not closed" },
        { "ok\nx,\"a\"b,c\n", "f.csv:2: field 2: text behind a closing quote" },
        { "a,\xff\n", "f.csv:1: field 2: is no UTF-8 text" },
        { "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
          "f.csv:1: field 17: more fields than any such file has" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(rows_of(cases[i].csv, strlen(cases[i].csv)),
                            cases[i].rows);
    }
}

static void bytes_that_are_no_text(void **state)
{
    static char much[CHOICE_CSV_FIELD_BYTES + 64];

    (void)state;
    assert_string_equal(rows_of("a\0b,c\n", 6),
                        "f.csv:1: field 1: is no UTF-8 text");
    memset(much, 'x', sizeof much);
    assert_string_equal(rows_of(much, sizeof much),
                        "f.csv:1: field 1: longer than 64 KiB");
    much[0] = '"';
    assert_string_equal(rows_of(much, sizeof much),
                        "f.csv:1: field 1: longer than 64 KiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_fields),
        cmocka_unit_test(bytes_that_are_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
