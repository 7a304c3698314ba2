#include "cli/run/checkpoints.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/stop_signals.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/command.h"
#include "cli/run/checkpoints_cut.h"
#include "cli/run/checkpoints_left.h"
#include "cli/run/checkpoints_round.h"
#include "cli/run/checkpoints_wait.h"
#include "cli/run/rank.h"
#include "cli/run/run_state.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/checkpoints_since.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/backend.h"
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
    int64_t deadline_s; /* 0 = none */
    bool has_run;
    bool has_begun; /* a round has, in this process */
    bool has_more;  /* told to end before a round could begin */
    bool is_waiting;
    bool has_told_wait; /* since the last round */
    int unbegun; /* exit status of the last round, where it could not begin */
    struct checkpoints_left left;  /* new ones for which there was no time */
    bool has_forecast;             /* of `left`, since the last round */
    struct checkpoints_wait *wait; /* NULL also where the folder is another's */
    checkpoints_round_fn round;
    void *context;
};

static struct job *read_again(const struct watch *self, struct error *err)
{
    const struct sweep_params *from = self->params->sweep;
    struct job *job = job_read(from->job_path, from->sets, from->num_sets, err);

    if (job)
        sweep_params_apply(from, job);
    return job;
}

static bool is_done(const struct watch *self)
{
    char *path = path_join(self->dir, "run.json");
    struct cJSON *json = json_read(path, RUN_DIR_STATE_BYTES, NULL);
    const char *state = json_member_text(json, "state");
    const bool is_so = text_equal(state ? state : "", "done");

    json_free(json);
    free(path);
    return is_so;
}

/* Those after the first `num` of the job, one a line. */
static void name_new(const struct job *job, size_t num, struct text *out)
{
    for (size_t i = num; i < job->num_models; i++)
        text_addf(out, "%s\n", job->models[i].name);
}

/* Where they are other ones than at the last look. */
static int say_left(struct watch *self,
                    struct checkpoints_left *left,
                    struct error *err)
{
    if (text_equal(text_data(&left->names), text_data(&self->left.names))
        && left->is_too_wide == self->left.is_too_wide)
        return 0;
    checkpoints_left_release(&self->left);
    self->left = *left;
    *left = (struct checkpoints_left){ 0 };
    if (self->left.names.len > 0) {
        char *title = checkpoints_left_title(&self->left);

        fprintf(stderr,
                "checkpoints %s:\n%s",
                title,
                text_data(&self->left.names));
        free(title);
    }
    return checkpoints_left_write(self->dir, &self->left, err);
}

/* What there is no time for leaves the job, or part of it.  While nothing runs there
 * is only less time for the same ones; after a round there may be more than was
 * thought, and other speeds. */
static int cut(struct watch *self,
               struct job *job,
               size_t num_others,
               size_t *num_new,
               struct error *err)
{
    const size_t first = job->num_models - *num_new;
    char *results = path_join(self->dir, "results.h5");
    const struct checkpoints_time time = {
        .left_s = fmax((double)(self->deadline_s - now_s()), 0),
        .workers = self->workers,
        .results = file_exists(results) ? results : NULL,
        .num_others = num_others,
    };
    struct text said = { 0 };
    struct checkpoints_left left = { 0 };
    int rc = 0;

    name_new(job, first, &left.names);
    if (self->has_forecast
        && text_equal(text_data(&left.names), text_data(&self->left.names))) {
        while (job->num_models > first)
            job_drop_last_model(job);
    } else {
        checkpoints_left_release(&left);
        rc = checkpoints_cut(job, first, &time, &said, &left, err);
        (void)fputs(text_data(&said), stderr);
        if (rc == 0)
            rc = say_left(self, &left, err);
        self->has_forecast = true;
    }
    *num_new = job->num_models - first;
    text_release(&said);
    checkpoints_left_release(&left);
    free(results);
    return rc;
}

/* Once between rounds: for a folder of another name it would wait all night. */
static void tell_wait(struct watch *self, const struct job *job)
{
    const struct job_checkpoints *of = &job->checkpoints;
    struct job_checkpoint_list list;
    size_t num_complete = 0;
    char *folder;

    if (self->has_told_wait
        || job_checkpoints_find(of, now_s(), &list, NULL) < 0)
        return;
    for (size_t i = 0; i < list.num; i++)
        num_complete += list.items[i].is_complete;
    folder = path_folder(of->files);
    fprintf(stderr,
            "checkpoints: waiting until %s for %s: %zu there, %zu complete%s\n",
            of->until ? of->until : "the deadline",
            of->files,
            list.num,
            num_complete,
            file_is_folder(folder) ? "" : " (there is no such folder yet)");
    free(folder);
    job_checkpoints_release(&list);
    self->has_told_wait = true;
}

enum next { NEXT_ROUND, NEXT_WAIT, NEXT_END };

static void begin_wait(struct watch *self, const struct job *job)
{
    if (self->is_waiting)
        return;
    self->wait = checkpoints_wait_begin(self->dir,
                                        job->name,
                                        job->checkpoints.until,
                                        self->unbegun != EXIT_GOOD);
    self->is_waiting = true;
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
    char *path = path_join(self->dir, "run.json");
    struct cJSON *json = json_read(path, RUN_DIR_STATE_BYTES, NULL);
    const bool is_so =
        !text_equal(json_member_text(json, "state"), RUN_STATE_WAITING);

    json_free(json);
    free(path);
    return is_so;
}

static int run_round(struct watch *self,
                     struct job *job,
                     size_t num_new,
                     int *status,
                     struct error *err)
{
    bool has_word;

