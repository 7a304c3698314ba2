/* Data sets from folders, gzipped files and zip files, and every complaint. */
#include "base/gzip.h"
#include "base/json.h"
#include "dataset/dataset.h"
#include "tests/unit/dataset/files.h"
#include "trustsweep/bug.h"

#define TWO "[{\"prompt\":\"r\"}]"

static const char one_file[] =
    "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1},\n"
    " {\"prompt\":\"q\",\"kind\":\"y\",\"a\":null,\"f\":NaN}]";

static struct manifest *mini(const struct files *files)
{
    return files_manifest(files, "mini", NO_SHA256, NO_SHA256);
}

static struct dataset *open_at(const struct files *files,
                               const struct manifest *manifest,
                               const char *name,
                               struct error *err)
{
    char *path = files_path(files, name);
    struct dataset_params params = { .location = path };
    struct dataset *dataset = dataset_open(manifest, &params, err);

    free(path);
    return dataset;
}

static void check_both(const struct dataset *dataset)
{
    assert_non_null(dataset);
    assert_int_equal(dataset->num_tasks, 2);
    assert_false(dataset->is_sample);
    const struct dataset_task *one = dataset_find(dataset, "alpha/one");
    assert_ptr_equal(one, &dataset->tasks[0]);
    assert_int_equal(one->num_items, 2);
    assert_false(one->is_official);
    const struct item *item = &one->items[1];
    assert_string_equal(item->task, "alpha/one");
    assert_int_equal(item->index, 1);
    assert_string_equal(item->prompt, "q");
    assert_string_equal(json_member_text(item->entry, "kind"), "y");
    assert_true(json_is_null(json_member(item->entry, "f")));
    struct hash128 hash = json_hash(item->entry);
    assert_true(hash_equal(item->hash, hash));
    assert_string_equal(dataset->tasks[1].items[0].prompt, "r");
    assert_null(dataset_find(dataset, "alpha/two"));
}

static void put_gzipped(const struct files *files,
                        const char *name,
                        const char *content)
{
    struct text bytes = { 0 };

    gzip_deflate(content, strlen(content), &bytes);
    files_put_bytes(files, name, bytes.data, bytes.len);
    text_release(&bytes);
}

/* The same data in every layout has the same digest. */
static void every_layout_reads_alike(void **state)
{
    static const char *const zipped[] = { "dataset/alpha/one.json",
                                          one_file,
                                          "dataset/beta/two.json",
                                          TWO,
                                          "dataset/README",
                                          "x",
                                          NULL };
    static const char *const flat[] = { "beta/two.json",
                                        TWO,
                                        "alpha/one.json",
                                        one_file,
                                        NULL };
    static const char *const names[] = { "plain",
                                         "gz",
                                         "inner",
                                         "z.zip",
                                         "flat.zip" };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    char first[65] = "";

    files_put(files, "plain/alpha/one.json", one_file);
    files_put(files, "plain/beta/two.json", TWO);
    put_gzipped(files, "gz/alpha/one.json.gz", one_file);
    put_gzipped(files, "gz/beta/two.json.gz", TWO);
    files_put(files, "inner/dataset/alpha/one.json", one_file);
    put_gzipped(files, "inner/dataset/beta/two.json.gz", TWO);
    files_zip(files, "z.zip", zipped);
    files_zip(files, "flat.zip", flat);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct error err = { 0 };
        struct dataset *dataset = open_at(files, manifest, names[i], &err);

        assert_string_equal(err.text, "");
        check_both(dataset);
        assert_true(text_ends(dataset->location, names[i]));
        assert_int_equal(dataset->location[0], '/');
        if (i == 0)
            memcpy(first, dataset->digest, sizeof first);
        assert_string_equal(dataset->digest, first);
        dataset_destroy(dataset);
    }
    manifest_destroy(manifest);
}

static void the_sample_comes_with_the_installation(void **state)
{
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    struct dataset_params params = { .location = "sample" };

    files_put(files, "datasets/sample/beta/two.json", TWO);
    struct dataset *dataset = dataset_open(manifest, &params, NULL);
    assert_non_null(dataset);
    assert_true(dataset->is_sample);
    assert_int_equal(dataset->num_tasks, 1); /* the other file is absent */
    assert_string_equal(dataset->tasks[0].task->name, "beta/two");
    dataset_destroy(dataset);
    manifest_destroy(manifest);
}

static void the_checksum_is_of_the_bytes(void **state)
{
    const struct files *files = *state;
    char sha256[65];

    sha256_bytes(TWO, strlen(TWO), sha256);
    struct manifest *manifest =
        files_manifest(files, "mini", NO_SHA256, sha256);
    put_gzipped(files, "d/beta/two.json.gz", TWO);
    files_put(files, "d/alpha/one.json", "[]");
    struct dataset *dataset = open_at(files, manifest, "d", NULL);
    assert_non_null(dataset);
    assert_int_equal(dataset->tasks[0].num_items, 0);
    assert_false(dataset->tasks[0].is_official);
    assert_true(dataset->tasks[1].is_official);
    assert_string_equal(dataset->tasks[1].sha256, sha256);
    dataset_destroy(dataset);
    manifest_destroy(manifest);
}

