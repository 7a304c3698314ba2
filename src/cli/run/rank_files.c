#include "cli/run/rank_files.h"

#include "base/file.h"
#include "base/file_stamp.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/model_parts.h"
#include "job/job.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

struct noted {
    char *path;
    struct file_stamp stamp;
};

struct rank_files {
    struct noted *list; /* [num] */
    size_t num;
    size_t cap;
};

static const struct noted *find(const struct rank_files *self, const char *path)
{
    for (size_t i = 0; i < self->num; i++) {
        if (text_equal(self->list[i].path, path))
            return &self->list[i];
    }
    return NULL;
}

/* Takes `path`. */
static void add(struct rank_files *self, char *path)
{
    self->list =
        mem_reserve(self->list, &self->cap, self->num + 1, sizeof *self->list);
    self->list[self->num].stamp = file_stamp_of(path);
    self->list[self->num++].path = path;
}

static bool is_file(const char *path)
{
    struct stat facts;

    return path && stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

/* All files of a model: it may be in several. */
static void list_files(const char *path, struct name_list *out)
{
    *out = (struct name_list){ 0 };
    if (!is_file(path) || model_parts_list(path, out, NULL) == 0)
        return;
    name_list_release(out); /* what is missing, the load tells */
}

static void note_spec(struct rank_files *self,
                      const struct job *job,
                      const char *backend)
{
    char *spec = backend ? backend_resolve(backend, job->folder, NULL) : NULL;
    char *path = spec ? backend_file(spec) : NULL;
    struct name_list files;

    free(spec);
    list_files(path, &files);
    for (size_t i = 0; i < files.num; i++) {
        if (!find(self, files.names[i]))
            add(self, mem_text(files.names[i]));
    }
    name_list_release(&files);
    free(path);
}

struct rank_files *rank_files_note(const struct job *job)
{
    struct rank_files *self = mem_alloc(1, sizeof *self);

    for (size_t i = 0; job && i < job->num_models; i++)
        note_spec(self, job, job->models[i].backend);
    for (int i = 0; job && i < NUM_ROLES; i++)
        note_spec(self, job, job->roles[i].backend);
    return self;
}

static int check_file(struct rank_files *self,
                      const char *path,
                      struct error *err)
{
    const struct noted *noted = find(self, path);
    struct file_stamp now;

    if (!noted) {
        if (is_file(path))
            add(self, mem_text(path));
        return 0;
    }
    now = file_stamp_of(path);
    if (file_stamp_equal(&now, &noted->stamp))
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s was changed or replaced while the run went on; put "
                     "the old file back and start the run again, or run this "
                     "one in another directory",
                     path);
}

int rank_files_check(struct rank_files *self,
                     const char *spec,
                     struct error *err)
{
    char *path = backend_file(spec);
    struct name_list files;
    int rc = path ? check_file(self, path, err) : 0;

    list_files(path, &files);
    for (size_t i = 1; i < files.num && rc == 0; i++)
        rc = check_file(self, files.names[i], err);
    name_list_release(&files);
    free(path);
    return rc;
}

void rank_files_free(struct rank_files *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num; i++)
        free(self->list[i].path);
    free(self->list);
    free(self);
}
