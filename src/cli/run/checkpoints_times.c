#include "cli/run/checkpoints_times.h"

#include "base/clock.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/checkpoints_since.h"
#include "cli/folder/run_dir.h"
#include "job/job.h"
#include "job/job_checkpoints.h"

#include <stdio.h>

/* Of a run that goes on, as it is ended whatever the time. */
static void tell(const struct job_checkpoints *of,
                 const char *dir,
                 int64_t since_s,
                 int64_t deadline_s)
{
    const int64_t now_s = clock_unix_ms() / 1000;
    const int64_t until_s =
        of->until ? job_checkpoints_time(of->until, since_s) : 0;
    char until[JOB_CHECKPOINTS_SHOWN];
    char deadline[JOB_CHECKPOINTS_SHOWN];

    (void)job_checkpoints_show_time(until_s, until);
    (void)job_checkpoints_show_time(deadline_s, deadline);
    if (deadline_s > 0 && deadline_s <= now_s && !run_dir_has_run(dir)) {
        fprintf(stderr,
                "checkpoints: deadline %s is over, and none was asked: a date "
                "in --set checkpoints.deadline= says a later one\n",
                deadline);
    } else if (deadline_s > 0 && deadline_s <= now_s) {
        fprintf(stderr,
                "checkpoints: deadline %s is over: the run in %s is ended with "
                "those that it has\n",
                deadline,
                dir);
    } else if (until_s > 0 && until_s <= now_s) {
        fprintf(stderr,
                "checkpoints: until %s is over: the run in %s goes on with "
                "what is there\n",
                until,
                dir);
    } else if (deadline_s > 0 && until_s > deadline_s) {
        fprintf(stderr,
                "checkpoints: until %s comes after deadline %s: new ones are "
                "waited for until the deadline\n",
                until,
                deadline);
    }
}

int checkpoints_times_settle(const struct job *job,
                             const char *dir,
                             struct job_checkpoints_times *out,
                             struct error *err)
{
    const bool goes_on = checkpoints_since_is_settled(dir);
    const int64_t since_s = checkpoints_since(dir);

    if (job_checkpoints_times(job, since_s, goes_on, out, err) < 0
        || checkpoints_since_keep(dir, since_s, err) < 0)
        return -1;
    checkpoints_due_keep(dir, out->deadline_s);
    if (goes_on)
        tell(&job->checkpoints, dir, since_s, out->deadline_s);
    return 0;
}