static void equal_items_are_numbered(void **state)
{
    static const uint32_t expected[] = { 0, 0, 1, 2, 1 };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);

    files_put(files,
              "d/beta/two.json",
              "[{\"prompt\":\"a\",\"z\":1},{\"prompt\":\"b\"},"
              "{ \"prompt\" : \"b\" },{\"prompt\":\"b\"},"
              "{\"z\":1.0,\"prompt\":\"a\"}]");
    struct dataset *dataset = open_at(files, manifest, "d", NULL);
    assert_non_null(dataset);
    assert_int_equal(dataset->tasks[0].num_items, ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        assert_int_equal(dataset->tasks[0].items[i].occurrence, expected[i]);
    dataset_destroy(dataset);
    manifest_destroy(manifest);
}

static void globs_choose_tasks_and_limit_items(void **state)
{
    static const char *const only[] = { "alpha/*" };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    char *path = files_path(files, "d");
    struct dataset_params params = { .location = path,
                                     .only = only,
                                     .num_only = 1,
                                     .limit = 1 };

    files_put(files, "d/alpha/one.json", one_file);
    files_put(files, "d/beta/two.json", "broken, and not looked at");
    struct dataset *dataset = dataset_open(manifest, &params, NULL);
    assert_non_null(dataset);
    assert_int_equal(dataset->num_tasks, 1);
    assert_int_equal(dataset->tasks[0].num_items, 1);
    dataset_destroy(dataset);
    params.limit = 7;
    dataset = dataset_open(manifest, &params, NULL);
    assert_non_null(dataset);
    assert_int_equal(dataset->tasks[0].num_items, 2);
    dataset_destroy(dataset);
    free(path);
    manifest_destroy(manifest);
}

/* --- expected failures ------------------------------------------------- */

static const struct {
    const char *content; /* of alpha/one.json */
    const char *text;
} bad[] = {
    { "{}", "alpha/one.json: is of type object, not array" },
    { "[3]", "alpha/one.json: item 0: is of type number, not object" },
    { "[{\"kind\":\"x\",\"a\":1}]",
      "alpha/one.json: item 0: field 'prompt' is missing" },
    { "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1},{\"prompt\":\"p\",\"a\":1}]",
      "alpha/one.json: item 1: field 'kind' is missing" },
    { "[{\"prompt\":null,\"kind\":\"x\",\"a\":1}]",
      "alpha/one.json: item 0: field 'prompt' is null" },
    { "[{\"prompt\":[],\"kind\":\"x\",\"a\":1}]",
      "alpha/one.json: item 0: field 'prompt' is of type array, not string" },
    { "[{\"prompt\":\"p\",\"kind\":\"z\",\"a\":1}]",
      "alpha/one.json: item 0: field 'kind' is 'z', which is none of its 2 "
      "values" },
    { "[{\"prompt\":\"p\",\"kind\":\"x\"}]",
      "alpha/one.json: item 0: field 'a' is missing" },
    { "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1,\"n\":1.5}]",
      "alpha/one.json: item 0: field 'n' is of type number, not integer" },
    { "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1,\"f\":\"1\"}]",
      "alpha/one.json: item 0: field 'f' is of type string, not number" },
    { "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1,\"o\":[]}]",
      "alpha/one.json: item 0: field 'o' is of type array, not object" },
    { "[{\"prompt\":\"p\",\"kind\":\"x\",\"a\":1,\"l\":{}}]",
      "alpha/one.json: item 0: field 'l' is of type object, not array" },
};

static void bad_items_are_named(void **state)
{
    const struct files *files = *state;
    struct manifest *manifest = mini(files);

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = { 0 };
        files_put(files, "d/alpha/one.json", bad[i].content);
        assert_null(open_at(files, manifest, "d", &err));
        char *wanted = text_format("%s/d: %s; mend that file, or give the "
                                   "official release",
                                   files->folder,
                                   bad[i].text);
        assert_string_equal(err.text, wanted);
        free(wanted);
        assert_int_equal(err.code, ERR_FORMAT);
    }
    struct error err = { 0 };
    files_put(files, "d/alpha/one.json", "[{\n}");
    assert_null(open_at(files, manifest, "d", &err));
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, "/d: alpha/one.json:2:"));
    manifest_destroy(manifest);
}

