/* The official release, from the folder that TRUSTSWEEP_DATA names. */
#include "base/text.h"
#include "dataset/dataset.h"
#include "dataset/import.h"
#include "dataset/verify.h"
#include "tests/unit/dataset/files.h"

static char *official_zip(void)
{
    const char *folder = getenv("TRUSTSWEEP_DATA");

    if (!folder || folder[0] == '\0')
        skip();
    return text_format("%s/trustllm-dataset.zip", folder);
}

static struct manifest *read_real(void)
{
    struct manifest *manifest = manifest_read("trustllm", NULL);

    assert_non_null(manifest);
    return manifest;
}

static size_t count_repeated(const struct dataset *dataset)
{
    size_t num = 0;

    for (size_t t = 0; t < dataset->num_tasks; t++) {
        for (size_t i = 0; i < dataset->tasks[t].num_items; i++)
            num += dataset->tasks[t].items[i].occurrence > 0;
    }
    return num;
}

static void the_release_passes_every_check(void **state)
{
    char *zip = official_zip();
    struct manifest *manifest = read_real();
    struct dataset_params params = { .location = zip };
    struct error err = { 0 };

    (void)state;
    struct dataset *dataset = dataset_open(manifest, &params, &err);
    assert_string_equal(err.text, "");
    assert_non_null(dataset);
    assert_int_equal(dataset->num_tasks, 24);
    for (size_t i = 0; i < dataset->num_tasks; i++) {
        const struct dataset_task *task = &dataset->tasks[i];
        assert_ptr_equal(task->task, &manifest->tasks[i]);
        assert_true(task->is_official);
        assert_int_equal(task->num_items, task->task->num_items);
    }
    assert_int_equal(count_repeated(dataset), 51);
    dataset_destroy(dataset);
    manifest_destroy(manifest);
    free(zip);
}

static void the_release_verifies(void **state)
{
    char *zip = official_zip();
    struct manifest *manifest = read_real();
    struct verify *verify = verify_run(manifest, zip, NULL);

    (void)state;
    assert_non_null(verify);
    assert_int_equal(verify->num_official, 24);
    assert_int_equal(verify->num_others, 0);
    verify_destroy(verify);
    manifest_destroy(manifest);
    free(zip);
}

static void the_release_unpacks_to_an_equal_data_set(void **state)
{
    char *zip = official_zip();
    struct manifest *manifest = read_real();
    char folder[] = "/tmp/trustsweep-official-XXXXXX";
    struct text report = { 0 };
    struct dataset_params params = { .location = zip, .limit = 1 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(import_release(zip, folder, NULL, &report, NULL), 0);
    struct dataset *packed = dataset_open(manifest, &params, NULL);
    params.location = folder;
    struct dataset *unpacked = dataset_open(manifest, &params, NULL);
    assert_non_null(packed);
    assert_non_null(unpacked);
    assert_string_equal(packed->digest, unpacked->digest);
    dataset_destroy(unpacked);
    dataset_destroy(packed);
    files_remove(folder);
    text_release(&report);
    manifest_destroy(manifest);
    free(zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_release_passes_every_check),
        cmocka_unit_test(the_release_verifies),
        cmocka_unit_test(the_release_unpacks_to_an_equal_data_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
