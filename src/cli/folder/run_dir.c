#include "cli/folder/run_dir.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_plain.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/folder/run_owner.h"
#include "cli/folder/run_shape.h"
#include "gather/journal.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    JOB_MAX_BYTES = 64 * 1024 * 1024,
    AGAIN_MS = 100, /* longer than a file of a run is written over */
};

struct run_dir {
    char *path;
    struct run_owner *owner;
};

char *run_dir_choose(const struct job *job, const char *given)
{
    if (given)
        return mem_text(given);
    if (job->output)
        return mem_text(job->output);
    return text_format("runs/%s", job->name);
}

bool run_dir_has_run(const char *path)
{
    char *file = path_join(path, "job.json");
    const bool has_run = file_exists(file);

    free(file);
    return has_run;
}

/* What its job.json says, where there is one. */
static int check_job(const char *path, const char *job_name, struct error *err)
{
    char *file = path_join(path, "job.json");
    struct cJSON *job;
    int rc = 0;

    if (file_exists(file)) {
        job = json_read_regular(file, JOB_MAX_BYTES, err);
        const char *name = job ? json_member_text(job, "name") : NULL;

        if (!job) {
            rc = -1;
        } else if (!name || strcmp(name, job_name) != 0) {
            rc = error_set(err,
                           ERR_USAGE,
                           "%s holds a run of job '%s', not of '%s'; choose "
                           "another --output",
                           path,
                           name ? name : "?",
                           job_name);
        }
        json_free(job);
    }
    free(file);
    return rc;
}

int run_dir_check(const char *path, const char *job_name, struct error *err)
{
    char *journal;
    int rc;

    if (!file_exists(path))
        return 0;
    if (!file_is_folder(path)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is a file, not a folder; choose another --output",
                         path);
    }
    if (check_job(path, job_name, err) < 0)
        return -1;
    /* job.json may be lost */
    journal = path_join(path, "journal");
    rc = journal_expect(journal, job_name, err);
    free(journal);
    return rc;
}

int run_dir_keep_job(const char *path,
                     const char *made_by,
                     const char *job_path,
                     struct error *err)
{
    char *file = path_join(path, "job.json");
    char *mark = path_join(path, made_by);
    int rc = 0;

    if (file_is_same(file, job_path) && !file_exists(mark)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s is the job file that was read, and would be written "
                       "over; name another folder as --output than the one "
                       "that it lies in",
                       file);
    }
    free(mark);
    free(file);
    return rc;
}

int run_dir_expect(const char *path, const char *part, struct error *err)
{
    char *file = path_join(path, part);
    const bool is_hidden = !file_exists(file) && errno == EACCES;
    int rc = 0;

    if (is_hidden) { /* it may be there, or not */
        rc = error_set_errno(err, EACCES, "cannot read %s", file);
    } else if (!file_exists(path)) {
        rc = error_set(err,
                       ERR_IO,
                       "%s: there is no such folder, so no run has begun in "
                       "it; 'trustsweep run' says which folder it works in",
                       path);
    } else if (!file_is_folder(path)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s is a file, not a run directory; name the folder it "
                       "is in",
                       path);
    } else if (!file_exists(file)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s is no run directory: it has no %s, which a run that "
                       "has begun has; of one that was only submitted "
                       "'trustsweep watch' shows the queue",
                       path,
                       part);
    }
    free(file);
    return rc;
}

bool run_dir_is_begun(const char *path)
{
    char *file = path_join(path, "run.json");
    const bool is_there = file_exists(file);

    free(file);
    return is_there;
}

static struct cJSON *read_object(const char *file, struct error *err)
{
    struct cJSON *json = json_read_regular(file, RUN_DIR_STATE_BYTES, err);

    if (json && !json_is_object(json)) {
        error_set(err, ERR_FORMAT, "%s:1:1: an object is wanted", file);
        json_free(json);
        json = NULL;
    }
    if (json)
        json_plain_make(json); /* it may come from anywhere, and is shown */
    return json;
}

struct cJSON *run_dir_read_file(const char *path, struct error *err)
{
    struct cJSON *json = read_object(path, NULL);

    if (!json) {
        clock_sleep_ms(AGAIN_MS);
        json = read_object(path, err);
    }
    return json;
}

