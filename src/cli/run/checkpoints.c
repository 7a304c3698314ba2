#include "cli/run/checkpoints.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/stop_signals.h"
#include "base/text.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_starting.h"
#include "cli/parts/command.h"
#include "cli/run/checkpoints_deadline.h"
#include "cli/run/checkpoints_last_word.h"
#include "cli/run/checkpoints_round.h"
#include "cli/run/checkpoints_wait.h"
#include "cli/run/rank.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/checkpoints_since.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LISTEN_MS = 100 };

/* Looks at the folder this often at least, s. */
static const double look_s = 10;

static int64_t now_s(void)
{
    return clock_unix_ms() / 1000;
}

struct watch {
    const struct rank_params *params;
    int workers;
    char *dir;
    char *path; /* the job file of a round */
    int64_t until_s;
    bool has_run;
    bool has_begun; /* a round has, in this process */
    bool has_more;  /* told to end before a round could begin */
    bool is_waiting;
    bool has_told_wait; /* since the last round */
    int unbegun; /* exit status of the last round, where it could not begin */
    struct checkpoints_deadline deadline;
    struct checkpoints_skipped skipped;
    struct cJSON *refused;         /* at the last look; or NULL */
    struct checkpoints_wait *wait; /* NULL also where the folder is another's */
    struct run_starting *starting; /* a round's, until what follows is said */
    checkpoints_round_fn round;
    void *context;
};

static struct job *read_again(const struct watch *self, struct error *err)
{
    const struct sweep_params *from = self->params->sweep;
    struct job *job = job_read(from->job_path, from->sets, from->num_sets, err);

    if (job && !job->checkpoints.files) {
        (void)error_set(err,
                        ERR_USAGE,
                        "%s: it names no \"checkpoints\" any more",
                        job->path);
        job_destroy(job);
        return NULL;
    }
    if (job)
        sweep_params_apply(from, job);
    return job;
}

/* Once between rounds: for a folder of another name it would wait all night. */
static void tell_wait(struct watch *self, const struct job *job)
{
    const struct job_checkpoints *of = &job->checkpoints;
    struct job_checkpoint_list list;
    size_t num_complete = 0;
    char until[JOB_CHECKPOINTS_SHOWN];
    char *folder;

    if (self->has_told_wait
        || job_checkpoints_find(of, now_s(), &list, NULL) < 0)
        return;
    for (size_t i = 0; i < list.num; i++)
        num_complete += list.items[i].is_complete;
    folder = path_folder(of->files);
    fprintf(stderr,
            "checkpoints: waiting until %s for %s: %zu there, %zu complete%s\n",
            job_checkpoints_show_time(self->until_s, until),
            of->files,
            list.num,
            num_complete,
            file_is_folder(folder) ? "" : " (there is no such folder yet)");
    free(folder);
    job_checkpoints_release(&list);
    self->has_told_wait = true;
}

static void end_starting(struct watch *self)
{
    run_starting_end(self->starting);
    self->starting = NULL;
}

enum next { NEXT_ROUND, NEXT_WAIT, NEXT_END };

static void begin_wait(struct watch *self, const struct job *job)
{
    const struct checkpoints_wait_for what = {
        .files = job->checkpoints.files,
        .until_s = self->until_s,
        .deadline_s = self->deadline.at_s,
        .has_failed = self->unbegun != EXIT_GOOD,
    };

    if (self->is_waiting)
        return;
    self->wait = checkpoints_wait_begin(self->dir, job->name, &what);
    self->is_waiting = true;
    end_starting(self);
}

static void end_wait(struct watch *self)
{
    checkpoints_wait_end(self->wait);
    self->wait = NULL;
    self->is_waiting = false;
}

/* Once nothing is held any more. */
static bool was_begun(const struct watch *self)
{
    struct cJSON *run = run_dir_read(self->dir, NULL);
    const bool is_so =
        !text_equal(json_member_text(run, "state"), RUN_STATE_WAITING);

    json_free(run);
    return is_so;
}

static int run_round(struct watch *self,
                     struct job *job,
                     size_t num_new,
                     int *status,
                     struct error *err)
{
    bool has_word;

