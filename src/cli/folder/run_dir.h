/*
 * run_dir.h - the folder a run lives in: job.json, journal/, log/, results.h5,
 * run.json, and the mark of its living owner.
 */
#ifndef RUN_DIR_H
#define RUN_DIR_H

#include <stdbool.h>

struct cJSON;
struct error;
struct job;

struct run_dir;

/* Of run.json, at most: each rank and cell of the ledger is a few hundred. */
enum { RUN_DIR_STATE_BYTES = 64 * 1024 * 1024 };

/* "runs/NAME" unless the job or `given` says otherwise; free(). */
char *run_dir_choose(const struct job *job, const char *given);

/* Whether a run has begun there, of whatever job. */
bool run_dir_has_run(const char *path);

/* Whether a run of that job may use the folder.  ERR_USAGE when its job.json is
 * of another name, ERR_FORMAT when its journal is of another job, or of a
 * version that this program does not read. */
int run_dir_check(const char *path, const char *job_name, struct error *err);

/*
 * Whether the folder's job.json, which is about to be written, is not the very
 * file that the job was read from: somebody's own, that is, unless the folder has
 * `made_by`, the mark of who wrote it: "journal" of a run, "prepared.json" of
 * `prepare`.
 *
 * errors  ERR_USAGE
 */
int run_dir_keep_job(const char *path,
                     const char *made_by,
                     const char *job_path,
                     struct error *err);

/*
 * Make the folder and take it, until it is released; run_owner.h says how.
 *
 * errors  ERR_USAGE: another job's, or somebody owns it and may be at work;
 *         ERR_IO
 */
struct run_dir *run_dir_claim(const char *path,
                              const char *job_name,
                              struct error *err);
/* Whether that would succeed now; the folder is made.  0, -1 */
int run_dir_try(const char *path, const char *job_name, struct error *err);
/* Whether it is a run directory with that part in it, a file or a folder.
 * ERR_USAGE; ERR_IO where there is no such folder, or nobody may look */
int run_dir_expect(const char *path, const char *part, struct error *err);
/* Whether a run.json is in it. */
bool run_dir_is_begun(const char *path);
/* One of its files, an object, which may be replaced while it is read: read again
 * once where it is none.  json_free(); NULL with ERR_IO, ERR_FORMAT */
struct cJSON *run_dir_read_file(const char *path, struct error *err);
/* What its run.json says, an object; json_free().  NULL with ERR_USAGE when it is
 * no run directory or the file no run's, ERR_IO or ERR_FORMAT when it is not there
 * or cannot be read */
struct cJSON *run_dir_read(const char *path, struct error *err);
/* Whether a run.json is the last word of a run that left no unit to try, be it
 * that none was answered; what could not be loaded the next start tries. */
bool run_dir_says_complete(const struct cJSON *run);
/* Whether its own one is. */
bool run_dir_is_done(const char *path);
/* Whether somebody has taken the folder and may still be at work. */
bool run_dir_is_in_use(const char *path);
/* False once it was taken from us: nothing may be written there any more. */
bool run_dir_is_ours(struct run_dir *self);
/* Gives the folder back, after the last word: no more is written there. */
void run_dir_let_go(struct run_dir *self);
void run_dir_release(struct run_dir *self); /* lets go; accepts NULL */

/* PATH/NAME; free(). */
char *run_dir_file(const struct run_dir *self, const char *name);

#endif
