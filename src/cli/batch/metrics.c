#include "cli/batch/metrics.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name; /* of the metric and its key in "counts" */
    const char *type;
    const char *help;
} counts[] = {
    { "units",
      "gauge",
      "Items times models that are asked, follow-ups included." },
    { "left_out", "gauge", "Items times models that are not asked." },
    { "done", "gauge", "Units on disk." },
    { "failed", "gauge", "Units recorded as failed." },
    { "retries", "counter", "Units tried again in this start." },
    { "workers", "gauge", "Worker ranks." },
    { "workers_lost", "gauge", "Worker ranks lost." },
    { "prompt_tokens", "counter", "Tokens read in this start." },
    { "reply_tokens", "counter", "Tokens written in this start." },
};

static void add(struct text *out,
                const char *name,
                const char *type,
                const char *help,
                const char *labels,
                double value)
{
    if (isnan(value))
        return;
    text_addf(out,
              "# HELP trustsweep_%s %s\n# TYPE trustsweep_%s %s\n"
              "trustsweep_%s{%s} %.17g\n",
              name,
              help,
              name,
              type,
              name,
              labels,
              value);
}

static void add_quoted(struct text *out, const char *word)
{
    json_write_text(word, strlen(word), out);
}

static void add_states(struct text *out,
                       const char *labels,
                       const struct cJSON *run)
{
    const char *state = json_member_text(run, "state");

    add(out,
        "running",
        "gauge",
        "1 while ranks are at work.",
        labels,
        text_equal(state, "running"));
    add(out,
        "waiting",
        "gauge",
        "1 while no round runs and checkpoints are waited for.",
        labels,
        text_equal(state, RUN_STATE_WAITING));
    add(out,
        "complete",
        "gauge",
        "1 once every unit has a record.",
        labels,
        run_dir_says_complete(run));
}

void metrics_write(const char *dir,
                   const struct cJSON *run,
                   const struct metrics_spent *spent)
{
    const struct cJSON *values = json_member(run, "counts");
    const char *job = json_member_text(run, "job");
    char *path = path_join(dir, "metrics.prom");
    struct text labels = { 0 };
    struct text text = { 0 };

    text_add(&labels, "job=");
    add_quoted(&labels, job ? job : path_name(dir));
    text_add(&labels, ",run=");
    add_quoted(&labels, dir);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        add(&text,
            counts[i].name,
            counts[i].type,
            counts[i].help,
            text_data(&labels),
            json_member_number(values, counts[i].name));
    }
    add_states(&text, text_data(&labels), run);
    add(&text,
        "gpu_seconds",
        "counter",
        "GPU seconds of all batch jobs of this run.",
        text_data(&labels),
        spent->gpu_s);
    if (spent->energy_j > 0) {
        add(&text,
            "energy_joules",
            "counter",
            "What the site's accounting has of the batch jobs that ended.",
            text_data(&labels),
            spent->energy_j);
    }
    add(&text,
        "written_timestamp_seconds",
        "gauge",
        "When this file was written.",
        text_data(&labels),
        floor((double)clock_unix_ms() / 1000));
    (void)file_write(path, text_data(&text), text.len, NULL);
    text_release(&labels);
    text_release(&text);
    free(path);
}
