#include "cli/run/checkpoints.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/stop_signals.h"
#include "base/text.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/checkpoints_since.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_presence.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_starting.h"
#include "cli/parts/command.h"
#include "cli/run/checkpoints_fit.h"
#include "cli/run/checkpoints_last_word.h"
#include "cli/run/checkpoints_look.h"
#include "cli/run/checkpoints_round.h"
#include "cli/run/checkpoints_times.h"
#include "cli/run/checkpoints_wait.h"
#include "cli/run/rank.h"
#include "cli/sweep/checkpoint_models.h"
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
    int workers;
    char *dir;
    char *path;         /* the job file of a round */
    int64_t started_ms; /* Unix time */
    int64_t until_s;
    bool has_run;
    bool has_begun; /* a round has, in this process */
    bool has_more;  /* told to end before a round could begin */
    bool is_waiting;
    bool has_told_wait; /* since the last round */
    int unbegun; /* exit status of the last round, where it could not begin */
    struct checkpoints_look news;
    struct checkpoints_wait *wait; /* NULL also where the folder is another's */
    struct run_presence *starting; /* a round's, until what follows is said */
    struct run_presence *rounds;   /* of all of them; NULL before the first */
    checkpoints_round_fn round;
    void *context;
};

/* Once between rounds. */
static void tell_wait(struct watch *self, const struct job *job)
{
    if (!self->has_told_wait)
        self->has_told_wait = checkpoints_wait_tell(job, self->until_s);
}

static void end_starting(struct watch *self)
{
    run_presence_end(self->starting);
    self->starting = NULL;
}

enum next { NEXT_ROUND, NEXT_WAIT, NEXT_END };

static void begin_wait(struct watch *self, const struct job *job)
{
    const struct checkpoints_wait_for what = {
        .files = job->checkpoints.files,
        .until_s = self->until_s,
        .deadline_s = self->news.fit.at_s,
        .has_failed = self->unbegun != EXIT_GOOD,
    };

    if (self->is_waiting)
        return;
    self->wait = checkpoints_wait_begin(self->dir, job->name, &what);
    self->is_waiting = true;
    if (self->wait && !self->rounds)
        self->rounds = run_starting_begin_rounds(self->dir);
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
    /* what comes from here on is the round's, and what it began with too */
    if (stop_signals_any()) {
        self->has_more = true;
        return NEXT_END;
    }
    self->has_run = true;
    checkpoints_fit_again(&self->news.fit);
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

/* One look at the folder.  `*status` is that of the last round. */
static int look(struct watch *self, int *status, struct error *err)
{
    struct job *job = NULL;
    size_t num_new;
    int rc = checkpoints_look(&self->news, &job, &num_new, err);

    if (rc == 0 && (num_new > 0 || (!self->has_run && job->num_models > 0))) {
        rc = run_round(self, job, num_new, status, err);
    } else if (rc == 0) {
        rc = now_s() >= self->until_s ? NEXT_END : NEXT_WAIT;
        if (rc == NEXT_WAIT)
            tell_wait(self, job);
    }
    job_destroy(job);
    return rc;
}

static int settle_times(struct watch *self,
                        const struct job *job,
                        struct error *err)
{
    struct job_checkpoints_times times;

    if (checkpoints_times_settle(job, self->dir, &times, err) < 0)
        return -1;
    self->until_s = times.until_s;
    self->news.fit.at_s = times.deadline_s;
    return checkpoints_fit_begin(&self->news.fit, err);
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
                   const struct checkpoints_last_word *of,
                   bool was_waiting,
                   int status)
{
    if (stop_signals_any() && (self->has_more || now_s() < self->until_s)) {
        return checkpoints_last_word_unfinished(of,
                                                self->has_more,
                                                was_waiting);
    }
    if (self->unbegun != EXIT_GOOD)
        checkpoints_last_word_failed(of, self->unbegun, NULL);
    return status;
}

/* Looks and rounds until the end; 0, -1.  `*status` is that of the last round. */
static int run_rounds(struct watch *self,
                      const struct job *job,
                      int *status,
                      struct error *err)
{
    const double wait_s =
        fmin(fmax(job->checkpoints.settle_s / 2, 0.2), look_s);
    int rc = settle_times(self, job, err);

    while (rc >= 0 && rc != NEXT_END && !stop_signals_any()) {
        rc = look(self, status, err);
        if (rc == NEXT_WAIT)
            wait_for_look(self, job, wait_s);
    }
    return rc < 0 ? -1 : 0;
}

/* rc, err  of the rounds; the exit status, from that of the last one */
static int end(struct watch *self,
               const struct job *job,
               int rc,
               int status,
               const struct error *err)
{
    const struct checkpoints_last_word of = { self->dir,
                                              job->name,
                                              self->started_ms };
    const bool was_waiting = self->is_waiting;

    end_wait(self);
    if (stop_signals_any()) /* the last look may be as old as the last round */
        checkpoints_look_end(&self->news, job);
    if (rc < 0) {
        status = command_fail_as("run", err);
        if (self->has_run)
            checkpoints_last_word_failed(&of, status, err->text);
        return status;
    }
    status = say_end(self, &of, was_waiting, status);
    if (self->has_run || stop_signals_any())
        return status;
    return checkpoints_last_word_none(&of,
                                      job->checkpoints.files,
                                      self->news.fit.left_out.names.len > 0);
}

static void release(struct watch *self)
{
    checkpoints_look_release(&self->news);
    free(self->path);
    free(self->dir);
}

int checkpoints_run(struct job *job,
                    const struct rank_params *params,
                    int workers,
                    checkpoints_round_fn round,
                    void *context)
{
    struct error err = { 0 };
    struct watch self = {
        .workers = workers,
        .started_ms = clock_unix_ms(),
        .dir = run_dir_choose(job, params->output),
        .round = round,
        .context = context,
    };
    struct sigaction old[STOP_SIGNALS];
    int status = EXIT_GOOD;
    int rc;

    stop_signals_catch(old); /* each round does, and gives them back to us */
    self.path = path_join(self.dir, "checkpoints.json");
    self.news = (struct checkpoints_look){
        .from = params->sweep,
        .dir = self.dir,
        .path = self.path,
        .fit = { .dir = self.dir, .workers = workers },
    };
    /* what a living run goes by is not written over, but while the ranks of a round
     * start: nobody owns the folder then */
    if (run_dir_try(self.dir, job->name, &err) < 0) {
        status = command_fail_as("run", &err);
    } else {
        rc = run_rounds(&self, job, &status, &err);
        status = end(&self, job, rc, status, &err);
        end_starting(&self);
        run_presence_end(self.rounds);
        checkpoints_due_keep(self.dir, 0);
        if (self.news.fit.left_out.names.len > 0)
            checkpoints_since_hold(self.dir);
    }
    stop_signals_give_back(old);
    release(&self);
    job_destroy(job);
    return status;
}
