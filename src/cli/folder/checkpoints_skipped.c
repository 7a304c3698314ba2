#include "cli/folder/checkpoints_skipped.h"

#include "base/file.h"
#include "base/json.h"
#include "cli/folder/checkpoints_left_out.h"
#include "cli/folder/checkpoints_order.h"
#include "cli/folder/run_dir.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_SHOWN = 20 };

static const char key_refused[] = "checkpoints_refused";
static const char key_incomplete[] = "checkpoints_incomplete";
static const char key_unasked[] = "checkpoints_unasked";

static char *find(const char *dir)
{
    return path_join(dir, "checkpoints-skipped.json");
}

void checkpoints_skipped_release(struct checkpoints_skipped *self)
{
    text_release(&self->written);
    *self = (struct checkpoints_skipped){ 0 };
}

void checkpoints_skipped_note(struct cJSON *list,
                              const char *name,
                              const char *path,
                              const char *reason)
{
    struct cJSON *one = json_new_object();

    json_add_text(one, "name", name ? name : "?");
    if (path)
        json_add_text(one, "path", path);
    json_add_text(one, "reason", reason ? reason : "?");
    json_append(list, one);
}

static void add_some(struct cJSON *to,
                     const char *key,
                     const struct cJSON *list)
{
    if (json_count(list) > 0)
        json_add(to, key, json_copy(list));
}

void checkpoints_skipped_write(struct checkpoints_skipped *self,
                               const char *dir,
                               const struct cJSON *refused,
                               const struct cJSON *incomplete,
                               const struct cJSON *unasked)
{
    char *path = find(dir);
    struct cJSON *json = json_new_object();
    struct text text = { 0 };
    bool is_good = false;

    add_some(json, key_refused, refused);
    add_some(json, key_incomplete, incomplete);
    add_some(json, key_unasked, unasked);
    if (json_count(json) > 0)
        json_write(json, &text);
    if (!self->has_written
        || !text_equal(text_data(&text), text_data(&self->written))) {
        if (text.len > 0) {
            is_good = file_write(path, text_data(&text), text.len, NULL) == 0;
        } else {
            is_good = unlink(path) == 0 || !file_exists(path);
        }
    }
    if (is_good) {
        text_release(&self->written);
        self->written = text;
        self->has_written = true;
    } else {
        text_release(&text);
    }
    json_free(json);
    free(path);
}

void checkpoints_skipped_add(const char *dir, struct cJSON *run)
{
    char *path = find(dir);
    struct cJSON *json =
        file_exists(path) ? run_dir_read_file(path, NULL) : NULL;

    add_some(run, key_refused, json_member(json, key_refused));
    add_some(run, key_incomplete, json_member(json, key_incomplete));
    add_some(run, key_unasked, json_member(json, key_unasked));
    checkpoints_left_out_add(dir, run);
    json_free(json);
    free(path);
}

static void describe(const struct cJSON *list,
                     const char *what,
                     struct text *out)
{
    const size_t num = json_count(list);
    size_t num_shown = 0;

    if (num == 0)
        return;
    text_addf(out, "%zu checkpoint%s %s:\n", num, num == 1 ? "" : "s", what);
    for (const struct cJSON *one = json_first(list);
         one && num_shown < MAX_SHOWN;
         one = json_next(one)) {
        const char *name = json_member_text(one, "name");
        const char *reason = json_member_text(one, "reason");

        text_addf(out, "  %s: %s\n", name ? name : "?", reason ? reason : "?");
        num_shown++;
    }
    if (num > num_shown)
        text_addf(out, "  and %zu more (all: --json)\n", num - num_shown);
}

void checkpoints_skipped_describe(const struct cJSON *run, struct text *out)
{
    checkpoints_left_out_describe(run, out);
    describe(json_member(run, key_refused), "refused, and asked nothing", out);
    describe(json_member(run, key_incomplete),
             "not complete, and asked nothing",
             out);
    describe(json_member(run, key_unasked), "complete, and not asked yet", out);
}

static void append_all(struct cJSON *out,
                       const struct cJSON *list,
                       const char *before)
{
    for (const struct cJSON *one = json_first(list); one;
         one = json_next(one)) {
        const char *why = json_member_text(one, "reason");
        char *reason = text_format("%s%s", before, why ? why : "?");

        checkpoints_skipped_note(out,
                                 json_member_text(one, "name"),
                                 NULL,
                                 reason);
        free(reason);
    }
}

struct cJSON *checkpoints_skipped_list(const struct cJSON *run)
{
    struct cJSON *out = json_new_array();
    char *why = checkpoints_left_out_why(run);

    for (const struct cJSON *name =
             json_first(json_member(run, "checkpoints_left_out"));
         name;
         name = json_next(name))
        checkpoints_skipped_note(out, json_text(name), NULL, why);
    append_all(out, json_member(run, key_refused), "");
    append_all(out, json_member(run, key_incomplete), "not complete: ");
    append_all(out, json_member(run, key_unasked), "not asked yet: ");
    free(why);
    return out;
}

struct cJSON *checkpoints_skipped_beside(const char *results)
{
    char *folder = path_folder(results);
    struct cJSON *run = json_new_object();
    struct cJSON *list = NULL;

    if (text_equal(path_name(results), "results.h5")) {
        checkpoints_skipped_add(folder, run);
        checkpoints_order_run(folder, run);
        list = checkpoints_skipped_list(run);
    }
    if (json_count(list) == 0) {
        json_free(list);
        list = NULL;
    }
    json_free(run);
    free(folder);
    return list;
}
