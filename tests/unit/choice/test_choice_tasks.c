/* Imported questions as tasks, columns and prompts. */
#include "base/json.h"
#include "base/mem.h"
#include "choice/choice_import.h"
#include "choice/choice_tasks.h"
#include "folder.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>

static char *import_two_subjects(void)
{
    char *folder = folder_make();
    const struct choice_import self = { .source = folder, .folder = folder };
    struct text report = { 0 };
    struct error err = { 0 };

    free(
        folder_put(folder,
                   "test/art_x_test.csv",
                   "Q1,a,b,c,d,A\nQ2,a,b,c,d,B\nQ2,a,b,c,d,B\nQ4,a,b,c,d,D\n"));
    free(folder_put(folder, "test/bio_test.csv", "R1,e,f,g,h,C\n"));
    free(folder_put(folder, "dev/art_x_dev.csv", "E1,i,j,k,l,D\n"));
    assert_int_equal(choice_import(&self, &report, &err), 0);
    text_release(&report);
    return folder;
}

static struct manifest *empty_manifest(void)
{
    return mem_alloc(1, sizeof(struct manifest));
}

static void tasks_and_columns(void **state)
{
    char *folder = import_two_subjects();
    struct manifest *manifest = empty_manifest();
    const struct choice_use uses[] = {
        { .location = folder, .task = "mmlu", .shots = -1 },
        { .location = folder,
          .task = "mmlu",
          .name = "words",
          .shots = 0,
          .limit = 3,
          .weighs_texts = true },
    };
    struct dataset_task tasks[2] = { 0 };
    struct error err = { 0 };
    static const char *const names[] = {
        "mmlu",      "mmlu.macro",  "mmlu.art_x",  "mmlu.bio",  "words",
        "words-sum", "words.macro", "words.art_x", "words.bio",
    };

    (void)state;
    assert_int_equal(choice_tasks_add(manifest, uses, 2, tasks, &err), 0);
    assert_int_equal(manifest->num_tasks, 2);
    assert_string_equal(manifest->tasks[1].name, "utility/words");
    assert_int_equal(manifest->num_columns, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_string_equal(manifest->columns[i].name, names[i]);
        assert_false(manifest->columns[i].is_ranked);
        assert_int_equal(manifest->columns[i].direction, 0);
        assert_string_equal(manifest->columns[i].dimension, "utility");
    }
    assert_int_equal(tasks[0].num_items, 5);
    assert_string_equal(
        tasks[0].items[0].prompt,
        "Choose the right answer to each question on art x. Reply with its "
        "letter only.\n\n"
        "Question: E1\nA. i\nB. j\nC. k\nD. l\nAnswer: D\n\n"
        "Question: Q1\nA. a\nB. b\nC. c\nD. d\nAnswer:");
    assert_int_equal(tasks[0].items[1].occurrence, 0);
    assert_int_equal(tasks[0].items[2].occurrence, 1); /* asked twice */
    assert_int_equal(tasks[0].utility->num_examples, 1);
    assert_true(fabs(tasks[0].utility->chance - 0.25) < 1e-12);
    /* three, spread: two of one subject and the only one of the other */
    assert_int_equal(tasks[1].num_items, 3);
    assert_int_equal(tasks[1].items[1].index, 1);
    assert_int_equal(tasks[1].items[2].index, 4);
    assert_string_equal(tasks[1].items[2].prompt, "Question: R1\nAnswer:");
    assert_string_equal(
        json_text(
            json_element(json_member(tasks[1].items[2].entry, "weighed"), 2)),
        "g");
    /* each column takes its subject */
    assert_true(
        column_wants(&manifest->columns[3], PROFILE_PAPER, &tasks[0].items[4]));
    assert_false(column_wants(&manifest->columns[3],
                              PROFILE_CORRECTED,
                              &tasks[0].items[0]));
    for (size_t i = 0; i < 2; i++)
        dataset_task_release(&tasks[i]);
    manifest_destroy(manifest);
    folder_remove(folder);
}

static void what_is_refused(void **state)
{
    char *folder = import_two_subjects();
    const struct choice_use wrong[] = {
        { .location = folder, .task = "mmlu", .shots = 2 },
        { .location = folder, .task = "none", .shots = -1 },
        { .location = folder, .task = "mmlu", .name = "A b", .shots = -1 },
    };
    static const char *const texts[] = {
        "2 shots, but there are 1 on art_x",
        "none.json",
        "'A b' can name no utility task",
    };
    const struct choice_use twice[] = {
        { .location = folder, .task = "mmlu", .shots = -1 },
        { .location = folder, .task = "mmlu", .shots = 0 },
    };
    struct dataset_task tasks[2] = { 0 };
    struct error err = { 0 };
    struct manifest *manifest;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        manifest = empty_manifest();
        assert_int_equal(choice_tasks_add(manifest, &wrong[i], 1, tasks, &err),
                         -1);
        if (!strstr(err.text, texts[i]))
            fail_msg("%s", err.text);
        manifest_destroy(manifest);
    }
    manifest = empty_manifest();
    assert_int_equal(choice_tasks_add(manifest, twice, 2, tasks, &err), -1);
    assert_non_null(strstr(err.text, "give the task another \"name\""));
    manifest_destroy(manifest);
    folder_remove(folder);
}

/* The sample was made by importing tests/data/choice, and is that. */
static void the_sample_is_what_is_imported(void **state)
{
    static const struct {
        const char *source, *name;
    } cases[] = {
        { "tests/data/choice/mmlu", "mmlu-sample" },
        { "tests/data/choice/arc-sample", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct choice_import self = { .source = cases[i].source,
                                            .folder = "datasets/sample",
                                            .name = cases[i].name };
        struct text report = { 0 };
        struct error err = { 0 };

        if (choice_import(&self, &report, &err) < 0)
            fail_msg("%s", err.text);
        assert_non_null(strstr(text_data(&report), "was there"));
        text_release(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_and_columns),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(the_sample_is_what_is_imported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
