/* Rows of CSV: quotes, separators and line ends in cells, where they stand, and
 * what is refused. */
#include "base/csv.h"
#include "base/mem.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct csv_format plain = { .separator = ',', .max_cells = 4 };
static const struct csv_format small = { .separator = ',',
                                         .max_cells = 4,
                                         .max_bytes = 3 };
static const struct csv_format sheet = { .separator = ';',
                                         .cr_ends_row = true,
                                         .max_cells = 4 };
static const struct csv_format loose = { .separator = ',',
                                         .comment = '#',
                                         .blanks_around = true,
                                         .max_cells = 4 };
static const struct csv_format tabs = { .separator = '\t',
                                        .blanks_around = true,
                                        .max_cells = 4 };

static void add_fault(struct text *out, const struct csv_fault *fault)
{
    static const char *const kinds[] = {
        [CSV_NOT_CLOSED] = "not closed",
        [CSV_TEXT_BEHIND] = "text behind",
        [CSV_TOO_MANY] = "too many",
        [CSV_TOO_LONG] = "too long",
    };

    assert_null(fault->cell.text);
    text_addf(out,
              "!%s: cell %zu of %zu:%zu, seen %zu:%zu",
              kinds[fault->kind],
              fault->cell.number,
              fault->cell.line,
              fault->cell.column,
              fault->line,
              fault->column);
}

/* "/" a row, LINE:COLUMN and "|" a cell, "=" where it was in quotes; the fault
 * behind "!".  To free(). */
static char *rows_of(const struct csv_format *format,
                     const char *bytes,
                     size_t len)
{
    char *own = mem_copy(bytes, len); /* so that reading too far is seen */
    struct text out = { 0 };
    struct csv csv;
    int rc;

    csv_init(&csv, format, own, len);
    do {
        rc = csv_next(&csv);
        if (rc > 0)
            text_add(&out, csv_is_empty_row(&csv) ? "/-" : "/");
        for (size_t i = 0; i < csv.num; i++) {
            const struct csv_cell *cell = &csv.cells[i];

            assert_int_equal(cell->number, i + 1);
            assert_int_equal(cell->text[cell->len], '\0');
            text_addf(&out,
                      "%zu:%zu|%s",
                      cell->line,
                      cell->column,
                      cell->is_quoted ? "=" : "");
            text_add_len(&out, cell->text, cell->len);
            text_add(&out, "|");
        }
    } while (rc > 0);
    if (rc < 0)
        add_fault(&out, &csv.fault);
    csv_release(&csv);
    free(own);
    return text_take(&out);
}

struct rows {
    const struct csv_format *format;
    const char *csv, *rows;
};

static void check(const struct rows *cases, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        char *rows =
            rows_of(cases[i].format, cases[i].csv, strlen(cases[i].csv));

        assert_string_equal(rows, cases[i].rows);
        free(rows);
    }
}

static void test_rows_and_cells(void **state)
{
    static const struct rows cases[] = {
        { &plain, "", "" },
        { &plain, "\xef\xbb\xbf", "" },
        { &plain, "a,b\n", "/1:1|a|1:3|b|" },
        { &plain, "a,b", "/1:1|a|1:3|b|" },
        { &plain, "a,b\r\nc,\r\n", "/1:1|a|1:3|b|/2:1|c|2:3||" },
        { &plain, "a,", "/1:1|a|1:3||" },
        { &plain, ",,\n", "/1:1||1:2||1:3||" },
        { &plain, "a,b,c,d\n", "/1:1|a|1:3|b|1:5|c|1:7|d|" },
        { &plain,
          "\xef\xbb\xbf"
          "a,b\n",
          "/1:1|a|1:3|b|" },
        { &plain, "\n\r\nx\n", "/-1:1||/-2:1||/3:1|x|" },
        { &plain, "\"\"\n", "/1:1|=|" },
        { &sheet, "a,b;c\n", "/1:1|a,b|1:5|c|" },
    };

    (void)state;
    check(cases, ARRAY_LEN(cases));
}

