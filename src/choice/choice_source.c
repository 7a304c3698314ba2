#include "choice/choice_source.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "choice/choice_file.h"
#include "choice/choice_import.h"
#include "choice/choice_item.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_FILES = 1000, MAX_FILE_BYTES = 64 << 20 };

struct reading {
    const struct choice_import *given;
    struct choice_source_found *found;
    struct text *report;
    struct error *err;
};

static bool has_ending(const char *path, const char *ending)
{
    const size_t len = strlen(path);
    const size_t end = strlen(ending);

    return len > end && strcasecmp(path + len - end, ending) == 0;
}

static bool is_csv(const char *path)
{
    return has_ending(path, ".csv");
}

static bool is_lines(const char *path)
{
    return has_ending(path, ".jsonl");
}

/* The first name in a folder that ends so, as a path; free(), or NULL. */
static char *find_file(const char *folder, const char *ending)
{
    struct name_list list = { 0 };
    char *found = NULL;

    if (!file_is_folder(folder) || file_list(folder, &list, NULL) < 0)
        return NULL;
    for (size_t i = 0; i < list.num && !found; i++) {
        if (has_ending(list.names[i], ending))
            found = path_join(folder, list.names[i]);
    }
    name_list_release(&list);
    return found;
}

/* DIR/test where there is one, else DIR itself. */
static char *csv_folder(const char *source)
{
    char *test = path_join(source, "test");

    if (file_is_folder(test))
        return test;
    free(test);
    return mem_text(source);
}

enum choice_form choice_source_form(const char *path)
{
    enum choice_form form = CHOICE_FORM_NONE;
    char *folder;
    char *lines;
    char *tables;

    if (!file_is_folder(path)) {
        if (is_lines(path))
            return CHOICE_FORM_ARC;
        return is_csv(path) ? CHOICE_FORM_MMLU : CHOICE_FORM_NONE;
    }
    folder = csv_folder(path);
    lines = find_file(path, ".jsonl");
    tables = find_file(folder, ".csv");
    if (lines) {
        form = CHOICE_FORM_ARC;
    } else if (tables) {
        form = CHOICE_FORM_MMLU;
    }
    free(tables);
    free(lines);
    free(folder);
    return form;
}

char *choice_source_subject(const char *path)
{
    static const char *const parts[] = { "test", "dev", "val", "train" };
    char *name = path_stem(path);

    for (char *at = name; *at; at++) {
        if (*at >= 'A' && *at <= 'Z') {
            *at = (char)(*at - 'A' + 'a');
        } else if (*at == ' ') {
            *at = '_';
        }
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t len = strlen(name);
        const size_t end = strlen(parts[i]);

        if (len > end + 1 && strcmp(name + len - end, parts[i]) == 0
            && strchr("_-", name[len - end - 1]))
            name[len - end - 1] = '\0';
    }
    return name;
}

static void add_file(const struct reading *self,
                     const char *path,
                     const char *sha256,
                     const char *kind,
                     size_t num)
{
    struct cJSON *file = json_new_object();

    json_add_text(file, "file", path_name(path));
    json_add_text(file, "sha256", sha256);
    json_add_number(file, kind, (double)num);
    json_append(self->found->files, file);
    text_addf(self->report, "%s: %zu %s\n", path_name(path), num, kind);
}

/* One file into `out`. */
static int read_file(const struct reading *self,
                     const char *path,
                     const char *subject,
                     struct cJSON *out)
{
    const bool is_example = out == self->found->examples;
    const size_t had = json_count(out);
    struct text bytes = { 0 };
    char *own = subject ? mem_text(subject) : choice_source_subject(path);
    struct choice_file file = { .path = path, .subject = own };
    char sha256[SHA256_TEXT];
    int rc = file_read(path, MAX_FILE_BYTES, &bytes, self->err);

    if (rc == 0 && !choice_item_is_name(own)) {
        rc = error_set(self->err,
                       ERR_USAGE,
                       "%s: '%.80s' can name no subject; rename the file to "
                       "letters, digits, '_' and '-'",
                       path,
                       own);
    }
    file.bytes = text_data(&bytes);
    file.len = bytes.len;
    if (rc == 0) {
        rc = is_csv(path) ? choice_mmlu_read(&file, out, self->err)
                          : choice_arc_read(&file, out, self->err);
    }
    if (rc == 0 && json_count(out) > CHOICE_MAX_ITEMS) {
        rc = error_set(self->err,
                       ERR_FORMAT,
                       "%s: more than %d questions",
                       path,
                       (int)CHOICE_MAX_ITEMS);
    }
    if (rc == 0) {
        sha256_bytes(file.bytes, file.len, sha256);
        add_file(self,
                 path,
                 sha256,
                 is_example ? "examples" : "items",
                 json_count(out) - had);
    }
    text_release(&bytes);
    free(own);
    return rc;
}

/* All CSV files of a folder, by name. */
static int read_folder(const struct reading *self,
                       const char *folder,
                       struct cJSON *out)
{
    struct name_list list = { 0 };
    size_t num = 0;
    int rc = file_list(folder, &list, self->err);

    for (size_t i = 0; rc == 0 && i < list.num; i++) {
        char *path = path_join(folder, list.names[i]);

        if (is_csv(path) && ++num > MAX_FILES) {
            rc = error_set(self->err,
                           ERR_USAGE,
                           "%s: more than %d files",
                           folder,
                           (int)MAX_FILES);
        } else if (is_csv(path)) {
            rc = read_file(self, path, NULL, out);
        }
        free(path);
    }
    name_list_release(&list);
    return rc;
}

static int read_mmlu(const struct reading *self)
{
    const struct choice_import *given = self->given;
    char *folder = csv_folder(given->source);
    char *dev = given->examples ? mem_text(given->examples)
                                : path_join(given->source, "dev");
    int rc = file_is_folder(folder)
                 ? read_folder(self, folder, self->found->items)
                 : read_file(self, given->source, NULL, self->found->items);

    if (rc == 0 && file_is_folder(dev)) {
        rc = read_folder(self, dev, self->found->examples);
    } else if (rc == 0 && given->examples) {
        rc = read_file(self, dev, NULL, self->found->examples);
    }
    free(dev);
    free(folder);
    return rc;
}

static int read_arc(const struct reading *self, const char *name)
{
    const struct choice_import *given = self->given;
    const bool is_folder = file_is_folder(given->source);
    char *test = is_folder ? find_file(given->source, "test.jsonl")
                           : mem_text(given->source);
    char *more = given->examples ? mem_text(given->examples) : NULL;
    int rc;

    if (!more && is_folder)
        more = find_file(given->source, "train.jsonl");
    if (!more && is_folder)
        more = find_file(given->source, "dev.jsonl");
    rc = test ? read_file(self, test, name, self->found->items)
              : error_set(self->err,
                          ERR_USAGE,
                          "%s: no *test.jsonl in it; name the file",
                          given->source);
    if (rc == 0 && more)
        rc = read_file(self, more, name, self->found->examples);
    free(more);
    free(test);
    return rc;
}

int choice_source_read(const struct choice_import *given,
                       enum choice_form form,
                       const char *subject,
                       struct choice_source_found *out,
                       struct text *report,
                       struct error *err)
{
    const struct reading self = { given, out, report, err };

    return form == CHOICE_FORM_ARC ? read_arc(&self, subject)
                                   : read_mmlu(&self);
}
