#include "cli/dataset_json.h"

#include "base/file.h"
#include "base/json.h"
#include "choice/choice_set.h"
#include "dataset/dataset.h"
#include "dataset/source.h"
#include "dataset/verify.h"
#include "trustsweep/error.h"

int dataset_json_sets(struct cJSON *root,
                      const char *location,
                      struct error *err)
{
    struct cJSON *list = json_add_array(root, "sets");
    struct name_list names;
    int rc = choice_set_list(location, &names, err);

    for (size_t i = 0; i < names.num; i++) {
        struct cJSON *object = json_new_object();
        struct error why = { 0 };
        struct choice_set set;

        json_add_text(object, "name", names.names[i]);
        json_append(list, object);
        if (choice_set_read(location, names.names[i], &set, &why) < 0) {
            json_add_text(object, "state", "broken");
            json_add_text(object, "detail", why.text);
            rc = error_set(err, why.code, "%s", why.text);
            continue;
        }
        json_add_text(object, "state", "imported");
        json_add_text(object, "file", set.path);
        json_add_text(object, "format", set.format);
        json_add_text(object, "digest", set.digest);
        json_add_number(object, "questions", (double)set.num_items);
        json_add_number(object, "subjects", (double)set.num_subjects);
        json_add_number(object, "examples", (double)set.num_examples);
        choice_set_release(&set);
    }
    name_list_release(&names);
    return rc;
}

void dataset_json_wordings(struct cJSON *root, const char *origin)
{
    if (origin) {
        json_add_text(root, "wordings", origin);
    } else {
        json_add_null(root, "wordings");
    }
}

void dataset_json_list(struct cJSON *root, const struct dataset *dataset)
{
    struct cJSON *list;

    json_add_text(root, "location", dataset->location);
    json_add_text(root, "digest", dataset->digest);
    list = json_add_array(root, "tasks");
    for (size_t i = 0; i < dataset->num_tasks; i++) {
        const struct dataset_task *task = &dataset->tasks[i];
        struct cJSON *object = json_new_object();

        json_add_text(object, "name", task->task->name);
        json_add_text(object, "title", task->task->title);
        json_add_number(object, "items", (double)task->num_items);
        json_add_bool(object, "is_official", task->is_official);
        json_append(list, object);
    }
    dataset_json_wordings(root, dataset->prompts_origin);
}

void dataset_json_verify(struct cJSON *root, const struct verify *verify)
{
    struct cJSON *list;

    json_add_text(root, "location", verify->location);
    json_add_number(root, "official", (double)verify->num_official);
    json_add_number(root, "broken", (double)verify->num_broken);
    list = json_add_array(root, "tasks");
    for (size_t i = 0; i < verify->num_tasks; i++) {
        const struct verify_task *task = &verify->tasks[i];
        struct cJSON *object = json_new_object();

        json_add_text(object, "name", task->task->name);
        json_add_text(object, "state", verify_state_name(task->state));
        json_add_number(object, "items", (double)task->num_items);
        json_add_number(object,
                        "items_official",
                        (double)task->task->num_items);
        if (task->sha256[0]) {
            json_add_text(object, "sha256", task->sha256);
        } else {
            json_add_null(object, "sha256");
        }
        if (task->text[0])
            json_add_text(object, "detail", task->text);
        json_append(list, object);
    }
    list = json_add_array(root, "unknown");
    for (size_t i = 0; i < verify->num_others; i++)
        json_append_text(list, verify->others[i]);
}