static void test_quotes(void **state)
{
    static const struct rows cases[] = {
        { &plain, "\"a,b\",c\n", "/1:1|=a,b|1:7|c|" },
        { &plain, "\"say \"\"no\"\"\",c\n", "/1:1|=say \"no\"|1:14|c|" },
        { &plain, "\"two\nlines\",x\ny", "/1:1|=two\nlines|2:8|x|/3:1|y|" },
        { &plain, "\"a\r\nb\"\r\n", "/1:1|=a\r\nb|" },
        { &plain, "\"\",x\n", "/1:1|=|1:4|x|" },
        { &plain, "5\" pipe,x\n", "/1:1|5\" pipe|1:9|x|" },
        { &plain, " \"a\"\n", "/1:1| \"a\"|" },
        { &plain, "\"end\"", "/1:1|=end|" },
        { &loose, " \"a,b\"\t, c \n", "/1:1|=a,b|1:9| c |" },
        { &loose, "\" a \" \r\n", "/1:1|= a |" },
        { &tabs, "\"a\"\t \"b\"\t\n", "/1:1|=a|1:5|=b|1:10||" },
    };

    (void)state;
    check(cases, ARRAY_LEN(cases));
}

static void test_line_ends_and_comments(void **state)
{
    static const struct rows cases[] = {
        { &plain, "a\rb,c\n", "/1:1|a\rb|1:5|c|" },
        { &plain, "a\r", "/1:1|a|" },
        { &plain, "a\r\r\n", "/1:1|a\r|" },
        { &sheet, "a\rb;c\r\nd", "/1:1|a|/1:3|b|1:5|c|/2:1|d|" },
        { &sheet, "\"a\"\rb", "/1:1|=a|/1:5|b|" },
        { &loose, "#x,\"y\n\n#\nb\n#", "/-2:1||/4:1|b|" },
        { &loose, "a\n #b\n", "/1:1|a|/2:1| #b|" },
        { &plain, "#a\n", "/1:1|#a|" },
    };

    (void)state;
    check(cases, ARRAY_LEN(cases));
}

static void test_what_is_refused(void **state)
{
    static const struct rows cases[] = {
        { &plain, "\"open,x\n\nend", "!not closed: cell 1 of 1:1, seen 3:4" },
        { &plain,
          "ok\nx,\"a\"b,c\n",
          "/1:1|ok|2:1|x|!text behind: cell 2 of 2:3, seen 2:6" },
        { &plain, "\"a\nb\" ,c\n", "!text behind: cell 1 of 1:1, seen 2:3" },
        { &plain, "\"a\"\rb\n", "!text behind: cell 1 of 1:1, seen 1:4" },
        { &loose, "\"a\" b\n", "!text behind: cell 1 of 1:1, seen 1:5" },
        { &plain,
          "\"1\n\",2,3,4,5\n",
          "1:1|=1\n|2:3|2|2:5|3|2:7|4|!too many: cell 5 of 2:9, seen 2:9" },
        { &small, "abc,\"d\"\"f\"\n", "/1:1|abc|1:5|=d\"f|" },
        { &small, "a,abcd\n", "1:1|a|!too long: cell 2 of 1:3, seen 1:7" },
        { &small, "\"abc\"\"\"\n", "!too long: cell 1 of 1:1, seen 1:7" },
        { &small, "\"abcd", "!too long: cell 1 of 1:1, seen 1:6" },
    };

    (void)state;
    check(cases, ARRAY_LEN(cases));
}

static void test_bytes_that_are_no_text(void **state)
{
    static const char bytes[] = "a\0b,\"\0\"\n\xff";
    static const char want[] = "/1:1|a\0b|1:5|=\0|/2:1|\xff|";
    char *rows = rows_of(&plain, bytes, sizeof bytes - 1);

    (void)state;
    assert_memory_equal(rows, want, sizeof want);
    free(rows);
}

/* Cells stay where they are while a row grows. */
static void test_long_rows(void **state)
{
    enum { NUM = 5000 };
    static const struct csv_format wide = { .separator = ',',
                                            .max_cells = NUM };
    struct text in = { 0 };
    struct csv csv;

    (void)state;
    for (int i = 0; i < NUM; i++)
        text_addf(&in, "%s\"%d\"", i > 0 ? "," : "", i);
    csv_init(&csv, &wide, in.data, in.len);
    assert_int_equal(csv_next(&csv), 1);
    assert_int_equal(csv.num, NUM);
    for (int i = 0; i < NUM; i++) {
        int64_t value;

        assert_true(text_to_int64(csv.cells[i].text, &value));
        assert_int_equal(value, i);
    }
    assert_int_equal(csv_next(&csv), 0);
    csv_release(&csv);
    text_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_and_cells),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_line_ends_and_comments),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_long_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
