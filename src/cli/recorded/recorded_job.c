#include "cli/recorded/recorded_job.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "base/text_show.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct model {
    char *name;
    struct text spec;
};

struct models {
    struct model *models; /* [num] */
    size_t num;
    size_t cap;
    struct name_list folders; /* those that are in a spec */
};

/* Whether a folder looks like one model's answers. */
static bool holds_answers(const char *folder)
{
    static const char *const dimensions[] = { "truthfulness", "safety",
                                              "fairness",     "robustness",
                                              "privacy",      "ethics" };
    bool found = false;

    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
        char *path = path_join(folder, dimensions[i]);

        found = found || file_is_folder(path);
        free(path);
    }
    return found;
}

static struct model *get_model(struct models *self, const char *name)
{
    for (size_t i = 0; i < self->num; i++) {
        if (strcmp(self->models[i].name, name) == 0)
            return &self->models[i];
    }
    self->models = mem_reserve(self->models,
                               &self->cap,
                               self->num + 1,
                               sizeof *self->models);
    self->models[self->num] = (struct model){ .name = mem_text(name) };
    return &self->models[self->num++];
}

/* A folder that is given twice is read once. */
static bool is_new(struct models *self, const char *folder)
{
    struct name_list *known = &self->folders;

    for (size_t i = 0; i < known->num; i++) {
        if (strcmp(known->names[i], folder) == 0)
            return false;
    }
    name_list_add(known, mem_text(folder));
    return true;
}

static int add_model(struct models *self, const char *folder, struct error *err)
{
    struct model *model;

    if (text_show_hides(path_name(folder))) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: the folder's name, which is its model's, has a "
                         "control character, or one that turns the direction "
                         "of writing; give the folder another name",
                         folder);
    }
    model = get_model(self, path_name(folder));
    if (!is_new(self, folder))
        return 0;
    text_add(&model->spec, model->spec.len > 0 ? "," : "replay:");
    options_add_arg(&model->spec, folder);
    return 0;
}

/* Or it would look like one without answers. */
static int may_look(const char *folder, struct error *err)
{
    if (access(folder, R_OK | X_OK) == 0 || errno != EACCES)
        return 0;
    return error_set_errno(err, errno, "cannot read the folder %s", folder);
}

static int add_models(struct models *self,
                      const char *folder,
                      struct error *err)
{
    struct name_list names = { 0 };
    bool is_any = false;
    int rc = 0;

    if (file_exists(folder) && !file_is_folder(folder)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is a file; give the run directory or the folder "
                         "of recorded answers (a results file: trustsweep "
                         "analyze)",
                         folder);
    }
    if (may_look(folder, err) < 0)
        return -1;
    if (holds_answers(folder))
        return add_model(self, folder, err);
    if (file_list(folder, &names, err) < 0)
        return -1;
    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char *path = path_join(folder, names.names[i]);

        if (holds_answers(path)) {
            rc = add_model(self, path, err);
            is_any = true;
        } else if (file_is_folder(path)) {
            rc = may_look(path, err);
        }
        free(path);
    }
    name_list_release(&names);
    if (rc < 0 || is_any)
        return rc;
    return error_set(err,
                     ERR_USAGE,
                     "%s is neither a run directory (job.json, journal/) nor "
                     "recorded answers (MODEL/DIMENSION/FILE.json[.gz])",
                     folder);
}

/* Absolute, without a slash at the end: its last part is a name. */
static char *clean_path(const char *folder, struct error *err)
{
    char *path = path_absolute(folder, err);

    for (size_t len = path ? strlen(path) : 0; len > 1 && path[len - 1] == '/';)
        path[--len] = '\0';
    return path;
}

static void write_models(const struct models *self, struct cJSON *out)
{
    for (size_t i = 0; i < self->num; i++) {
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", self->models[i].name);
        json_add_text(model, "backend", text_data(&self->models[i].spec));
        json_append(out, model);
    }
}

static void release(struct models *self)
{
    for (size_t i = 0; i < self->num; i++) {
        free(self->models[i].name);
        text_release(&self->models[i].spec);
    }
    free(self->models);
    name_list_release(&self->folders);
}

static int find_models(struct models *out,
                       const char *const *folders,
                       size_t num,
                       struct error *err)
{
    int rc = 0;

    for (size_t i = 0; i < num && rc == 0; i++) {
        char *path = clean_path(folders[i], err);

        rc = path ? add_models(out, path, err) : -1;
        free(path);
    }
    return rc;
}

struct cJSON *recorded_job(const char *const *folders,
                           size_t num,
                           const char *dataset,
                           struct error *err)
{
    struct models models = { 0 };
    struct cJSON *job = NULL;

    if (find_models(&models, folders, num, err) == 0) {
        job = json_new_object();
        json_add_text(job, "name", "score");
        json_add_text(job, "dataset", dataset);
        write_models(&models, json_add_array(job, "models"));
    }
    release(&models);
    return job;
}

static const struct cJSON *find_entry(const struct cJSON *entries,
                                      const char *name)
{
    for (const struct cJSON *at = json_first(entries); at; at = json_next(at)) {
        if (text_equal(json_member_text(at, "name"), name))
            return at;
    }
    return NULL;
}

/* The job's entries of the recorded models, answered by the folders. */
static struct cJSON *take_entries(const struct models *self,
                                  const struct cJSON *entries,
                                  const struct job *job,
                                  struct error *err)
{
    struct cJSON *out = json_new_array();

    for (size_t i = 0; i < self->num; i++) {
        const struct cJSON *entry = find_entry(entries, self->models[i].name);
        struct cJSON *model;

        if (!entry) {
            (void)error_set(err,
                            ERR_USAGE,
                            "%s: no model is named '%s', whose answers were "
                            "given: name it, or give only the folders of "
                            "those that are named, such as '%s'",
                            job->path,
                            self->models[i].name,
                            job->models[0].name);
            json_free(out);
            return NULL;
        }
        model = json_copy(entry);
        json_remove(model, "backend");
        json_add_text(model, "backend", text_data(&self->models[i].spec));
        json_append(out, model);
    }
    return out;
}

struct cJSON *recorded_job_of(const struct job *job,
                              const char *const *folders,
                              size_t num,
                              struct error *err)
{
    struct models models = { 0 };
    struct cJSON *all = job_effective(job);
    struct cJSON *taken = NULL;

    if (find_models(&models, folders, num, err) == 0)
        taken = take_entries(&models, json_member(all, "models"), job, err);
    release(&models);
    if (!taken) {
        json_free(all);
        return NULL;
    }
    json_set(all, "models", taken);
    return all;
}