    if (checkpoints_round_write(job, self->dir, self->path, err) < 0)
        return -1;
    begin_wait(self, job); /* what run.json says is of rounds before */
    has_word = checkpoints_wait_round(self->wait, num_new);
    self->wait = NULL;
    self->is_waiting = false;
    /* a round counts signals anew: what came before it is heeded here */
    if (stop_signals_any()) {
        self->has_more = true;
        return NEXT_END;
    }
    self->has_run = true;
    self->has_forecast = false;
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
    if (self->unbegun == EXIT_GOOD ? !is_done(self) : !self->has_begun)
        return NEXT_END;
    if (now_s() < self->until_s)
        begin_wait(self, job);
    return NEXT_ROUND;
}

/* One look at the folder.  `*status` is that of the last round. */
static int look(struct watch *self, int *status, struct error *err)
{
    struct job *job = read_again(self, err);
    struct job *before =
        file_exists(self->path) ? job_read(self->path, NULL, 0, NULL) : NULL;
    const size_t num_others = job ? job->num_models : 0;
    size_t num_new = 0;
    int rc = job ? checkpoint_models_take(job, before, &num_new, err) : -1;

    if (rc == 0 && self->deadline_s > 0 && num_new > 0)
        rc = cut(self, job, num_others, &num_new, err);
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

/* A run that is there already is ended whatever the time. */
static int settle_times(struct watch *self,
                        const struct job *job,
                        struct error *err)
{
    const struct job_checkpoints *of = &job->checkpoints;
    const bool goes_on = run_dir_has_run(self->dir);
    const int64_t since_s = checkpoints_since(self->dir);
    struct job_checkpoints_times times;

    if (job_checkpoints_times(job, since_s, goes_on, &times, err) < 0
        || checkpoints_since_keep(self->dir, since_s, err) < 0)
        return -1;
    self->until_s = times.until_s;
    self->deadline_s = times.deadline_s;
    if (!goes_on)
        return 0;
    if (of->deadline && times.deadline_s <= now_s()) {
        fprintf(stderr,
                "checkpoints: deadline %s is over: the run in %s is ended with "
                "those that it has\n",
                of->deadline,
                self->dir);
    } else if (of->until && times.until_s <= now_s()) {
        fprintf(stderr,
                "checkpoints: until %s is over: the run in %s goes on with "
                "what is there\n",
                of->until,
                self->dir);
    } else if (of->deadline && of->until
               && times.until_s < job_checkpoints_time(of->until, since_s)) {
        fprintf(stderr,
                "checkpoints: until %s comes after deadline %s: new ones are "
                "waited for until the deadline\n",
                of->until,
                of->deadline);
    }
    return 0;
}

/* In the place of what the last round has said. */
static void speak(const struct watch *self,
                  const char *job_name,
                  const struct run_state_word *word)
{
    struct run_dir *dir = run_dir_claim(self->dir, job_name, NULL);

    if (dir) {
        char *path = run_dir_file(dir, "run.json");

        run_state_speak(path, word);
        free(path);
    }
    run_dir_release(dir);
    fprintf(stderr, "checkpoints: %s\n", word->reason);
}

/* Earlier rounds may be complete; what this one would have asked is not. */
static void say_failed(const struct watch *self,
                       const char *job_name,
                       int status,
                       const char *why)
{
    char *reason =
        why ? text_format("no more rounds: %s; the same command goes on from "
                          "here",
                          why)
            : text_format("the last round could not begin (exit status %d, "
                          "its error is on stderr): what was new is not "
                          "asked; the same command goes on from here",
                          status);
    const struct run_state_word word = { .state = "failed",
                                         .exit_status = status,
                                         .reason = reason,
                                         .is_more = true };

    speak(self, job_name, &word);
    free(reason);
}

/* The last round may be complete; the whole is not while others may come. */
static int say_unfinished(const struct watch *self,
                          const char *job_name,
                          bool was_waiting)
{
    const struct run_state_word word = {
        .state = "unfinished",
        .exit_status = EXIT_RECORDED,
        .reason = self->has_more
                      ? "told to end before new checkpoints were asked; the "
                        "same command goes on from here"
                      : "told to end while checkpoints were waited for; the "
                        "same command goes on from here",
        .is_more = true,
        .was_waiting = was_waiting,
    };

    speak(self, job_name, &word);
    return word.exit_status;
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
    if (stop_signals_any() && (self->has_more || now_s() < self->until_s))
        return say_unfinished(self, job_name, was_waiting);
    if (self->unbegun != EXIT_GOOD)
        say_failed(self, job_name, self->unbegun, NULL);
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
    rc = settle_times(&self, job, &err);
    if (rc == 0) /* what an earlier start left out may be in time now */
        rc = checkpoints_left_write(self.dir, &self.left, &err);
    while (rc >= 0 && rc != NEXT_END && !stop_signals_any()) {
        rc = look(&self, &status, &err);
        if (rc == NEXT_WAIT)
            wait_for_look(&self, job, wait_s);
    }
    was_waiting = self.is_waiting;
    end_wait(&self);
    if (rc >= 0)
        status = say_end(&self, job->name, was_waiting, status);
    if (rc >= 0 && !self.has_run && !stop_signals_any()) {
        rc = error_set(&err,
                       ERR_USAGE,
                       self.left.names.len > 0
                           ? "%s: no time for any checkpoint before the "
                             "deadline (\"deadline\", \"too_late\", \"widest\")"
                           : "%s: no checkpoint was complete",
                       of->files);
    }
    if (rc < 0) {
        status = command_fail_as("run", &err);
        if (self.has_run)
            say_failed(&self, job->name, status, err.text);
    }
    stop_signals_give_back(old);
    checkpoints_left_release(&self.left);
    free(self.path);
    free(self.dir);
    job_destroy(job);
    return status;
}
