#include "cli/batch/metrics.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

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
                const char *label,
                double value)
{
    if (isnan(value))
        return;
    text_addf(out,
              "# HELP trustsweep_%s %s\n# TYPE trustsweep_%s %s\n"
              "trustsweep_%s{job=",
              name,
              help,
              name,
              type,
              name);
    json_write_text(label, strlen(label), out);
    text_addf(out, "} %.17g\n", value);
}

void metrics_write(const char *dir,
                   const struct cJSON *run,
                   const struct metrics_spent *spent)
{
    const struct cJSON *values = json_member(run, "counts");
    const char *job = json_member_text(run, "job");
    const char *state = json_member_text(run, "state");
    char *path = path_join(dir, "metrics.prom");
    struct text text = { 0 };

    if (!job)
        job = path_name(dir);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        add(&text,
            counts[i].name,
            counts[i].type,
            counts[i].help,
            job,
            json_member_number(values, counts[i].name));
    }
    add(&text,
        "running",
        "gauge",
        "1 while ranks are at work.",
        job,
        state && text_equal(state, "running"));
    add(&text,
        "waiting",
        "gauge",
        "1 while no round runs and checkpoints are waited for.",
        job,
        state && text_equal(state, "waiting"));
    add(&text,
        "complete",
        "gauge",
        "1 once every unit has a record.",
        job,
        state && text_equal(state, "done"));
    add(&text,
        "gpu_seconds",
        "counter",
        "GPU seconds of all batch jobs of this run.",
        job,
        spent->gpu_s);
    if (spent->energy_j > 0) {
        add(&text,
            "energy_joules",
            "counter",
            "What the site's accounting has of the batch jobs that ended.",
            job,
            spent->energy_j);
    }
    add(&text,
        "written_timestamp_seconds",
        "gauge",
        "When this file was written.",
        job,
        floor((double)clock_unix_ms() / 1000));
    (void)file_write(path, text_data(&text), text.len, NULL);
    text_release(&text);
    free(path);
}
