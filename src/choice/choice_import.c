#include "choice/choice_import.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "choice/choice_file.h"
#include "choice/choice_item.h"
#include "choice/choice_set.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_FILES = 1000, MAX_FILE_BYTES = 64 << 20 };

struct work {
    const struct choice_import *given;
    const char *format;
    struct cJSON *root; /* what is written */
    struct cJSON *files;
    struct cJSON *items;
    struct cJSON *examples;
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

bool choice_import_is_it(const char *source)
{
    char *folder;
    char *found;

    if (!file_is_folder(source))
        return is_csv(source) || is_lines(source);
    folder = csv_folder(source);
    found = find_file(folder, ".csv");
    if (!found)
        found = find_file(source, ".jsonl");
    free(folder);
    free(found);
    return found != NULL;
}

/* "High_School-test.csv" -> "high_school"; free(). */
static char *subject_of(const char *path)
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

static void add_file(const struct work *work,
                     const char *path,
                     const char *sha256,
                     const char *kind,
                     size_t num)
{
    struct cJSON *file = json_new_object();

    json_add_text(file, "file", path_name(path));
    json_add_text(file, "sha256", sha256);
    json_add_number(file, kind, (double)num);
    json_append(work->files, file);
    text_addf(work->report, "%s: %zu %s\n", path_name(path), num, kind);
}

/* One file into `out`. */
static int read_file(const struct work *work,
                     const char *path,
                     const char *subject,
                     struct cJSON *out)
{
    const bool is_example = out == work->examples;
    const size_t had = json_count(out);
    struct text bytes = { 0 };
    char *own = subject ? mem_text(subject) : subject_of(path);
    struct choice_file file = { .path = path, .subject = own };
    char sha256[SHA256_TEXT];
    int rc = file_read(path, MAX_FILE_BYTES, &bytes, work->err);

