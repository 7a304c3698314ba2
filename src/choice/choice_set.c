#include "choice/choice_set.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "choice/choice_item.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 256 << 20 };

static char *folder_of(const char *location, struct error *err)
{
    char *root = text_equal(location, "sample")
                     ? path_share("datasets/sample", err)
                     : mem_text(location);
    char *folder = root ? path_join(root, CHOICE_SET_FOLDER) : NULL;

    free(root);
    return folder;
}

void choice_set_digest(const struct cJSON *examples,
                       const struct cJSON *items,
                       char out[SHA256_TEXT])
{
    struct text bytes = { 0 };

    json_canonical(examples, &bytes);
    text_add(&bytes, "\n");
    json_canonical(items, &bytes);
    sha256_bytes(text_data(&bytes), bytes.len, out);
    text_release(&bytes);
}

static int add_subject(struct choice_set *self,
                       const char *subject,
                       struct error *err)
{
    for (size_t i = self->num_subjects; i-- > 0;) {
        if (strcmp(self->subjects[i], subject) == 0)
            return 0;
    }
    if (self->num_subjects == CHOICE_MAX_SUBJECTS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: more than %d subjects",
                         self->path,
                         (int)CHOICE_MAX_SUBJECTS);
    }
    self->subjects[self->num_subjects++] = mem_text(subject);
    return 0;
}

static int check_list(struct choice_set *self,
                      const struct cJSON *list,
                      const char *name,
                      struct error *err)
{
    const bool is_asked = list == self->items;
    struct choice_item item;
    size_t index = 0;

    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        const char *problem = choice_item_read(at, &item);

        if (problem) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: %s %zu: %s",
                             self->path,
                             name,
                             index,
                             problem);
        }
        if (is_asked && add_subject(self, item.subject, err) < 0)
            return -1;
        index++;
    }
    return 0;
}

static int check_root(struct choice_set *self, struct error *err)
{
    const char *format = json_member_text(self->root, "format");
    const char *digest = json_member_text(self->root, "digest");

    self->items = json_member(self->root, "items");
    self->examples = json_member(self->root, "examples");
    if (!format || !digest || !json_is_array(self->items)
        || !json_is_array(self->examples)) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: no imported questions; 'trustsweep dataset "
                         "import FILE DIR' makes such a file",
                         self->path);
    }
    self->format = mem_text(format);
    self->num_items = json_count(self->items);
    self->num_examples = json_count(self->examples);
    if (self->num_items == 0 || self->num_items > CHOICE_MAX_ITEMS
        || self->num_examples > CHOICE_MAX_ITEMS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %zu items, but 1 to %d are read",
                         self->path,
                         self->num_items,
                         (int)CHOICE_MAX_ITEMS);
    }
    self->subjects = mem_alloc(CHOICE_MAX_SUBJECTS, sizeof *self->subjects);
    if (check_list(self, self->items, "item", err) < 0
        || check_list(self, self->examples, "example", err) < 0)
        return -1;
    choice_set_digest(self->examples, self->items, self->digest);
    if (strcmp(self->digest, digest) != 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: its questions are not those that were imported "
                         "(the digest differs); import them again",
                         self->path);
    }
    return 0;
}

/* That a set is not there, and which are. */
static int refuse_missing(const char *location,
                          const char *path,
                          struct error *err)
{
    struct name_list list;
    struct text names = { 0 };

    if (choice_set_list(location, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.num; i++)
        text_addf(&names, "%s%s", i > 0 ? ", " : "", list.names[i]);
    error_set(err,
              ERR_IO,
              "%s: no such file; %s%s",
              path,
              list.num > 0 ? "questions that are there: "
                           : "no questions are there: 'trustsweep dataset "
                             "import QUESTIONS DIR' makes such a file",
              text_data(&names));
    name_list_release(&list);
    text_release(&names);
    return -1;
}

int choice_set_read(const char *location,
                    const char *name,
                    struct choice_set *out,
                    struct error *err)
{
    char *folder = folder_of(location, err);
    struct text bytes = { 0 };
    int rc = -1;

    *out = (struct choice_set){ 0 };
    if (!folder)
        return -1;
    out->path = text_format("%s/%s.json", folder, name);
    if (!file_exists(out->path)) {
        (void)refuse_missing(location, out->path, err);
    } else if (file_read(out->path, MAX_BYTES, &bytes, err) == 0) {
        sha256_bytes(text_data(&bytes), bytes.len, out->sha256);
        out->root = json_parse(text_data(&bytes), bytes.len, out->path, err);
    }
    if (out->root)
        rc = check_root(out, err);
    text_release(&bytes);
    free(folder);
    if (rc < 0)
        choice_set_release(out);
    return rc;
}

void choice_set_release(struct choice_set *set)
{
    for (size_t i = 0; i < set->num_subjects; i++)
        free(set->subjects[i]);
    free((void *)set->subjects);
    json_free(set->root);
    free(set->format);
    free(set->path);
    *set = (struct choice_set){ 0 };
}

int choice_set_list(const char *location,
                    struct name_list *out,
                    struct error *err)
{
    char *folder = folder_of(location, err);
    int rc = folder ? 0 : -1;
    size_t num = 0;

    *out = (struct name_list){ 0 };
    if (rc == 0 && file_is_folder(folder))
        rc = file_list(folder, out, err);
    free(folder);
    for (size_t i = 0; rc == 0 && i < out->num; i++) {
        char *name = out->names[i];

        if (text_ends(name, ".json")) {
            name[strlen(name) - strlen(".json")] = '\0';
            out->names[num++] = name;
        } else {
            free(name);
        }
    }
    out->num = num;
    return rc;
}
