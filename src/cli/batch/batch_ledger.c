#include "cli/batch/batch_ledger.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "launch/allocation.h"
#include "launch/mpirun.h"
#include "launch/sacct.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MAX_BYTES = 16 * 1024 * 1024,
    LOCK_WAIT_MS = 2000,
    LOCK_POLL_MS = 5,
    MAX_COMPONENTS = 64,
};

static const double second_h = 3600;

static double or_zero(double number)
{
    return number > 0 ? number : 0;
}

/* A job that was killed has not said how far it came; run.json may. */
static void mend_last(struct cJSON *jobs, double done)
{
    size_t last = json_count(jobs) - 1;
    struct cJSON *entry = json_copy(json_element(jobs, last));
    char *pointer = text_format("/%zu", last);

    if (done > json_member_number(entry, "done_after")) {
        json_remove(entry, "done_after");
        json_add_number(entry, "done_after", done);
    }
    (void)json_set_at(jobs, pointer, entry);
    free(pointer);
}

/* A job goes on the one before, unless that one ended for good.  One that was
 * killed said nothing. */
static void look_back(struct batch_ledger *self, const struct cJSON *job)
{
    const char *end = json_member_text(job, "end");
    const double began = json_member_number(job, "began_unix_s");

    if (end && !text_equal(end, again_says(AGAIN_YES))) {
        self->since_s = 0;
    } else if (self->since_s == 0 && began > 0) {
        self->since_s = (int64_t)began;
    }
}

/* How far the last job came, and whether the last ones got any further.  The
 * job file may have been another one before. */
static void sum_up(struct batch_ledger *self, const struct cJSON *jobs)
{
    for (const struct cJSON *job = json_first(jobs); job;
         job = json_next(job)) {
        double before = json_member_number(job, "done_before");
        double after = json_member_number(job, "done_after");

        look_back(self, job);
        self->num_fruitless = after > before ? 0 : self->num_fruitless + 1;
        if (!isnan(after))
            self->done_before = after;
    }
}

static void add_variable(struct cJSON *entry, const char *key, const char *name)
{
    const char *value = getenv(name);

    if (value)
        json_add_text(entry, key, value);
}

/* Of a job with components those of all. */
static void add_nodes(struct cJSON *entry)
{
    const char *size = getenv("SLURM_HET_SIZE");
    const long num = size ? strtol(size, NULL, 10) : 0;
    struct text nodes = { 0 };

    for (long i = 0; i < num && i < MAX_COMPONENTS; i++) {
        char *name = text_format("SLURM_JOB_NODELIST_HET_GROUP_%ld", i);
        const char *value = getenv(name);

        if (value)
            text_addf(&nodes, "%s%s", nodes.len > 0 ? "," : "", value);
        free(name);
    }
    if (nodes.len > 0) {
        json_add_text(entry, "nodes", text_data(&nodes));
    } else {
        add_variable(entry, "nodes", "SLURM_JOB_NODELIST");
    }
    text_release(&nodes);
}

static void begin_entry(struct batch_ledger *self, int given)
{
    int gpus = mpirun_count_gpus();
    int nodes = allocation_size(&gpus);
    int64_t began_s;
    char when[32];

    if (nodes < 1)
        nodes = 1;
    self->gpus = given > 0 ? given : nodes * (gpus > 0 ? gpus : 1);
    self->began_ms = clock_unix_ms();
    began_s = self->began_ms / 1000;
    self->entry = json_new_object();
    add_variable(self->entry, "job_id", "SLURM_JOB_ID");
    add_variable(self->entry, "requeues", "SLURM_RESTART_COUNT");
    add_variable(self->entry, "partition", "SLURM_JOB_PARTITION");
    add_nodes(self->entry);
    add_variable(self->entry, "cluster", "SLURM_CLUSTER_NAME");
    clock_format(self->began_ms, when, sizeof when);
    json_add_text(self->entry, "started", when);
    json_add_number(self->entry, "began_unix_s", (double)began_s);
    if (self->since_s == 0)
        self->since_s = began_s;
    json_add_number(self->entry, "gpus", self->gpus);
    json_add_number(self->entry, "done_before", self->done_before);
}

/* Alone with batch.json, where the file system has locks and nobody hangs; -1
 * without one.  close() unlocks. */
static int lock(const struct batch_ledger *self)
{
    const struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    const int64_t until = clock_ms() + LOCK_WAIT_MS;
    char *path = text_format("%s.lock", self->path);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    free(path);
    while (fd >= 0 && fcntl(fd, F_SETLK, &whole) < 0) {
        if ((errno != EAGAIN && errno != EACCES && errno != EINTR)
            || clock_ms() > until)
            break;
        clock_sleep_ms(LOCK_POLL_MS);
    }
    return fd;
}

static bool is_ours(const struct batch_ledger *self, const struct cJSON *job)
{
    return text_equal(json_member_text(job, "job_id"),
                      json_member_text(self->entry, "job_id"))
           && text_equal(json_member_text(job, "started"),
                         json_member_text(self->entry, "started"));
}

/* Our line among those that are there; others may have written theirs since we
 * read them. */