    if (rc == 0 && !choice_item_is_name(own)) {
        rc = error_set(work->err,
                       ERR_USAGE,
                       "%s: '%.80s' can name no subject; rename the file to "
                       "letters, digits, '_' and '-'",
                       path,
                       own);
    }
    file.bytes = text_data(&bytes);
    file.len = bytes.len;
    if (rc == 0) {
        rc = is_csv(path) ? choice_mmlu_read(&file, out, work->err)
                          : choice_arc_read(&file, out, work->err);
    }
    if (rc == 0 && json_count(out) > CHOICE_MAX_ITEMS) {
        rc = error_set(work->err,
                       ERR_FORMAT,
                       "%s: more than %d questions",
                       path,
                       (int)CHOICE_MAX_ITEMS);
    }
    if (rc == 0) {
        sha256_bytes(file.bytes, file.len, sha256);
        add_file(work,
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
static int read_folder(const struct work *work,
                       const char *folder,
                       struct cJSON *out)
{
    struct name_list list = { 0 };
    size_t num = 0;
    int rc = file_list(folder, &list, work->err);

    for (size_t i = 0; rc == 0 && i < list.num; i++) {
        char *path = path_join(folder, list.names[i]);

        if (is_csv(path) && ++num > MAX_FILES) {
            rc = error_set(work->err,
                           ERR_USAGE,
                           "%s: more than %d files",
                           folder,
                           (int)MAX_FILES);
        } else if (is_csv(path)) {
            rc = read_file(work, path, NULL, out);
        }
        free(path);
    }
    name_list_release(&list);
    return rc;
}

static int read_mmlu(const struct work *work, const char *name)
{
    const struct choice_import *given = work->given;
    char *folder = csv_folder(given->source);
    char *dev = given->examples ? mem_text(given->examples)
                                : path_join(given->source, "dev");
    int rc = file_is_folder(folder)
                 ? read_folder(work, folder, work->items)
                 : read_file(work, given->source, NULL, work->items);

    (void)name;
    if (rc == 0 && file_is_folder(dev)) {
        rc = read_folder(work, dev, work->examples);
    } else if (rc == 0 && given->examples) {
        rc = read_file(work, dev, NULL, work->examples);
    }
    free(dev);
    free(folder);
    return rc;
}

static int read_arc(const struct work *work, const char *name)
{
    const struct choice_import *given = work->given;
    const bool is_folder = file_is_folder(given->source);
    char *test = is_folder ? find_file(given->source, "test.jsonl")
                           : mem_text(given->source);
    char *more = given->examples ? mem_text(given->examples) : NULL;
    int rc;

    if (!more && is_folder)
        more = find_file(given->source, "train.jsonl");
    if (!more && is_folder)
        more = find_file(given->source, "dev.jsonl");
    rc = test ? read_file(work, test, name, work->items)
              : error_set(work->err,
                          ERR_USAGE,
                          "%s: no *test.jsonl in it; name the file",
                          given->source);
    if (rc == 0 && more)
        rc = read_file(work, more, name, work->examples);
    free(more);
    free(test);
    return rc;
}

/* How many of a subject were kept; the list is short. */
struct kept {
    const char *subjects[CHOICE_MAX_SUBJECTS];
    size_t counts[CHOICE_MAX_SUBJECTS];
    size_t num;
};

static bool keep_one(struct kept *kept, const char *subject)
{
    size_t i = 0;

    while (i < kept->num && strcmp(kept->subjects[i], subject) != 0)
        i++;
    if (i == CHOICE_MAX_SUBJECTS)
        return false;
    if (i == kept->num)
        kept->subjects[kept->num++] = subject;
    return kept->counts[i]++ < CHOICE_MAX_EXAMPLES;
}

static int compare_hashes(const void *a, const void *b)
{
    return hash_compare(*(const struct hash128 *)a, *(const struct hash128 *)b);
}

/* Of what makes a question the same: all but subject and id. */
static struct hash128 hash_of(const struct cJSON *json)
{
    struct cJSON *copy = json_copy(json);
    struct hash128 hash;

    json_remove(copy, "subject");
    json_remove(copy, "id");
    hash = json_hash(copy);
    json_free(copy);
    return hash;
}

/* The examples that may be shown, in place of all. */
static void choose_examples(struct work *work, struct cJSON *chosen)
{
    const size_t num = json_count(work->items);
    struct hash128 *asked = mem_alloc(num, sizeof *asked);
    struct kept *kept = mem_alloc(1, sizeof *kept);
    size_t i = 0;

    for (const struct cJSON *at = json_first(work->items); at;
         at = json_next(at))
        asked[i++] = hash_of(at);
    if (num > 0)
        qsort(asked, num, sizeof *asked, compare_hashes);
    for (const struct cJSON *at = json_first(work->examples); at;
         at = json_next(at)) {
        const struct hash128 hash = hash_of(at);

        if (num > 0
            && bsearch(&hash, asked, num, sizeof *asked, compare_hashes))
            continue;
        if (keep_one(kept, json_member_text(at, "subject")))
            json_append(chosen, json_copy(at));
    }
    free(kept);
    free(asked);
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
        rc = file_read(path, (size_t)MAX_FILE_BYTES * 4, &found, work->err);
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
                  json_count(work->items),
                  json_count(work->examples),
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
static char *name_of(const struct choice_import *given, bool is_mmlu)
{
    if (given->name)
        return mem_text(given->name);
    return is_mmlu ? mem_text("mmlu") : subject_of(given->source);
}

static int convert(struct work *work, const char *name, bool is_mmlu)
{
    struct cJSON *chosen = json_new_array();
    char digest[SHA256_TEXT];
    int rc = is_mmlu ? read_mmlu(work, name) : read_arc(work, name);

    if (rc == 0 && json_count(work->items) == 0) {
        rc = error_set(work->err,
                       ERR_FORMAT,
                       "%s: no question in it",
                       work->given->source);
    }
    choose_examples(work, chosen);
    choice_set_digest(chosen, work->items, digest);
    json_add_text(work->root, "format", is_mmlu ? "mmlu" : "arc");
    json_add_text(work->root, "digest", digest);
    json_add(work->root, "files", work->files);
    json_add(work->root, "examples", chosen);
    json_add(work->root, "items", work->items);
    json_free(work->examples);
    work->examples = chosen;
    return rc == 0 ? store(work, name) : -1;
}

int choice_import(const struct choice_import *self,
                  struct text *report,
                  struct error *err)
{
    char *lines =
        file_is_folder(self->source) ? find_file(self->source, ".jsonl") : NULL;
    const bool is_mmlu = !lines && !is_lines(self->source);
    struct work work = { .given = self, .report = report, .err = err };
    char *name = name_of(self, is_mmlu);
    int rc;

    free(lines);
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
    work.files = json_new_array();
    work.items = json_new_array();
    work.examples = json_new_array();
    rc = convert(&work, name, is_mmlu);
    json_free(work.root);
    free(name);
    return rc;
}
