#include "cli/folder/checkpoints_left_out.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "cli/folder/run_dir.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char key[] = "checkpoints_left_out";
static const char key_widest[] = "checkpoints_left_widest";

void checkpoints_left_out_release(struct checkpoints_left_out *self)
{
    text_release(&self->names);
    *self = (struct checkpoints_left_out){ 0 };
}

char *checkpoints_left_out_title(const struct checkpoints_left_out *self)
{
    if (!self->is_too_wide)
        return mem_text("left out, no time before the deadline");
    return text_format("left out, no time before the deadline for subsets with "
                       "intervals of +-%g or less (\"widest\")",
                       self->widest);
}

static char *find(const char *dir)
{
    return path_join(dir, "checkpoints-left.json");
}

void checkpoints_left_out_list(const struct checkpoints_left_out *self,
                               struct cJSON *list)
{
    const char *names = text_data(&self->names);

    while (*names) {
        const size_t len = strcspn(names, "\n");
        char *name = mem_text_len(names, len);

        json_append_text(list, name);
        free(name);
        names += len + (names[len] == '\n');
    }
}

int checkpoints_left_out_write(const char *dir,
                               const struct checkpoints_left_out *self,
                               struct error *err)
{
    char *path = find(dir);
    struct cJSON *json;
    int rc;

    if (self->names.len > 0) {
        json = json_new_object();
        checkpoints_left_out_list(self, json_add_array(json, key));
        if (self->is_too_wide)
            json_add_number(json, key_widest, self->widest);
        rc = file_make_folder(dir, err);
        if (rc == 0)
            rc = json_save(json, path, err);
        json_free(json);
    } else {
        rc = unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR
                 ? error_set_errno(err, errno, "cannot remove %s", path)
                 : 0;
    }
    free(path);
    return rc;
}

void checkpoints_left_out_add(const char *dir, struct cJSON *run)
{
    char *path = find(dir);
    struct cJSON *json =
        file_exists(path) ? run_dir_read_file(path, NULL) : NULL;
    const struct cJSON *names = json_member(json, key);
    const double widest = json_member_number(json, key_widest);

    if (json_count(names) > 0)
        json_add(run, key, json_copy(names));
    if (json_count(names) > 0 && widest >= 0)
        json_add_number(run, key_widest, widest);
    json_free(json);
    free(path);
}

char *checkpoints_left_out_why(const struct cJSON *run)
{
    const double widest = json_member_number(run, key_widest);
    const struct checkpoints_left_out left = { .is_too_wide = widest >= 0,
                                               .widest = widest };

    return json_count(json_member(run, key)) > 0
               ? checkpoints_left_out_title(&left)
               : NULL;
}

void checkpoints_left_out_describe(const struct cJSON *run, struct text *out)
{
    const struct cJSON *names = json_member(run, key);
    const size_t num = json_count(names);
    char *title = checkpoints_left_out_why(run);

    if (!title)
        return;
    text_addf(out, "%zu checkpoint%s %s:", num, num == 1 ? "" : "s", title);
    free(title);
    for (const struct cJSON *name = json_first(names); name;
         name = json_next(name)) {
        const char *text = json_text(name);

        text_addf(out, " %s", text ? text : "?");
    }
    text_add(out,
             "\n  the same command asks them later with a date in --set "
             "checkpoints.deadline=\n");
}
