#include "cli/batch/batch_job.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/batch/batch_child.h"
#include "cli/batch/batch_ledger.h"
#include "cli/batch/metrics.h"
#include "cli/folder/checkpoints_since.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/command.h"
#include "launch/again.h"
#include "launch/sacct.h"
#include "launch/sbatch.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    POLL_MS = 20,
    OWNER_POLL_MS = 1000,
    RENEW_MS = 5000,
    OWNER_WAIT_MS = 240 * 1000,
};

struct batch {
    const struct batch_job *given;
    struct batch_ledger ledger;
    struct batch_child child;
    char *state_path; /* run.json */
    bool is_spent;    /* told because of the budget */
    int64_t renewed_ms;
};

static struct cJSON *read_state(const struct batch *self)
{
    const char *path = self->state_path;

    return json_read_regular(path, RUN_DIR_STATE_BYTES, NULL);
}

/* The last job's node may have died with its rank 0: nobody takes the folder
 * until its mark has been still for three minutes. */
static void wait_for_owner(const struct batch *self)
{
    int64_t until = clock_ms() + OWNER_WAIT_MS;

    if (!run_dir_is_in_use(self->given->dir))
        return;
    fprintf(stderr,
            "trustsweep batch: %s has an owner, who may be of a node that "
            "died: waiting for up to %d s\n",
            self->given->dir,
            OWNER_WAIT_MS / 1000);
    while (clock_ms() < until && !batch_child_is_told(&self->child)
           && run_dir_is_in_use(self->given->dir))
        clock_sleep_ms(OWNER_POLL_MS);
}

static double num_done(const struct cJSON *run)
{
    double number = json_member_number(json_member(run, "counts"), "done");

    return isnan(number) ? -1 : number;
}

static void write_metrics(const struct batch *self, const struct cJSON *run)
{
    const struct metrics_spent spent = {
        .gpu_s = batch_ledger_used_s(&self->ledger),
        .energy_j =
            sacct_energy_j(json_member(self->ledger.root, "accounting")),
    };

    metrics_write(self->given->dir, run, &spent);
}

static void renew(struct batch *self)
{
    struct cJSON *run = read_state(self);

    batch_ledger_write(&self->ledger, num_done(run), (enum again)0);
    write_metrics(self, run);
    json_free(run);
}

/* What it takes to end is to be spent within the budget, too. */
static bool is_nearly_spent(const struct batch *self)
{
    const struct batch_ledger *ledger = &self->ledger;

    return ledger->budget_s > 0
           && ledger->budget_s - batch_ledger_used_s(ledger)
                  <= (double)self->given->notice_s * ledger->gpus;
}

static void look_at_budget(struct batch *self)
{
    if (self->is_spent || !is_nearly_spent(self))
        return;
    self->is_spent = true;
    batch_child_warn(&self->child);
    fprintf(stderr,
            "trustsweep batch: the budget of %g GPU-hours is nearly spent: "
            "the run ends\n",
            self->given->budget_h);
}

static int wait_for_run(struct batch *self)
{
    int status = 0;

    while (!batch_child_has_ended(&self->child, &status)) {
        look_at_budget(self);
        if (clock_ms() - self->renewed_ms > RENEW_MS) {
            self->renewed_ms = clock_ms();
            renew(self);
        }
        clock_sleep_ms(POLL_MS);
    }
    return status;
}

/* Whoever wrote run.json is another job of the folder: `run` was refused. */
static bool is_foreign(const struct cJSON *run)
{
    const char *job = getenv("SLURM_JOB_ID");
    const char *writer = json_member_text(run, "batch_job");

    return job && writer && !text_equal(job, writer);
}

static enum again decide(struct batch *self, int status)
{
    struct cJSON *run = read_state(self);
    struct batch_ledger *ledger = &self->ledger;
    const bool was_told = batch_child_was_told(&self->child);
    struct again_facts facts = {
        .state = json_member_text(run, "state"),
        .is_final = json_member_bool(run, "is_final", false),
        .is_foreign = is_foreign(run),
        .has_failed = status == EXIT_USAGE || status == EXIT_FAILED,
        .was_told = was_told,
        .was_warned = self->child.was_warned,
        .was_waiting = json_member_bool(run, "was_waiting", false),
        .wants = self->given->again != BATCH_NEVER,
        .done_before = ledger->done_before,
        .done_after = num_done(run),
        .num_fruitless = ledger->num_fruitless,
        .used_s =
            self->is_spent ? ledger->budget_s : batch_ledger_used_s(ledger),
        .budget_s = ledger->budget_s,
    };
    enum again again = again_decide(&facts);

