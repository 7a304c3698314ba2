#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/terminal.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/batch/batch_view_print.h"
#include "cli/commands.h"
#include "cli/folder/run_dir.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <unistd.h>

struct watch_options {
    int64_t every;
    bool once;
    bool json;
};

static const struct option options[] = {
    { .name = "every",
      .type = OPTION_INT,
      .offset = offsetof(struct watch_options, every),
      .fallback = "3",
      .min = 1,
      .max = 3600,
      .value = "SECONDS",
      .help = "Between two looks." },
    { .name = "once",
      .type = OPTION_FLAG,
      .offset = offsetof(struct watch_options, once),
      .help = "Look once, then end." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct watch_options, json),
      .help = "A line of JSON for each look: run.json, submit.json, "
              "batch.json and how the job stands in the queue." },
    { .name = NULL },
};

/* Home, and what is below is cleared: no flicker. */
static const char redraw[] = "\033[H\033[J";

static void show(const struct cJSON *view,
                 const char *dir,
                 const struct watch_options *given)
{
    struct text out = { 0 };

    if (given->json) {
        json_write_line(view, &out);
        text_add(&out, "\n");
    } else {
        if (!given->once && terminal_is_styled(STDOUT_FILENO))
            text_add(&out, redraw);
        batch_view_print(view, dir, &out);
    }
    (void)fputs(text_data(&out), stdout);
    (void)fflush(stdout);
    text_release(&out);
}

/* A folder in which nothing was begun, or nothing that can be read. */
static int refuse(const char *dir, struct error *err)
{
    struct error why = { 0 };
    struct cJSON *run = run_dir_read(dir, &why);
    const bool is_there = !run && run_dir_is_begun(dir);

    json_free(run);
    if (why.code == ERR_IO || is_there) {
        *err = why;
        return -1;
    }
    return error_set(err,
                     ERR_USAGE,
                     "%s holds no run: nothing was started or submitted "
                     "with it as --output; 'trustsweep run' and "
                     "'submit' say which folder they work in",
                     dir);
}

static int watch(const char *dir,
                 const struct watch_options *given,
                 struct error *err)
{
    bool goes_on = true;

    if (!file_is_folder(dir)) {
        return run_dir_expect(dir, "run.json", err);
    }
    while (goes_on) {
        struct cJSON *view = batch_view_read(dir);

        if (json_count(view) == 0) {
            json_free(view);
            return refuse(dir, err);
        }
        show(view, dir, given);
        goes_on = !given->once && batch_view_is_live(view, dir);
        json_free(view);
        if (goes_on)
            clock_sleep_ms((double)given->every * 1000);
    }
    return 0;
}

static int run(int argc, char **argv)
{
    struct watch_options given = { 0 };
    struct operands folders = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_watch, argc, argv, &given, &folders);

    if (status >= 0)
        return status;
    status = watch(folders.names[0], &given, &err) == 0
                 ? EXIT_GOOD
                 : command_fail(&command_watch, &err);
    options_release(options, &given);
    command_release_operands(&folders);
    return status;
}

static const struct command_field fields[] = {
    { "run", "run.json; absent before it has begun" },
    { "run.*", "the fields of `status`" },
    { "submit", "submit.json, of the last `submit`; absent without" },
    { "submit.*", "the fields of `submit`" },
    { "batch", "batch.json, which `batch` writes; absent without" },
    { "batch.jobs[].job_id", "of Slurm; as all of `batch` absent without it" },
    { "batch.jobs[].requeues",
      "times requeued before, as text; absent before the first" },
    { "batch.jobs[].partition", "its name; absent outside of Slurm" },
    { "batch.jobs[].nodes",
      "names as Slurm shortens them; absent outside of Slurm" },
    { "batch.jobs[].cluster", "its name; absent where Slurm gives none" },
    { "batch.jobs[].started", "date and time, UTC; absent without `batch`" },
    { "batch.jobs[].began_unix_s",
      "the same, seconds since 1970; absent without `batch`" },
    { "batch.jobs[].gpus",
      "that it has; without any its nodes; absent without `batch`" },
    { "batch.jobs[].done_before",
      "units done when it began; -1: unknown; absent without `batch`" },
    { "batch.jobs[].done_after",
      "units done at its end; -1: unknown; absent without `batch`" },
    { "batch.jobs[].seconds",
      "that it took, up to now; absent without `batch`" },
    { "batch.jobs[].end", "why it ended; absent while it runs" },
    { "batch.jobs[].next_job_id",
      "of the job that goes on; absent where none was chained" },
    { "batch.used_gpu_hours", "of all jobs; absent without `batch`" },
    { "batch.budget_gpu_hours", "of `--budget`; absent without" },
    { "batch.accounting[]",
      "as `accounting`; absent where the site keeps none" },
    { "batch.accounting[].*", "as `accounting[]` of `watch`" },
    { "job",
      "how the last job stands in the queue; absent where none was submitted" },
    { "job.id", "of Slurm; absent with `job`" },
    { "job.state",
      "as squeue says it; `GONE`: it is not in the queue; absent with `job`" },
    { "job.reason",
      "why it waits, as squeue says it; absent where it says none" },
    { "job.start",
      "when it is expected to start; absent where squeue says none" },
    { "job.left",
      "of its walltime, as squeue says it; absent where it says none" },
    { "job.nodes", "names as Slurm shortens them; absent before it has some" },
    { "accounting[].id",
      "of the job or step, from sacct; absent, as all of these, where the site keeps none" },
    { "accounting[].state", "as sacct says it; absent where it says none" },
    { "accounting[].elapsed_s", "seconds; absent where it says none" },
    { "accounting[].cpu_s", "seconds of all cores; absent where it says none" },
    { "accounting[].max_rss",
      "memory of its largest task, as sacct says it; absent where it says none" },
    { "accounting[].energy_j", "joules; absent where it says none or 0" },
    { "accounting[].nodes",
      "names as Slurm shortens them; absent where it says none" },
    { 0 },
};

const struct command command_watch = {
    .name = "watch",
    .summary = "a run as it goes, from the login node; also one in the queue",
    .usage = "DIR [--every SECONDS] [--once] [--json]",
    .help = "Shows how the batch job stands, what is left by model and "
            "dimension, what every\nrank does, the time that is left, and "
            "GPU-hours against the forecast. It reads the\nfiles of DIR and "
            "asks squeue; nothing is asked of the run. It ends when nothing "
            "can\nchange any more.\n\n"
            "example:\n  trustsweep watch runs/sweep",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
