/* What a check says of whole, torn and damaged journals, changing nothing. */
#include "fixture.h"
#include "gather/journal_check.h"

struct complaints {
    char texts[8][480];
    size_t num;
};

static void say(void *context, const char *text)
{
    struct complaints *complaints = context;

    assert_true(complaints->num < 8);
    (void)snprintf(complaints->texts[complaints->num++], 480, "%s", text);
}

static struct complaints complaints;

static struct journal_report check(const struct fixture *f)
{
    struct journal_report report;

    complaints.num = 0;
    journal_check(f->folder, f->params.job, say, &complaints, &report);
    assert_int_equal(report.is_damaged, complaints.num > 0);
    return report;
}

static void add_bytes(const char *path, const void *bytes, size_t len)
{
    struct text whole = read_all(path);

    text_add_len(&whole, bytes, len);
    assert_int_equal(file_write(path, whole.data, whole.len, NULL), 0);
    text_release(&whole);
}

static void test_whole(void **state)
{
    struct fixture *f = *state;
    struct journal_report report = check(f);

    assert_int_equal(report.num_files, 0);
    assert_false(report.is_damaged);
    f->params.job = "tonight";
    f->params.max_file_bytes = 400;
    fill(f, 0, 20, true);
    report = check(f);
    assert_false(report.is_damaged);
    assert_true(report.num_files > 5);
    assert_int_equal(report.num_records, 20);
    assert_int_equal(report.num_superseded, 0);
    assert_int_equal(report.torn_bytes, 0);
    f->params.job = "tomorrow";
    report = check(f);
    assert_int_equal(complaints.num, report.num_files);
    assert_non_null(strstr(complaints.texts[0], "another job"));
}

static void test_what_an_opening_mends(void **state)
{
    struct fixture *f = *state;
    struct journal_report report;
    struct journal *journal;
    char *left = text_format("%s/000001.tsj.new", f->folder);

    fill(f, 0, 9, true);
    journal = open_it(f);
    assert_int_equal(append(journal, 3, NULL), 0); /* a copy */
    journal_close(journal);
    add_bytes(first_file(f), "torn", 4);
    assert_int_equal(file_write(left, "x", 1, NULL), 0);
    report = check(f);
    assert_false(report.is_damaged);
    assert_int_equal(report.num_records, 10);
    assert_int_equal(report.num_superseded, 1);
    assert_int_equal(report.torn_bytes, 4);
    assert_int_equal(report.num_left_over, 1);
    report = check(f); /* the same again: nothing was changed */
    assert_int_equal(report.torn_bytes, 4);
    assert_int_equal(count(f), 9);
    journal_close(open_it(f));
    report = check(f);
    assert_int_equal(report.torn_bytes, 0);
    assert_int_equal(report.num_left_over, 0);
    free(left);
}

/* All that is damaged is said, not only the first. */
static void test_damage(void **state)
{
    struct fixture *f = *state;
    struct journal_report report;
    char *third;

    f->params.max_file_bytes = 400;
    fill(f, 0, 20, true);
    third = text_format("%s/000003.tsj", f->folder);
    flip(first_file(f), 100);
    flip(third, 60);
    report = check(f);
    assert_int_equal(complaints.num, 2);
    assert_non_null(strstr(complaints.texts[0], "000001.tsj"));
    assert_non_null(strstr(complaints.texts[1], "000003.tsj"));
    assert_true(report.num_files > 5);
    assert_in_range(report.num_records, 10, 18);
    flip(first_file(f), 100);
    assert_int_equal(unlink(third), 0);
    (void)check(f);
    assert_int_equal(complaints.num, 1);
    assert_non_null(strstr(complaints.texts[0], "000003.tsj is missing"));
    free(third);
}

/* A good CRC over a group that does not begin there: a writer's mistake. */
static void test_groups(void **state)
{
    struct fixture *f = *state;
    struct text entry = { 0 };
    struct text whole;
    struct journal_entry front;

    fill(f, 0, 2, true);
    whole = read_all(first_file(f));
    journal_file_peek((unsigned char *)whole.data + JOURNAL_FILE_HEADER,
                      &front);
    journal_file_put(&entry,
                     whole.data + JOURNAL_FILE_HEADER + JOURNAL_FILE_ENTRY,
                     front.len,
                     JOURNAL_FILE_HEADER + 7);
    add_bytes(first_file(f), entry.data, entry.len);
    (void)check(f);
    assert_int_equal(complaints.num, 1);
    assert_non_null(strstr(complaints.texts[0], "does not begin there"));
    text_release(&entry);
    text_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_whole),
        TEST(test_what_an_opening_mends),
        TEST(test_damage),
        TEST(test_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
