#include "cli/batch/submission_say.h"

#include "base/text.h"
#include "cli/batch/submission.h"
#include "cli/sweep/checkpoints_missing.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Nothing is there that could be measured: by which numbers it was planned. */
static void say_expected(const struct job *job, bool is_known)
{
    const struct job_model *model = &job->models[0];
    char *missing = checkpoints_missing_folder(&job->checkpoints);

    fprintf(stderr, "no checkpoint is there yet; the forecast is of one, ");
    if (is_known) {
        fprintf(stderr,
                "with the job's %g tokens/s and %g s to load\n",
                model->tokens_per_s,
                model->load_s);
    } else {
        fprintf(stderr,
                "whose speed the job does not say (\"tokens_per_s\" of its "
                "checkpoints)\n");
    }
    if (missing)
        fprintf(stderr, "%s\n", missing);
    free(missing);
}

/* The nodes' program may be another one; this one's says so. */
static void say_idle_gpus(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (sweep->facts[i].leaves_gpus && sweep->job->models[i].gpus != 0) {
            fprintf(stderr,
                    "model '%s' stays on the CPU, whatever GPUs the job has "
                    "(gpu_layers=0, or a llama.cpp that was built for no "
                    "GPU)\n",
                    sweep->job->models[i].name);
        }
    }
}

static void say_away(int num)
{
    fprintf(stderr,
            "more nodes would be of use; %d that fit %s drained or down "
            "(--nodes asks for %s all the same)\n",
            num,
            num == 1 ? "is" : "are",
            num == 1 ? "it" : "them");
}

/* What a node is asked for; cores that nobody counts are left to Slurm. */
static void say_node(const struct cluster_wish *wish)
{
    if (wish->gpus > 0) {
        fprintf(stderr, "%d GPU%s, ", wish->gpus, wish->gpus == 1 ? "" : "s");
    } else {
        fprintf(stderr, "no GPU, ");
    }
    if (wish->cpus > 0) {
        fprintf(stderr, "%d core%s, ", wish->cpus, wish->cpus == 1 ? "" : "s");
    } else {
        fprintf(stderr, "as many cores as Slurm gives, ");
    }
    fprintf(stderr, "%lld MiB\n", (long long)wish->memory_mb);
}

/* Of checkpoints: the day that an HH:MM means. */
static void say_times(const struct submission *self)
{
    const struct job_checkpoints *of = &self->sweep->job->checkpoints;
    const int64_t since_s = self->sweep->night.since_s;
    const int64_t over_s = submit_time_over_s(self->sweep);
    const struct {
        const char *what;
        int64_t at_s;
    } times[] = {
        { "others are waited for until",
          of->until ? job_checkpoints_time(of->until, since_s) : 0 },
        { "what is asked is cut for the deadline",
          job_checkpoints_deadline(of, since_s) },
    };
    char at[JOB_CHECKPOINTS_SHOWN];

    if (over_s > 0) {
        fprintf(stderr,
                "%s is over, as counted since the run began: this job ends "
                "the run in %s; a date, YYYY-MM-DDTHH:MM, says a later one\n",
                job_checkpoints_show_time(over_s, at),
                self->output);
        return;
    }
    for (size_t i = 0; of->files && i < sizeof times / sizeof *times; i++) {
        if (times[i].at_s > 0) {
            fprintf(stderr,
                    "checkpoints: %s %s\n",
                    times[i].what,
                    job_checkpoints_show_time(times[i].at_s, at));
        }
    }
}

void submission_say(const struct submission *self)
{
    const struct cluster_wish *wish = &self->size.wish;
    char time[32];
    char forecast[32] = "unknown";
    char *apart = NULL;

    if (self->size.num_apart > 0) {
        apart = text_format("beside rank 0, %d worker%s without a GPU\n",
                            self->size.num_apart,
                            self->size.num_apart == 1 ? "" : "s");
    }
    cluster_format_seconds(time, wish->time_s);
    if (!isnan(self->size.forecast_s))
        text_format_seconds(forecast, sizeof forecast, self->size.forecast_s);
    fprintf(stderr,
            "%d node%s, each with %d worker%s, ",
            wish->nodes,
            wish->nodes == 1 ? "" : "s",
            self->size.workers_per_node,
            self->size.workers_per_node == 1 ? "" : "s");
    say_node(wish);
    fprintf(stderr,
            "%s"
            "walltime %s (%s); forecast %s%s\n",
            apart ? apart : "",
            time,
            self->size.time_from,
            forecast,
            isnan(self->size.forecast_s) ? "" : " at most");
    free(apart);
    if (self->size.nodes_away > 0)
        say_away(self->size.nodes_away);
    if (self->sweep->night.is_made_up) {
        say_expected(self->sweep->job, !isnan(self->size.forecast_s));
    }
    if (wish->gpus > 0)
        say_idle_gpus(self->sweep);
    say_times(self);
    if (self->answer)
        fprintf(stderr, "%s\n", self->answer);
}
