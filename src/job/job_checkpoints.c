#include "job/job_checkpoints.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "base/text_show.h"
#include "job/job.h"
#include "job/job_object.h"
#include "job/job_table.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_INDEX_BYTES = 64 * 1024 * 1024, MAX_PARTS = 100000 };

static const char first_part[] = "-00001-of-";
static const char index_ending[] = ".index.json";

static int check_time(const struct job_source *source,
                      const char *key,
                      const char *text,
                      struct error *err)
{
    const int64_t now_s = clock_unix_ms() / 1000;
    char *pointer;

    if (!text || job_checkpoints_time(text, now_s) >= 0)
        return 0;
    pointer = text_format("/checkpoints/%s", key);
    error_set(err,
              ERR_USAGE,
              "%s: '%s' is no time: HH:MM or YYYY-MM-DDTHH:MM is wanted",
              key,
              text);
    (void)job_object_complain(source, pointer, false, err);
    free(pointer);
    return -1;
}

int job_checkpoints_read(const struct job_source *source,
                         const struct cJSON *root,
                         struct job *job,
                         struct error *err)
{
    static const char pointer[] = "/checkpoints";
    const struct cJSON *json = json_member(root, "checkpoints");
    struct job_checkpoints *out = &job->checkpoints;

    options_defaults(job_table_checkpoints, out);
    if (!json || json_is_null(json))
        return 0;
    if (job_object_read(source, job_table_checkpoints, json, pointer, out, err)
            < 0
        || job_object_expand(source, "/checkpoints/files", &out->files, err) < 0
        || job_object_expand(source, "/checkpoints/backend", &out->backend, err)
               < 0
        || job_object_check_rate(source, pointer, out->tokens_per_s, err) < 0
        || check_time(source, "until", out->until, err) < 0
        || check_time(source, "deadline", out->deadline, err) < 0)
        return -1;
    if (strstr(out->backend, "{}"))
        return 0;
    error_set(err,
              ERR_USAGE,
              "backend: '%s' says nowhere where the path of a checkpoint goes; "
              "write {} there, as in 'llama:{}'",
              out->backend);
    return job_object_complain(source, "/checkpoints/backend", false, err);
}

char *job_checkpoints_spec(const struct job_checkpoints *self, const char *path)
{
    const char *hole = strstr(self->backend, "{}");
    struct text out = { 0 };

    text_add_len(&out, self->backend, (size_t)(hole - self->backend));
    /* one argument, whatever who wrote the file has called it */
    options_add_arg(&out, path);
    text_add(&out, hole + 2);
    return text_take(&out);
}

/* False: it is not there, or empty. */
static bool see_file(const char *path, int64_t *changed_s)
{
    struct stat status;

    if (stat(path, &status) < 0
        || (S_ISREG(status.st_mode) && status.st_size == 0))
        return false;
    if ((int64_t)status.st_mtime > *changed_s)
        *changed_s = (int64_t)status.st_mtime;
    return true;
}

/* NAME-00001-of-00003.gguf: whether all of them are there. */
static bool see_parts(const char *path, const char *mark, int64_t *changed_s)
{
    const char *digits = mark + strlen(first_part);
    const size_t len = strspn(digits, "0123456789");
    char *number = mem_text_len(digits, len);
    int64_t num = 0;
    bool is_whole = text_to_int64(number, &num) && num <= MAX_PARTS;

    for (int64_t i = 1; is_whole && i <= num; i++) {
        char *part = text_format("%.*s-%05lld-of-%s",
                                 (int)(mark - path),
                                 path,
                                 (long long)i,
                                 digits);

        is_whole = see_file(part, changed_s);
        free(part);
    }
    free(number);
    return is_whole;
}

/* Whether every file that an index names is there. */
static bool see_index(const char *folder, const char *path, int64_t *changed_s)
{
    /* one that is being written is no JSON yet */
    struct cJSON *json = json_read_regular(path, MAX_INDEX_BYTES, NULL);
    const struct cJSON *map = json_member(json, "weight_map");
    const struct cJSON *entry = json_first(map);
    const char *last = "";
    bool is_whole = entry != NULL;

    for (; is_whole && entry; entry = json_next(entry)) {
        const char *name = json_text(entry);
        char *file;

        if (!json_is_text(entry) || strchr(name, '/')) {
            is_whole = false;
        } else if (strcmp(name, last) != 0) {
            file = path_join(folder, name);
            is_whole = see_file(file, changed_s);
            free(file);
            last = name;
        }
    }
    json_free(json);
    return is_whole;
}

static bool see_folder(const char *path, int64_t *changed_s, struct error *err)
{
    struct name_list list = { 0 };
    bool is_whole;

    if (file_list(path, &list, err) < 0)
        return false;
    is_whole = list.num > 0;
    for (size_t i = 0; i < list.num; i++) {
        char *file = path_join(path, list.names[i]);

        is_whole = see_file(file, changed_s) && is_whole;
        if (text_ends(list.names[i], index_ending))
            is_whole = see_index(path, file, changed_s) && is_whole;
        free(file);
    }
    name_list_release(&list);
    return is_whole;
}

