#include "cli/run_dir.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OWNER_MAX_BYTES = 4096,
    JOB_MAX_BYTES = 64 * 1024 * 1024,
    /* an owner on another host that has not touched its record for so long is
     * taken for dead; it touches it every few seconds */
    SILENCE_MS = 180 * 1000,
    TAKE_TRIES = 3,
};

struct run_dir {
    char *path;
    char *owner;
};

char *run_dir_choose(const struct job *job, const char *given)
{
    if (given)
        return mem_text(given);
    if (job->output)
        return mem_text(job->output);
    return text_format("runs/%s", job->name);
}

int run_dir_check(const char *path, const char *job_name, struct error *err)
{
    char *file;
    struct cJSON *job;
    int rc = 0;

    if (!file_exists(path))
        return 0;
    if (!file_is_folder(path))
        return error_set(err, ERR_USAGE, "%s is a file, not a folder", path);
    file = path_join(path, "job.json");
    if (file_exists(file)) {
        job = json_read(file, JOB_MAX_BYTES, err);
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

static void own_host(char *out, size_t size)
{
    if (gethostname(out, size) < 0)
        out[0] = '\0';
    out[size - 1] = '\0';
}

/*
 * When a process of this host began, in the kernel's ticks, so that a later
 * process of the same number is told apart.  "" when it is gone or a zombie
 * (dead, and nobody has asked how), or where there is no /proc.
 */
static void process_began(int64_t pid, char *out, size_t size)
{
    enum { STATE = 3, BEGAN = 22 };
    char *path = text_format("/proc/%lld/stat", (long long)pid);
    struct text stat = { 0 };
    const char *at;

    out[0] = '\0';
    if (file_read(path, OWNER_MAX_BYTES, &stat, NULL) == 0
        && (at = strrchr(text_data(&stat), ')')) && at[1] == ' ' && at[2] != 'Z'
        && at[2] != 'X') {
        at += 2;
        for (int field = STATE; field < BEGAN && at; field++) {
            at = strchr(at, ' ');
            at = at ? at + 1 : NULL;
        }
        if (at)
            (void)snprintf(out, size, "%.*s", (int)strcspn(at, " "), at);
    }
    text_release(&stat);
    free(path);
}

static bool process_lives(int64_t pid, const char *began)
{
    char now[32];

    if (kill((pid_t)pid, 0) < 0 && errno != EPERM)
        return false;
    if (!file_is_folder("/proc/self"))
        return true;
    process_began(pid, now, sizeof now);
    return now[0] && (!began || !began[0] || strcmp(began, now) == 0);
}

static int write_owner(const char *path, struct error *err)
{
    char host[256];
    char began[32];
    const char *batch = getenv("SLURM_JOB_ID");
    struct cJSON *owner;
    struct text text = { 0 };
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t written;

    if (fd < 0)
        return error_set_errno(err, errno, "cannot write %s", path);
    own_host(host, sizeof host);
    process_began((int64_t)getpid(), began, sizeof began);
    owner = json_new_object();
    json_add_text(owner, "host", host);
    json_add_number(owner, "pid", (double)getpid());
    json_add_text(owner, "began", began);
    json_add_text(owner, "batch_job", batch ? batch : "");
    json_write(owner, &text);
    json_free(owner);
    written = write(fd, text_data(&text), text.len);
    if (written < 0 || (size_t)written != text.len || fsync(fd) < 0) {
        error_set_errno(err, errno ? errno : ENOSPC, "cannot write %s", path);
        (void)close(fd);
        (void)unlink(path);
        text_release(&text);
        return -1;
    }
    (void)close(fd);
    text_release(&text);
    return 0;
}

static int64_t silence_ms(const char *path)
{
    struct stat info;

    if (stat(path, &info) < 0)
        return 0;
    return clock_unix_ms() - (int64_t)info.st_mtime * 1000;
}

/* Whether who left the record at `path` may still be at work. */
static bool owner_lives(const char *path, char *who, size_t size)
{
    struct cJSON *owner = json_read(path, OWNER_MAX_BYTES, NULL);
    const char *host = owner ? json_member_text(owner, "host") : NULL;
    double pid = owner ? json_member_number(owner, "pid") : (double)NAN;
    char here[256];
    bool lives;

    own_host(here, sizeof here);
    if (!host || !(pid > 1) || pid > (double)INT32_MAX) {
        /* torn: made a moment ago, or by a run that a full disk ended */
        (void)snprintf(who, size, "an unknown process");
        lives = silence_ms(path) < 2000;
    } else {
        (void)snprintf(who, size, "process %.0f on %s", pid, host);
        if (strcmp(host, here) == 0) {
            lives =
                process_lives((int64_t)pid, json_member_text(owner, "began"));
        } else {
            lives = silence_ms(path) < SILENCE_MS;
        }
    }
    json_free(owner);
    return lives;
}

bool run_dir_is_in_use(const char *path)
{
    char *owner = path_join(path, "owner.json");
    char who[320];
    bool is_in_use = file_exists(owner) && owner_lives(owner, who, sizeof who);

    free(owner);
    return is_in_use;
}

static int take(const char *path, const char *owner, struct error *err)
{
    char who[320];

    for (int i = 0; i < TAKE_TRIES; i++) {
        if (write_owner(owner, err) == 0)
            return 0;
        if (!file_exists(owner))
            return -1;
        if (owner_lives(owner, who, sizeof who)) {
            return error_set(err,
                             ERR_USAGE,
                             "%s is in use by %s; wait for it, or choose "
                             "another --output (%s is its mark)",
                             path,
                             who,
                             owner);
        }
        (void)unlink(owner);
    }
    return error_set(err, ERR_USAGE, "%s is being taken by others", path);
}

struct run_dir *run_dir_claim(const char *path,
                              const char *job_name,
                              struct error *err)
{
    struct run_dir *self;
    char *log;

    if (run_dir_check(path, job_name, err) < 0)
        return NULL;
    if (file_make_folder(path, err) < 0) {
        (void)error_wrap(err,
                         "cannot make the run directory %s; choose another "
                         "--output",
                         path);
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->path = mem_text(path);
    self->owner = path_join(path, "owner.json");
    if (take(path, self->owner, err) < 0) {
        free(self->owner);
        free(self->path);
        free(self);
        return NULL;
    }
    log = path_join(path, "log");
    if (file_make_folder(log, err) < 0) {
        run_dir_release(self);
        self = NULL;
    }
    free(log);
    return self;
}

void run_dir_touch(struct run_dir *self)
{
    (void)utimensat(AT_FDCWD, self->owner, NULL, 0);
}

void run_dir_release(struct run_dir *self)
{
    if (self) {
        (void)unlink(self->owner);
        free(self->owner);
        free(self->path);
        free(self);
    }
}

char *run_dir_file(const struct run_dir *self, const char *name)
{
    return path_join(self->path, name);
}
