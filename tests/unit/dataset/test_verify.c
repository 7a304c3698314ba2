/* Comparing a data set with its manifest, and importing the release. */
#include "base/hash.h"
#include "dataset/import.h"
#include "dataset/verify.h"
#include "tests/unit/dataset/files.h"

#define ONE "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1}]"
#define TWO "[{\"prompt\":\"r\"}]"

/* A benchmark whose official files are ONE and TWO. */
static struct manifest *release(const struct files *files)
{
    char one[65];
    char two[65];

    sha256_bytes(ONE, strlen(ONE), one);
    sha256_bytes(TWO, strlen(TWO), two);
    return files_manifest(files, "trustllm", one, two);
}

static void every_task_has_a_state(void **state)
{
    const struct files *files = *state;
    struct manifest *manifest = release(files);
    char *path = files_path(files, "d");

    files_put(files, "d/alpha/one.json", "[{\"prompt\":1}]");
    files_put(files, "d/beta/two.json", TWO);
    files_put(files, "d/beta/other.json", TWO);
    files_put(files, "d/beta/other.json.gz", TWO);
    files_put(files, "d/README.md", "x");
    struct verify *verify = verify_run(manifest, path, NULL);
    assert_non_null(verify);
    assert_int_equal(verify->num_tasks, 2);
    assert_int_equal(verify->tasks[0].state, VERIFY_BROKEN);
    assert_non_null(strstr(verify->tasks[0].text, "item 0: field 'prompt'"));
    assert_int_equal(strlen(verify->tasks[0].sha256), 64);
    assert_int_equal(verify->tasks[1].state, VERIFY_OFFICIAL);
    assert_int_equal(verify->tasks[1].num_items, 1);
    assert_string_equal(verify->tasks[1].text, "");
    assert_int_equal(verify->num_official, 1);
    assert_int_equal(verify->num_broken, 1);
    assert_int_equal(verify->num_others, 1);
    assert_string_equal(verify->others[0], "beta/other");
    verify_destroy(verify);

    files_remove(path);
    files_put(files, "d/beta/two.json", "[]");
    verify = verify_run(manifest, path, NULL);
    assert_non_null(verify);
    assert_int_equal(verify->tasks[0].state, VERIFY_ABSENT);
    assert_string_equal(verify->tasks[0].sha256, "");
    assert_int_equal(verify->tasks[1].state, VERIFY_DIFFERENT);
    assert_int_equal(verify->tasks[1].num_items, 0);
    assert_string_equal(verify_state_name(VERIFY_DIFFERENT), "different");
    verify_destroy(verify);
    free(path);
    manifest_destroy(manifest);
}

static void what_cannot_be_opened_is_an_error(void **state)
{
    const struct files *files = *state;
    struct manifest *manifest = release(files);
    struct error err = { 0 };

    assert_null(verify_run(manifest, "/nowhere/at/all", &err));
    assert_int_equal(err.code, ERR_IO);
    verify_destroy(NULL);
    manifest_destroy(manifest);
}

static void a_release_is_unpacked_once(void **state)
{
    static const char *const pairs[] = { "dataset/alpha/one.json",
                                         ONE,
                                         "dataset/beta/two.json",
                                         TWO,
                                         NULL };
    const struct files *files = *state;
    struct manifest *manifest = release(files);
    char *zip = files_path(files, "r.zip");
    char *folder = files_path(files, "out/here");
    struct text report = { 0 };

    files_zip(files, "r.zip", pairs);
    assert_int_equal(import_release(zip, folder, NULL, &report, NULL), 0);
    assert_non_null(strstr(text_data(&report),
                           "one.json: 2 items, checksum "
                           "right, written\n"));
    assert_non_null(strstr(text_data(&report), "2 files, "));
    struct verify *verify = verify_run(manifest, folder, NULL);
    assert_non_null(verify);
    assert_int_equal(verify->num_official, 2);
    verify_destroy(verify);

    text_clear(&report);
    assert_int_equal(import_release(zip, folder, NULL, &report, NULL), 0);
    assert_non_null(strstr(text_data(&report), "was there"));
    text_release(&report);
    free(folder);
    free(zip);
    manifest_destroy(manifest);
}

/* --- expected failures ------------------------------------------------- */

static void expect(const struct files *files,
                   enum error_code code,
                   const char *text)
{
    char *zip = files_path(files, "r.zip");
    char *folder = files_path(files, "out");
    struct text report = { 0 };
    struct error err = { 0 };

    assert_int_equal(import_release(zip, folder, NULL, &report, &err), -1);
    if (err.code != code || !strstr(err.text, text))
        fail_msg("%s", err.text);
    assert_int_equal(report.len, 0);
    text_release(&report);
    free(folder);
    free(zip);
}

static void nothing_is_written_unless_all_is_right(void **state)
{
    static const char *const lacking[] = { "alpha/one.json", ONE, NULL };
    static const char *const bent[] = { "alpha/one.json",
                                        ONE,
                                        "beta/two.json",
                                        "[]",
                                        NULL };
    static const char *const good[] = { "alpha/one.json",
                                        ONE,
                                        "beta/two.json",
                                        TWO,
                                        NULL };
    const struct files *files = *state;
    char *folder = files_path(files, "out");
    char *first = files_path(files, "out/alpha");

    manifest_destroy(release(files));
    expect(files, ERR_IO, "no such data set");
    files_zip(files, "r.zip", lacking);
    expect(files, ERR_FORMAT, "has no beta/two.json");
    files_zip(files, "r.zip", bent);
    expect(files, ERR_FORMAT, "beta/two.json is not the official file");
    assert_false(file_exists(folder));
    files_zip(files, "r.zip", good);
    files_put(files, "out/beta/two.json", "[1]");
    expect(files, ERR_USAGE, "out/beta/two.json is there already and differs");
    assert_false(file_exists(first));
    free(first);
    free(folder);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_task_has_a_state),
        TEST(what_cannot_be_opened_is_an_error),
        TEST(a_release_is_unpacked_once),
        TEST(nothing_is_written_unless_all_is_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
