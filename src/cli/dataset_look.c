#include "cli/dataset_look.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "choice/choice_set.h"
#include "cli/dataset_json.h"
#include "cli/parts/show_json.h"
#include "dataset/dataset.h"
#include "dataset/prompts_file.h"
#include "dataset/source.h"
#include "dataset/verify.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dataset *open_dataset(const struct manifest *manifest,
                                    const char *location,
                                    const char *only,
                                    struct error *err)
{
    struct dataset_params params = { .location = location,
                                     .only = &only,
                                     .num_only = only ? 1 : 0 };

    return dataset_open(manifest, &params, err);
}

/* Whose wordings the judge is asked in. */
static void print_wordings(const char *origin)
{
    printf("wordings for the judge: %s%s\n",
           origin ? origin : "our own",
           origin ? " (prompts.json)" : "");
}

/* The sets of multiple-choice questions of a folder.  -1 when one is broken;
 * the others are shown. */
static int print_sets(const char *location, struct error *err)
{
    struct name_list names;
    int rc = choice_set_list(location, &names, err);

    for (size_t i = 0; i < names.num; i++) {
        struct choice_set set;

        if (choice_set_read(location, names.names[i], &set, err) < 0) {
            printf("%-10s utility/%s\n", "broken", names.names[i]);
            rc = -1;
            continue;
        }
        printf("%-10s %-34s %6zu questions, %zu subjects, %zu examples, in "
               "the form of %s\n",
               "imported",
               set.path + strlen(set.path) - strlen("utility/.json")
                   - strlen(names.names[i]),
               set.num_items,
               set.num_subjects,
               set.num_examples,
               set.format);
        choice_set_release(&set);
    }
    name_list_release(&names);
    return rc;
}

/* Whether a folder holds imported questions and nothing else. */
static bool has_only_sets(const char *location)
{
    struct source *source = source_open(location, NULL);
    struct name_list names = { 0 };
    size_t num_sets = 0;

    if (source && source_list(source, &names, NULL) == 0) {
        for (size_t i = 0; i < names.num; i++)
            num_sets += text_starts(names.names[i], CHOICE_SET_FOLDER "/");
    }
    const bool is_it = num_sets > 0 && num_sets == names.num;

    name_list_release(&names);
    source_close(source);
    return is_it;
}

static int list_words(const struct manifest *manifest,
                      const char *location,
                      struct error *err)
{
    struct dataset *dataset;

    if (has_only_sets(location))
        return print_sets(location, err);
    dataset = open_dataset(manifest, location, NULL, err);
    if (!dataset)
        return -1;
    printf("%-42s %6s  %-9s %s\n", "task", "items", "official", "title");
    for (size_t i = 0; i < dataset->num_tasks; i++) {
        const struct dataset_task *task = &dataset->tasks[i];

        printf("%-42s %6zu  %-9s %s\n",
               task->task->name,
               task->num_items,
               task->is_official ? "yes" : "no",
               task->task->title);
    }
    printf("\n%zu tasks from %s\ndigest %s\n",
           dataset->num_tasks,
           dataset->location,
           dataset->digest);
    print_wordings(dataset->prompts_origin);
    dataset_destroy(dataset);
    return print_sets(location, err);
}

static int list_json(const struct manifest *manifest,
                     const char *location,
                     struct error *err)
{
    struct dataset *dataset = NULL;
    struct cJSON *root;
    int rc;

    if (!has_only_sets(location)) {
        dataset = open_dataset(manifest, location, NULL, err);
        if (!dataset)
            return -1;
    }
    root = json_new_object();
    if (dataset)
        dataset_json_list(root, dataset);
    rc = dataset_json_sets(root, location, err);
    show_json(root);
    json_free(root);
    dataset_destroy(dataset);
    return rc;
}

int dataset_look_list(const struct manifest *manifest,
                      const char *location,
                      bool as_json,
                      struct error *err)
{
    return (as_json ? list_json : list_words)(manifest, location, err);
}