    checkpoint_models_sort(job);
    if (checkpoints_round_write(job, self->dir, self->path, err) < 0)
        return -1;
    begin_wait(self, job); /* what run.json says is of rounds before */
    self->starting =
        checkpoints_wait_round(self->wait, self->dir, num_new, &has_word);
    self->wait = NULL;
    self->is_waiting = false;
    /* a round counts signals anew: what came before it is heeded here */
    if (stop_signals_any()) {
        self->has_more = true;
        return NEXT_END;
    }
    self->has_run = true;
    checkpoints_deadline_round(&self->deadline);
    self->has_told_wait = false;
    fprintf(stderr,
            "checkpoints: %zu new, %zu model%s in all, %d worker%s\n",
            num_new,
            job->num_models,
            job->num_models == 1 ? "" : "s",
            self->workers,
            self->workers == 1 ? "" : "s");
    *status = self->round(self->context, self->path, self->dir);
    /* a bad one ends no night: the next round asks both */
    self->unbegun =
        has_word && *status != EXIT_GOOD && !was_begun(self) ? *status : 0;
    self->has_begun = self->has_begun || self->unbegun == EXIT_GOOD;
    if (self->unbegun == EXIT_GOOD ? !run_dir_is_done(self->dir)
                                   : !self->has_begun)
        return NEXT_END;
    if (now_s() < self->until_s)
        begin_wait(self, job);
    return NEXT_ROUND;
}

/* For people who come when the run has ended. */
static void note_skipped(struct watch *self, const struct job *job)
{
    struct cJSON *incomplete = json_new_array();

    (void)checkpoint_models_incomplete(job, incomplete, NULL);
    checkpoints_skipped_write(&self->skipped,
                              self->dir,
                              self->refused,
                              incomplete);
    json_free(incomplete);
}

/* Those that are complete are models of `job` then; the others are noted. */
static int take(struct watch *self,
                struct job *job,
                const struct job *before,
                size_t *num_new,
                struct error *err)
{
    struct cJSON *refused = json_new_array();
    int rc = checkpoint_models_take(job, before, num_new, refused, err);

    json_free(self->refused);
    self->refused = refused;
    if (rc == 0)
        note_skipped(self, job);
    return rc;
}

/* One look at the folder.  `*status` is that of the last round. */
static int look(struct watch *self, int *status, struct error *err)
{
    struct job *job = read_again(self, err);
    struct job *before =
        file_exists(self->path) ? job_read(self->path, NULL, 0, NULL) : NULL;
    const size_t num_others = job ? job->num_models : 0;
    size_t num_new = 0;
    int rc = job ? take(self, job, before, &num_new, err) : -1;

    if (rc == 0) {
        rc = checkpoints_deadline_cut(&self->deadline,
                                      job,
                                      num_others,
                                      &num_new,
                                      err);
    }
    if (rc == 0 && (num_new > 0 || (!self->has_run && job->num_models > 0))) {
        rc = run_round(self, job, num_new, status, err);
    } else if (rc == 0) {
        rc = now_s() >= self->until_s ? NEXT_END : NEXT_WAIT;
        if (rc == NEXT_WAIT)
            tell_wait(self, job);
    }
    job_destroy(before);
    job_destroy(job);
    return rc;
}

/* Of a run that goes on, as it is ended whatever the time. */
static void tell_times(const struct watch *self,
                       const struct job_checkpoints *of,
                       int64_t since_s)
{
    const int64_t deadline_s = self->deadline.at_s;
    const int64_t until_s =
        of->until ? job_checkpoints_time(of->until, since_s) : 0;
    char until[JOB_CHECKPOINTS_SHOWN];
    char deadline[JOB_CHECKPOINTS_SHOWN];

    (void)job_checkpoints_show_time(until_s, until);
    (void)job_checkpoints_show_time(deadline_s, deadline);
    if (deadline_s > 0 && deadline_s <= now_s()) {
        fprintf(stderr,
                "checkpoints: deadline %s is over: the run in %s is ended with "
                "those that it has\n",
                deadline,
                self->dir);
    } else if (until_s > 0 && until_s <= now_s()) {
        fprintf(stderr,
                "checkpoints: until %s is over: the run in %s goes on with "
                "what is there\n",
                until,
                self->dir);
    } else if (deadline_s > 0 && until_s > deadline_s) {
        fprintf(stderr,
                "checkpoints: until %s comes after deadline %s: new ones are "
                "waited for until the deadline\n",
                until,
                deadline);
    }
}