/* Another file may have that name, too, or somebody has been at it. */
static int check_state(const struct cJSON *run,
                       const char *file,
                       struct error *err)
{
    if (json_member_text(run, "state"))
        return run_shape_check(run, file, err);
    if (json_member(run, "models")) {
        return error_set(
            err,
            ERR_USAGE,
            "%s is a job file, not what a run says of itself; name "
            "the folder that the run works in, which "
            "'trustsweep run %s' says",
            file,
            file);
    }
    return error_set(
        err,
        ERR_USAGE,
        "%s is not what a run says of itself: it has no \"state\"; "
        "name the folder that the run works in, or move the file "
        "away",
        file);
}

struct cJSON *run_dir_read(const char *path, struct error *err)
{
    char *file = path_join(path, "run.json");
    struct error why = { 0 };
    struct cJSON *run = NULL;

    if (run_dir_expect(path, "run.json", err) < 0)
        goto out;
    run = run_dir_read_file(file, &why);
    if (!run) {
        error_set(err,
                  why.code,
                  why.code == ERR_FORMAT
                      ? "%.400s; remove it: the next run writes it anew"
                      : "%s",
                  why.text);
    } else if (check_state(run, file, err) < 0) {
        json_free(run);
        run = NULL;
    }
out:
    free(file);
    return run;
}

bool run_dir_says_complete(const struct cJSON *run)
{
    return json_member_bool(run, "is_final", false)
           && (json_member_bool(run, "is_complete", false)
               || text_equal(json_member_text(run, "state"), "done"));
}

bool run_dir_is_done(const char *path)
{
    struct cJSON *run =
        run_dir_is_begun(path) ? run_dir_read(path, NULL) : NULL;
    const bool is_done = run_dir_says_complete(run);

    json_free(run);
    return is_done;
}

bool run_dir_is_in_use(const char *path)
{
    return run_owner_is_there(path);
}

/* Of that job, and there. */
static int make(const char *path, const char *job_name, struct error *err)
{
    if (run_dir_check(path, job_name, err) < 0)
        return -1;
    if (file_make_folder(path, err) < 0) {
        struct error why = { 0 };

        if (err)
            why = *err;
        return error_set(err,
                         ERR_IO,
                         "%s: the run directory cannot be made there; choose "
                         "another --output",
                         why.text);
    }
    return 0;
}

int run_dir_try(const char *path, const char *job_name, struct error *err)
{
    if (make(path, job_name, err) < 0)
        return -1;
    return run_owner_try(path, err);
}

/* Of a file that is renamed when it is whole; not one that somebody still writes,
 * as `score` may. */
static bool is_remains(const char *name)
{
    static const char results[] = "results.h5.tmp-";
    int64_t pid;

    if (file_is_unfinished(name, "run.json")
        || file_is_unfinished(name, "job.json"))
        return true;
    return text_starts(name, results)
           && text_to_int64(name + strlen(results), &pid)
           && !process_lives(pid, NULL);
}

/* What a process that was killed had begun to write. */
static void remove_remains(const char *path)
{
    struct name_list names = { 0 };

    if (file_list(path, &names, NULL) < 0)
        return;
    for (size_t i = 0; i < names.num; i++) {
        if (is_remains(names.names[i])) {
            char *file = path_join(path, names.names[i]);

            (void)unlink(file);
            free(file);
        }
    }
    name_list_release(&names);
}

struct run_dir *run_dir_claim(const char *path,
                              const char *job_name,
                              struct error *err)
{
    struct run_dir *self;
    char *log;

    if (make(path, job_name, err) < 0)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->path = mem_text(path);
    self->owner = run_owner_claim(path, err);
    log = path_join(path, "log");
    if (!self->owner || file_make_folder(log, err) < 0) {
        run_dir_release(self);
        self = NULL;
    } else {
        remove_remains(path);
    }
    free(log);
    return self;
}

bool run_dir_is_ours(struct run_dir *self)
{
    return run_owner_is_ours(self->owner);
}

void run_dir_let_go(struct run_dir *self)
{
    run_owner_release(self->owner);
    self->owner = NULL;
}

void run_dir_release(struct run_dir *self)
{
    if (self) {
        run_dir_let_go(self);
        free(self->path);
        free(self);
    }
}

char *run_dir_file(const struct run_dir *self, const char *name)
{
    return path_join(self->path, name);
}
