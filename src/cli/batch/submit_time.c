#include "base/clock.h"
#include "base/text.h"
#include "cli/batch/submit_parts.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <math.h>

enum {
    DAY_S = 86400,
    HOUR_S = 3600,
    SPARE_S = 300 /* to start, and for the results file */
};

/* How long a job with checkpoints means to wait or work; 0: it does not say. */
static double job_wait_s(const struct sweep *sweep)
{
    const struct job_checkpoints *of = &sweep->job->checkpoints;
    const int64_t now_s = clock_unix_ms() / 1000;
    const int64_t times_s[] = {
        of->until ? job_checkpoints_time(of->until, sweep->night.since_s) : 0,
        job_checkpoints_deadline(of, sweep->night.since_s)
    };
    int64_t last_s = now_s;

    for (size_t i = 0; of->files && i < 2; i++) {
        if (times_s[i] > last_s)
            last_s = times_s[i];
    }
    return (double)(last_s - now_s);
}

int64_t submit_time_over_s(const struct sweep *sweep)
{
    const struct job_checkpoints *of = &sweep->job->checkpoints;
    int64_t last_s = job_checkpoints_deadline(of, sweep->night.since_s);

    if (!sweep->night.goes_on || (!of->deadline && !of->until))
        return 0;
    if (!of->deadline)
        last_s = job_checkpoints_time(of->until, sweep->night.since_s);
    return last_s <= clock_unix_ms() / 1000 ? last_s : 0;
}

/* From the plan and what the job says of its end, at most the partition's. */
static int64_t plan_time(const struct site *site,
                         const struct cluster_partition *partition,
                         const struct sweep *sweep,
                         struct submit_size *out)
{
    const double wait_s = job_wait_s(sweep);
    const int64_t spare_s = SPARE_S + site->notice_s;
    int64_t time_s = DAY_S;

    out->time_from = out->no_forecast;
    if (!isnan(out->forecast_s)) {
        time_s = (int64_t)out->forecast_s + spare_s;
        out->time_from = "the plan";
    } else if (submit_time_over_s(sweep) > 0) {
        time_s = HOUR_S;
        out->time_from = "a guess: the end of a run whose time is over";
    }
    if (wait_s > 0 && !(wait_s < out->forecast_s)) {
        time_s = (int64_t)wait_s + spare_s;
        out->time_from = "the job's until and deadline";
    }
    if (partition && partition->limit_s > 0 && time_s > partition->limit_s) {
        time_s = partition->limit_s;
        out->time_from = "the partition's limit";
    }
    return time_s;
}

int submit_choose_time(const struct submit_options *given,
                       const struct site *site,
                       const struct cluster_partition *partition,
                       const struct sweep *sweep,
                       struct submit_size *out,
                       struct error *err)
{
    const char *said = given->time ? given->time : site->time;
    int64_t time_s;

    if (said) {
        time_s = cluster_seconds(said);
        out->time_from = given->time ? "--time" : "the site file";
        if (time_s <= 0) {
            return error_set(err,
                             ERR_USAGE,
                             "%s: '%s' is no walltime; write HH:MM:SS",
                             out->time_from,
                             said);
        }
    } else {
        time_s = plan_time(site, partition, sweep, out);
    }
    out->wish.time_s = (time_s + 59) / 60 * 60; /* Slurm counts in minutes */
    return 0;
}

int submit_check_load(const struct submit_size *size,
                      const struct site *site,
                      struct error *err)
{
    double least = size->longest_load_s + (double)site->notice_s;
    char load[32];

    if ((double)size->wish.time_s > least)
        return 0;
    if (size->longest_load_s <= 0) {
        return error_set(err,
                         ERR_USAGE,
                         "a walltime of %lld s is not longer than the notice "
                         "before its end, %lld s: say a longer --time, or a "
                         "shorter \"notice_s\" in the site file",
                         (long long)size->wish.time_s,
                         (long long)site->notice_s);
    }
    text_format_seconds(load, sizeof load, size->longest_load_s);
    return error_set(err,
                     ERR_USAGE,
                     "a walltime of %lld s is too short: model '%s' loads for "
                     "%s, and the last %lld s are for ending: say --time with "
                     "%.0f minutes or more",
                     (long long)size->wish.time_s,
                     size->longest_load,
                     load,
                     (long long)site->notice_s,
                     ceil((least + SPARE_S) / 60));
}

int submit_check_budget(const struct submit_options *given,
                        const struct submit_size *size,
                        const struct site *site,
                        struct error *err)
{
    const bool has_gpus = size->wish.gpus > 0;
    const double devices =
        (double)size->wish.nodes * (has_gpus ? size->wish.gpus : 1);
    const double least_s = size->longest_load_s + (double)site->notice_s;

    if (given->budget <= 0 || given->budget * HOUR_S > least_s * devices)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "--budget %g is spent before anything is asked: %g %s "
                     "for the longest load (%.0f s) and the notice (%lld s) "
                     "take %.3g hours of them; say more, fewer --nodes, or a "
                     "shorter \"notice_s\" in the site file",
                     given->budget,
                     devices,
                     has_gpus ? "GPUs" : "nodes",
                     size->longest_load_s,
                     (long long)site->notice_s,
                     least_s * devices / HOUR_S);
}