static int settle_times(struct watch *self,
                        const struct job *job,
                        struct error *err)
{
    const bool goes_on = run_dir_has_run(self->dir);
    const int64_t since_s = checkpoints_since(self->dir);
    struct job_checkpoints_times times;

    if (job_checkpoints_times(job, since_s, goes_on, &times, err) < 0
        || checkpoints_since_keep(self->dir, since_s, err) < 0)
        return -1;
    self->until_s = times.until_s;
    self->deadline.at_s = times.deadline_s;
    checkpoints_due_keep(self->dir, times.deadline_s);
    if (goes_on)
        tell_times(self, &job->checkpoints, since_s);
    return checkpoints_deadline_begin(&self->deadline, err);
}

/* Says so, for the first time or again. */
static void wait_for_look(struct watch *self,
                          const struct job *job,
                          double wait_s)
{
    const int64_t until_ms = clock_ms() + (int64_t)(1e3 * wait_s);

    begin_wait(self, job);
    checkpoints_wait_renew(self->wait);

    while (clock_ms() < until_ms && !stop_signals_any())
        clock_sleep_ms(LISTEN_MS);
}

/* Where what the last round said is not the whole of it; the exit status. */
static int say_end(const struct watch *self,
                   const char *job_name,
                   bool was_waiting,
                   int status)
{
    if (stop_signals_any() && (self->has_more || now_s() < self->until_s)) {
        return checkpoints_last_word_unfinished(self->dir,
                                                job_name,
                                                self->has_more,
                                                was_waiting);
    }
    if (self->unbegun != EXIT_GOOD)
        checkpoints_last_word_failed(self->dir, job_name, self->unbegun, NULL);
    return status;
}

int checkpoints_run(struct job *job,
                    const struct rank_params *params,
                    int workers,
                    checkpoints_round_fn round,
                    void *context)
{
    const struct job_checkpoints *of = &job->checkpoints;
    struct error err = { 0 };
    struct watch self = {
        .params = params,
        .workers = workers,
        .dir = run_dir_choose(job, params->output),
        .round = round,
        .context = context,
    };
    const double wait_s = fmin(fmax(of->settle_s / 2, 0.2), look_s);
    struct sigaction old[STOP_SIGNALS];
    bool was_waiting;
    int status = EXIT_GOOD;
    int rc;

    stop_signals_catch(old); /* each round does, and gives them back to us */
    self.path = path_join(self.dir, "checkpoints.json");
    self.deadline =
        (struct checkpoints_deadline){ .dir = self.dir, .workers = workers };
    rc = settle_times(&self, job, &err);
    while (rc >= 0 && rc != NEXT_END && !stop_signals_any()) {
        rc = look(&self, &status, &err);
        if (rc == NEXT_WAIT)
            wait_for_look(&self, job, wait_s);
    }
    was_waiting = self.is_waiting;
    end_wait(&self);
    if (stop_signals_any()) /* the last look may be as old as the last round */
        note_skipped(&self, job);
    if (rc >= 0)
        status = say_end(&self, job->name, was_waiting, status);
    if (rc >= 0 && !self.has_run && !stop_signals_any()) {
        rc = error_set(&err,
                       ERR_USAGE,
                       self.deadline.left_out.names.len > 0
                           ? "%s: no time for any checkpoint before the "
                             "deadline (\"deadline\", \"too_late\", \"widest\")"
                           : "%s: no checkpoint was complete",
                       of->files);
    }
    if (rc < 0) {
        status = command_fail_as("run", &err);
        if (self.has_run)
            checkpoints_last_word_failed(self.dir, job->name, status, err.text);
    }
    end_starting(&self);
    stop_signals_give_back(old);
    checkpoints_due_keep(self.dir, 0);
    checkpoints_deadline_release(&self.deadline);
    checkpoints_skipped_release(&self.skipped);
    json_free(self.refused);
    free(self.path);
    free(self.dir);
    job_destroy(job);
    return status;
}
