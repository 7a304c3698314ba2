#include "choice/choice_import.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "choice/choice_examples.h"
#include "choice/choice_item.h"
#include "choice/choice_set.h"
#include "choice/choice_source.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SET_BYTES = 256 << 20 };

struct work {
    const struct choice_import *given;
    struct cJSON *root; /* what is written */
    struct choice_source_found found;
    struct text *report;
    struct error *err;
};

bool choice_import_is_it(const char *source)
{
    return choice_source_form(source) != CHOICE_FORM_NONE;
}

/* Into the data set's folder, unless it is there. */
static int store(const struct work *work, const char *name)
{
    char *folder = path_join(work->given->folder, CHOICE_SET_FOLDER);
    char *path = text_format("%s/%s.json", folder, name);
    struct text bytes = { 0 };
    struct text found = { 0 };
    bool is_there = false;
    int rc = 0;

    json_write(work->root, &bytes);
    if (file_exists(path)) {
        rc = file_read(path, MAX_SET_BYTES, &found, work->err);
        is_there =
            rc == 0 && found.len == bytes.len
            && memcmp(text_data(&found), text_data(&bytes), bytes.len) == 0;
        if (rc == 0 && !is_there) {
            rc = error_set(work->err,
                           ERR_USAGE,
                           "%s is there already and differs; remove it, or "
                           "give this one another name (--name)",
                           path);
        }
    } else {
        rc = file_make_folder(folder, work->err);
        if (rc == 0)
            rc = file_write(path, text_data(&bytes), bytes.len, work->err);
    }
    if (rc == 0) {
        text_addf(work->report,
                  "%s: %zu questions, %zu examples, %s\n"
                  "in a job: \"utility\": [ { \"dataset\": \"%s\", \"task\": "
                  "\"%s\" } ]\n",
                  path,
                  json_count(work->found.items),
                  json_count(work->found.examples),
                  is_there ? "was there" : "written",
                  work->given->folder,
                  name);
    }
    text_release(&found);
    text_release(&bytes);
    free(path);
    free(folder);
    return rc;
}

/* "mmlu", or what the file of questions is called; free(). */
static char *name_of(const struct choice_import *given, enum choice_form form)
{
    if (given->name)
        return mem_text(given->name);
    return form == CHOICE_FORM_ARC ? choice_source_subject(given->source)
                                   : mem_text("mmlu");
}

static int convert(struct work *work, const char *name, enum choice_form form)
{
    struct choice_source_found *found = &work->found;
    struct cJSON *chosen;
    char digest[SHA256_TEXT];
    int rc = choice_source_read(work->given,
                                form,
                                name,
                                found,
                                work->report,
                                work->err);

    if (rc == 0 && json_count(found->items) == 0) {
        rc = error_set(work->err,
                       ERR_FORMAT,
                       "%s: no question in it",
                       work->given->source);
    }
    chosen = choice_examples(found->items, found->examples);
    json_free(found->examples);
    found->examples = chosen;
    choice_set_digest(chosen, found->items, digest);
    json_add_text(work->root,
                  "format",
                  form == CHOICE_FORM_ARC ? "arc" : "mmlu");
    json_add_text(work->root, "digest", digest);
    json_add(work->root, "files", found->files);
    json_add(work->root, "examples", found->examples);
    json_add(work->root, "items", found->items);
    return rc == 0 ? store(work, name) : -1;
}

int choice_import(const struct choice_import *self,
                  struct text *report,
                  struct error *err)
{
    const enum choice_form form = choice_source_form(self->source);
    struct work work = { .given = self, .report = report, .err = err };
    char *name = name_of(self, form);
    int rc;

    if (!choice_item_is_name(name)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "'%.80s' can name no data set: a-z, 0-9, '_', '-', '.' "
                       "and less than %d of them; say --name",
                       name,
                       (int)CHOICE_SUBJECT);
        free(name);
        return rc;
    }
    work.root = json_new_object();
    work.found.files = json_new_array();
    work.found.items = json_new_array();
    work.found.examples = json_new_array();
    rc = convert(&work, name, form);
    json_free(work.root);
    free(name);
    return rc;
}