static bool has_marker(const struct job_checkpoints *self, const char *path)
{
    char *marker = file_is_folder(path)
                       ? path_join(path, self->marker)
                       : text_format("%s.%s", path, self->marker);
    const bool is_there = file_exists(marker);

    free(marker);
    return is_there;
}

/* Why a path cannot be written into a job and read again as what it is; NULL: it
 * can.  Who writes the files is not who writes the job. */
static const char *bad_name(const char *path)
{
    const size_t len = strlen(path);

    if (text_show_hides(path_name(path)))
        return "its name has characters that are not to be shown";
    if (text_valid_utf8(path, len) != len)
        return "its name is not UTF-8";
    if (strstr(path, "${"))
        return "its name has \"${\", which a job reads as a variable";
    if (strchr(path, '\\'))
        return "its name has a backslash";
    return NULL;
}

static void see(const struct job_checkpoints *self,
                int64_t now_s,
                struct job_checkpoint *out)
{
    const char *mark = strstr(path_name(out->path), first_part);
    const char *bad = bad_name(out->path);
    bool is_whole;

    out->changed_s = 0;
    out->lacks = "it is empty";
    if (file_is_folder(out->path)) {
        out->lacks = "a file that its index names is missing, or one is empty";
        is_whole = see_folder(out->path, &out->changed_s, NULL);
    } else {
        is_whole = see_file(out->path, &out->changed_s);
        if (mark) {
            out->lacks = "a part is missing or empty";
            is_whole = see_parts(out->path, mark, &out->changed_s) && is_whole;
        }
    }
    if (bad) {
        out->lacks = bad;
        is_whole = false;
    }
    if (is_whole) {
        out->lacks = self->marker ? "the marker is missing"
                                  : "the last change is less than "
                                    "\"settle_s\" ago";
    }
    out->is_complete =
        is_whole
        && (self->marker ? has_marker(self, out->path)
                         : (double)(now_s - out->changed_s) >= self->settle_s);
}

/* "step-9" of "step-9.gguf" and of "step-9-00001-of-00002.gguf". */
static char *name_of(const char *path)
{
    char *name =
        file_is_folder(path) ? mem_text(path_name(path)) : path_stem(path);
    char *mark = strstr(name, first_part);

    if (mark)
        *mark = '\0';
    text_show_clean(name, '?');
    return name;
}

/* "-00002-of-": a part of a file, but not its first one. */
static bool is_later_part(const char *name)
{
    enum { DIGITS = 5 };

    for (const char *of = name; (of = strstr(of, "-of-")) != NULL; of++) {
        const char *digits = of - name > DIGITS ? of - DIGITS : name;

        if (digits > name && digits[-1] == '-'
            && strspn(digits, "0123456789") == DIGITS)
            return !text_starts(digits - 1, first_part);
    }
    return false;
}

/* A later part of another one, or what says that one is complete. */
static bool is_part(const struct job_checkpoints *self, const char *name)
{
    const char *dot = strrchr(name, '.');

    if (self->marker && dot && strcmp(dot + 1, self->marker) == 0)
        return true;
    return is_later_part(name);
}

static int compare(const struct job_checkpoint *a,
                   const struct job_checkpoint *b)
{
    if (a->changed_s != b->changed_s)
        return a->changed_s < b->changed_s ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int oldest_first(const void *a, const void *b)
{
    return compare(a, b);
}

static int newest_first(const void *a, const void *b)
{
    return compare(b, a);
}

int job_checkpoints_find(const struct job_checkpoints *self,
                         int64_t now_s,
                         struct job_checkpoint_list *out,
                         struct error *err)
{
    char *folder = path_folder(self->files);
    const char *glob = path_name(self->files);
    struct name_list names = { 0 };
    size_t cap = 0;
    int rc = 0;

    *out = (struct job_checkpoint_list){ 0 };
    if (file_is_folder(folder))
        rc = file_list(folder, &names, err);
    for (size_t i = 0; rc == 0 && i < names.num; i++) {
        struct job_checkpoint *item;

        if (!text_glob(glob, names.names[i]) || is_part(self, names.names[i]))
            continue;
        out->items =
            mem_reserve(out->items, &cap, out->num + 1, sizeof *out->items);
        item = &out->items[out->num++];
        item->path = path_join(folder, names.names[i]);
        item->name = name_of(item->path);
        see(self, now_s, item);
    }
    if (out->num > 1) {
        qsort(out->items,
              out->num,
              sizeof *out->items,
              text_equal(self->order, "newest") ? newest_first : oldest_first);
    }
    name_list_release(&names);
    free(folder);
    return rc;
}

void job_checkpoints_release(struct job_checkpoint_list *list)
{
    for (size_t i = 0; i < list->num; i++) {
        free(list->items[i].name);
        free(list->items[i].path);
    }
    free(list->items);
    *list = (struct job_checkpoint_list){ 0 };
}