    batch_ledger_write(ledger, facts.done_after, again);
    json_free(run);
    return again;
}

static int ask_for_another(struct batch *self, struct error *err)
{
    const char *job = getenv("SLURM_JOB_ID");
    char *script;
    char *next = NULL;
    int rc;

    if (!job) {
        return error_set(err,
                         ERR_USAGE,
                         "SLURM_JOB_ID is not set, so this is no batch job and "
                         "none can follow it; 'trustsweep submit' starts one");
    }
    if (self->given->again == BATCH_REQUEUE)
        return sbatch_requeue(job, err);
    script = path_join(self->given->dir, "batch.sh");
    rc = sbatch_submit(script, job, &next, err);
    if (rc == 0) {
        fprintf(stderr, "trustsweep batch: job %s goes on\n", next);
        batch_ledger_chain(&self->ledger, next);
    }
    free(next);
    free(script);
    return rc;
}

/* Last of all: a database that hangs is to cost no job its successor.  A job that
 * is requeued may be ended before; the next one asks for this one as well. */
static void account(struct batch *self)
{
    struct cJSON *run = read_state(self);

    batch_ledger_account(&self->ledger);
    batch_ledger_write(&self->ledger, num_done(run), (enum again)0);
    write_metrics(self, run);
    json_free(run);
}

/* The job's own line of batch.json, first of all. */
static int open_ledger(struct batch *self, struct error *err)
{
    struct cJSON *state = read_state(self);
    const double done = num_done(state);

    json_free(state);
    return batch_ledger_open(&self->ledger,
                             self->given->dir,
                             &(struct batch_ledger_limits){
                                 .budget_h = self->given->budget_h,
                                 .gpus = self->given->gpus,
                             },
                             done,
                             err);
}

static void say_spent(const struct batch *self)
{
    fprintf(
        stderr,
        "trustsweep batch: %.3g of %g GPU-hours are spent, and %.3g are for "
        "the end of a run (%lld s on %g GPUs): nothing is started; submit with "
        "a larger --budget to go on\n",
        batch_ledger_used_s(&self->ledger) / 3600,
        self->given->budget_h,
        (double)self->given->notice_s * self->ledger.gpus / 3600,
        (long long)self->given->notice_s,
        self->ledger.gpus);
}

static int run_once(struct batch *self, struct error *err)
{
    enum again again;
    char *since;
    int status;
    int rc = 0;

    since = text_format("%lld",
                        (long long)(self->given->since_s > 0
                                        ? self->given->since_s
                                        : self->ledger.since_s));
    (void)setenv(CHECKPOINTS_SINCE, since, 1);
    free(since);
    wait_for_owner(self);
    if (is_nearly_spent(self)) {
        say_spent(self);
        self->is_spent = true;
        status = EXIT_RECORDED;
    } else if (batch_child_start(&self->child,
                                 self->given->arguments,
                                 self->given->num_arguments,
                                 err)
               == 0) {
        status = wait_for_run(self);
    } else {
        return -1;
    }
    again = decide(self, status);
    /* Slurm shows a job as completed by this alone */
    if (status == EXIT_GOOD && again != AGAIN_DONE && again != AGAIN_YES)
        status = EXIT_RECORDED;
    fprintf(stderr, "trustsweep batch: %s\n", again_says(again));
    if (again == AGAIN_YES)
        rc = ask_for_another(self, err);
    account(self);
    return rc < 0 ? -1 : status;
}

int batch_job_run(const struct batch_job *given, struct error *err)
{
    struct batch self = { .given = given, .renewed_ms = clock_ms() };
    int status = -1;

    if (file_make_folder(given->dir, err) < 0)
        return -1;
    self.state_path = path_join(given->dir, "run.json");
    batch_child_init(&self.child, self.state_path, given->notice_s);
    if (open_ledger(&self, err) == 0) {
        status = run_once(&self, err);
        batch_ledger_close(&self.ledger);
    }
    free(self.state_path);
    return status;
}