static void put_entry(struct batch_ledger *self)
{
    struct cJSON *disk = json_read_regular(self->path, MAX_BYTES, NULL);
    const struct cJSON *known = json_member(disk ? disk : self->root, "jobs");
    struct cJSON *list = json_new_array();
    bool is_there = false;

    self->used_before_s = 0;
    for (const struct cJSON *job = json_first(known); job;
         job = json_next(job)) {
        const bool is_own = is_ours(self, job);

        is_there = is_there || is_own;
        json_append(list, json_copy(is_own ? self->entry : job));
        if (!is_own) {
            self->used_before_s += or_zero(json_member_number(job, "seconds"))
                                   * or_zero(json_member_number(job, "gpus"));
        }
    }
    if (!is_there)
        json_append(list, json_copy(self->entry));
    json_remove(self->root, "jobs");
    json_add(self->root, "jobs", list);
    json_free(disk);
}

static void unlock(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

/* The account of earlier jobs is no reason to stop the run: it is kept for people,
 * and begun anew. */
static int put_aside(const char *path,
                     const struct error *why,
                     struct error *err)
{
    char *aside = text_format("%s.bad", path);
    int rc = 0;

    if (why->code != ERR_FORMAT) {
        rc = error_set(err, why->code, "%s", why->text);
    } else if (rename(path, aside) < 0) {
        rc = error_set_errno(err, errno, "cannot write %s", aside);
    } else {
        fprintf(stderr,
                "%s: what earlier jobs took is not known any more, and counts "
                "for no budget; kept as %s\n",
                why->text,
                aside);
    }
    free(aside);
    return rc;
}

/* What earlier jobs wrote, the last of them mended on disk as well. */
static int take_over(struct batch_ledger *self, double done, struct error *err)
{
    const int fd = lock(self);
    struct error why = { 0 };
    struct cJSON *list;

    self->root = file_exists(self->path)
                     ? json_read_regular(self->path, MAX_BYTES, &why)
                     : json_new_object();
    if (!self->root && put_aside(self->path, &why, err) == 0)
        self->root = json_new_object();
    if (!self->root) {
        unlock(fd);
        return -1;
    }
    list = json_is_array(json_member(self->root, "jobs"))
               ? json_copy(json_member(self->root, "jobs"))
               : json_new_array();
    json_remove(self->root, "jobs");
    json_add(self->root, "jobs", list);
    if (json_count(list) > 0) {
        mend_last(list, done);
        (void)json_save(self->root, self->path, NULL);
    }
    unlock(fd);
    return 0;
}

int batch_ledger_open(struct batch_ledger *self,
                      const char *dir,
                      const struct batch_ledger_limits *limits,
                      double done,
                      struct error *err)
{
    const double budget_h = limits->budget_h;
    const struct cJSON *jobs;

    *self = (struct batch_ledger){ .path = path_join(dir, "batch.json"),
                                   .done_before = -1,
                                   .budget_s = budget_h * second_h };
    if (take_over(self, done, err) < 0) {
        free(self->path);
        return -1;
    }
    jobs = json_member(self->root, "jobs");
    sum_up(self, jobs);
    json_remove(self->root, "budget_gpu_hours");
    if (budget_h > 0)
        json_add_number(self->root, "budget_gpu_hours", budget_h);
    begin_entry(self, limits->gpus);
    if (json_count(jobs) > 0)
        batch_ledger_account(self);
    batch_ledger_write(self, self->done_before, (enum again)0);
    return 0;
}

void batch_ledger_close(struct batch_ledger *self)
{
    json_free(self->entry);
    json_free(self->root);
    free(self->path);
    *self = (struct batch_ledger){ 0 };
}

void batch_ledger_account(struct batch_ledger *self)
{
    struct text ids = { 0 };
    const char *last = NULL;
    struct cJSON *rows;

    /* a requeued job has the same number as before, one line after the other */
    for (const struct cJSON *job = json_first(json_member(self->root, "jobs"));
         job;
         job = json_next(job)) {
        const char *id = json_member_text(job, "job_id");

        if (id && !text_equal(id, last))
            text_addf(&ids, "%s%s", ids.len > 0 ? "," : "", id);
        last = id;
    }
    rows = ids.len > 0 ? sacct_ask(text_data(&ids)) : NULL;
    json_remove(self->root, "accounting");
    if (json_count(rows) > 0) {
        json_add(self->root, "accounting", rows);
    } else {
        json_free(rows);
    }
    text_release(&ids);
}

static double own_s(const struct batch_ledger *self)
{
    return (double)(clock_unix_ms() - self->began_ms) / 1000;
}

double batch_ledger_used_s(const struct batch_ledger *self)
{
    return self->used_before_s + own_s(self) * self->gpus;
}

static void set_number(struct cJSON *object, const char *key, double number)
{
    json_remove(object, key);
    json_add_number(object, key, number);
}

static void save(struct batch_ledger *self)
{
    int fd;

    set_number(self->entry, "seconds", round(own_s(self) * 1000) / 1000);
    fd = lock(self);
    put_entry(self);
    set_number(self->root,
               "used_gpu_hours",
               batch_ledger_used_s(self) / second_h);
    (void)json_save(self->root, self->path, NULL);
    unlock(fd);
}

void batch_ledger_write(struct batch_ledger *self, double done, enum again end)
{
    set_number(self->entry, "done_after", done);
    if (end) {
        json_remove(self->entry, "end");
        json_add_text(self->entry, "end", again_says(end));
    }
    save(self);
}

void batch_ledger_chain(struct batch_ledger *self, const char *next)
{
    json_add_text(self->entry, "next_job_id", next);
    save(self);
}