static void a_glob_that_matches_nothing_is_a_mistake(void **state)
{
    static const char *const only[] = { "alpha/*", "beta/tow" };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    struct dataset_params params = { .location = "sample",
                                     .only = only,
                                     .num_only = 2 };
    struct error err = { 0 };

    assert_null(dataset_open(manifest, &params, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text,
                        "'beta/tow' matches no task of mini; did you mean "
                        "'beta/two'?");
    manifest_destroy(manifest);
}

static void expect(const struct files *files,
                   const struct manifest *manifest,
                   const char *name,
                   enum error_code code,
                   const char *text)
{
    struct error err = { 0 };

    assert_null(open_at(files, manifest, name, &err));
    if (err.code != code || !strstr(err.text, text) || !strstr(err.text, name))
        fail_msg("%s: %s", name, err.text);
}

static void bad_places_are_named(void **state)
{
    static const char *const names[] = { "../x",   "/x",   "a//b",
                                         "a/../b", "a\\b", "./a",
                                         "a\n",    "a/..", "a\xc2\x9b" };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);

    expect(files, manifest, "nowhere", ERR_IO, "no such data set");
    files_put(files, "no.zip", "this is no zip file at all");
    expect(files, manifest, "no.zip", ERR_FORMAT, "is no archive");
    files_put(files, "empty/x", "");
    expect(files, manifest, "empty", ERR_FORMAT, "none of the files");
    files_put(files, "torn/alpha/one.json.gz", "\x1f\x8b");
    expect(files, manifest, "torn", ERR_FORMAT, "one.json.gz");
    files_put(files, "odd/alpha/one.json/x", "");
    expect(files, manifest, "odd", ERR_IO, "one.json");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *const pairs[] = { "alpha/one.json",
                                      one_file,
                                      names[i],
                                      "x",
                                      NULL };
        files_zip(files, "odd.zip", pairs);
        expect(files, manifest, "odd.zip", ERR_FORMAT, "entry 1 has an odd");
    }
    manifest_destroy(manifest);
}

/* Of two entries of one name only one can be meant.  No library writes them: a
 * name is changed in the file. */
static void a_name_twice_is_refused(void **state)
{
    static const char *const pairs[] = { "alpha/one.json",
                                         one_file,
                                         "alpha/onf.json",
                                         "[]",
                                         NULL };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    char *path = files_path(files, "twice.zip");
    struct text bytes = { 0 };
    size_t num = 0;

    files_zip(files, "twice.zip", pairs);
    assert_int_equal(file_read(path, 1 << 20, &bytes, NULL), 0);
    for (size_t i = 0; i + 3 <= bytes.len; i++) {
        if (memcmp(bytes.data + i, "onf", 3) == 0) {
            bytes.data[i + 2] = 'e';
            num++;
        }
    }
    assert_int_equal(num, 2);
    assert_int_equal(file_write(path, bytes.data, bytes.len, NULL), 0);
    expect(files,
           manifest,
           "twice.zip",
           ERR_FORMAT,
           "alpha/one.json stands in it twice");
    text_release(&bytes);
    free(path);
    manifest_destroy(manifest);
}

/* A small zip file may hold a very large entry. */
static void a_huge_entry_is_refused(void **state)
{
    enum { LEN = (64 << 20) + 1 };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    char *spaces = mem_alloc(LEN + 1, 1);
    memset(spaces, ' ', LEN);
    const char *const pairs[] = { "alpha/one.json", spaces, NULL };

    files_zip(files, "huge.zip", pairs);
    expect(files, manifest, "huge.zip", ERR_FORMAT, "larger than the 67108864");
    free(spaces);
    manifest_destroy(manifest);
}

/* A bit that tips over inside an entry is found by its checksum. */
static void a_damaged_entry_is_found(void **state)
{
    static const char *const pairs[] = { "alpha/one.json", one_file, NULL };
    const struct files *files = *state;
    struct manifest *manifest = mini(files);
    struct text bytes = { 0 };
    char *path = files_path(files, "bent.zip");

    files_zip(files, "bent.zip", pairs);
    assert_int_equal(file_read(path, 1 << 20, &bytes, NULL), 0);
    bytes.data[30 + strlen(pairs[0]) + 12] ^= 1; /* after the local header */
    files_put_bytes(files, "bent.zip", bytes.data, bytes.len);
    expect(files, manifest, "bent.zip", ERR_FORMAT, "alpha/one.json");
    free(path);
    text_release(&bytes);
    dataset_destroy(NULL);
    manifest_destroy(manifest);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, files_set_up, files_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_layout_reads_alike),
        TEST(the_sample_comes_with_the_installation),
        TEST(the_checksum_is_of_the_bytes),
        TEST(equal_items_are_numbered),
        TEST(globs_choose_tasks_and_limit_items),
        TEST(bad_items_are_named),
        TEST(a_glob_that_matches_nothing_is_a_mistake),
        TEST(bad_places_are_named),
        TEST(a_name_twice_is_refused),
        TEST(a_huge_entry_is_refused),
        TEST(a_damaged_entry_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