int dataset_look_show(const struct manifest *manifest,
                      const char *location,
                      const char *name,
                      uint64_t index,
                      struct error *err)
{
    struct dataset *dataset = open_dataset(manifest, location, name, err);
    int rc = 0;

    if (!dataset)
        return -1;
    const struct dataset_task *task = &dataset->tasks[0];

    if (index >= task->num_items) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s has %zu items, so --index goes from 0 to %zu",
                       task->task->name,
                       task->num_items,
                       task->num_items - 1);
    } else {
        show_json(task->items[index].entry);
    }
    dataset_destroy(dataset);
    return rc;
}

static int read_wordings(const struct manifest *manifest,
                         const char *location,
                         struct error *err)
{
    struct prompts prompts;
    char *origin;

    if (prompts_file_read(location, &manifest->prompts, &prompts, &origin, err)
        < 0)
        return -1;
    print_wordings(origin);
    free(origin);
    prompts_release(&prompts);
    return 0;
}

static int refuse_broken(const struct verify *verify,
                         const char *location,
                         struct error *err)
{
    return error_set(err,
                     ERR_FORMAT,
                     "%s: %zu files are broken, those that are named above; "
                     "get the data set again",
                     location,
                     verify->num_broken);
}

static int verify_json(const struct manifest *manifest,
                       const char *location,
                       struct error *err)
{
    struct verify *verify = NULL;
    struct prompts prompts;
    struct cJSON *root;
    char *origin;
    int rc = 0;

    if (!has_only_sets(location)) {
        verify = verify_run(manifest, location, err);
        if (!verify)
            return -1;
    }
    root = json_new_object();
    if (verify) {
        dataset_json_verify(root, verify);
        rc = prompts_file_read(verify->location,
                               &manifest->prompts,
                               &prompts,
                               &origin,
                               err);
        if (rc == 0) {
            dataset_json_wordings(root, origin);
            free(origin);
            prompts_release(&prompts);
        }
    }
    if (dataset_json_sets(root, location, err) < 0)
        rc = -1;
    show_json(root);
    json_free(root);
    if (verify && verify->num_broken > 0) {
        rc = refuse_broken(verify, location, err);
    } else if (rc == 0 && verify) {
        rc = verify->num_official < verify->num_tasks;
    }
    verify_destroy(verify);
    return rc;
}

static int verify_words(const struct manifest *manifest,
                        const char *location,
                        struct error *err)
{
    struct verify *verify;
    int rc = 0;

    if (has_only_sets(location))
        return print_sets(location, err);
    verify = verify_run(manifest, location, err);
    if (!verify)
        return -1;
    for (size_t i = 0; i < verify->num_tasks; i++) {
        const struct verify_task *task = &verify->tasks[i];

        printf("%-10s %-42s %6llu of %llu items%s%s\n",
               verify_state_name(task->state),
               task->task->name,
               (unsigned long long)task->num_items,
               (unsigned long long)task->task->num_items,
               task->text[0] ? "  " : "",
               task->text);
    }
    for (size_t i = 0; i < verify->num_others; i++)
        printf("%-10s %s\n", "unknown", verify->others[i]);
    printf("\n%zu of %zu files are the official ones\n",
           verify->num_official,
           verify->num_tasks);
    if (verify->num_broken > 0) {
        rc = refuse_broken(verify, location, err);
    } else if (read_wordings(manifest, verify->location, err) < 0
               || print_sets(location, err) < 0) {
        rc = -1;
    } else if (verify->num_official < verify->num_tasks) {
        rc = 1;
    }
    verify_destroy(verify);
    return rc;
}

int dataset_look_verify(const struct manifest *manifest,
                        const char *location,
                        bool as_json,
                        struct error *err)
{
    return (as_json ? verify_json : verify_words)(manifest, location, err);
}
