#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* So many digits at `*at`, and `end` behind them. */
static bool take(const char **at, int digits, char end, int *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *out = 10 * *out + (**at - '0');
    }
    return *(*at)++ == end;
}

static bool take_date(const char **at, struct tm *out)
{
    if (!take(at, 4, '-', &out->tm_year) || !take(at, 2, '-', &out->tm_mon)
        || !take(at, 2, 'T', &out->tm_mday))
        return false;
    out->tm_year -= 1900;
    out->tm_mon--;
    return out->tm_mon >= 0 && out->tm_mon < 12 && out->tm_mday >= 1
           && out->tm_mday <= 31;
}

int64_t job_checkpoints_time(const char *text, int64_t now_s)
{
    const bool is_date = strchr(text, 'T') != NULL;
    const time_t now = (time_t)now_s;
    struct tm when;
    time_t at_s;
    int day;

    if (!localtime_r(&now, &when) || (is_date && !take_date(&text, &when))
        || !take(&text, 2, ':', &when.tm_hour)
        || !take(&text, 2, '\0', &when.tm_min) || when.tm_hour > 23
        || when.tm_min > 59)
        return -1;
    when.tm_sec = 0;
    when.tm_isdst = -1;
    day = when.tm_mday;
    at_s = mktime(&when);
    if (when.tm_mday != day) /* 30 February */
        return -1;
    if (!is_date && at_s <= now) {
        when.tm_mday++;
        when.tm_isdst = -1;
        at_s = mktime(&when);
    }
    return at_s < 0 ? -1 : (int64_t)at_s;
}

int64_t job_checkpoints_deadline(const struct job_checkpoints *self,
                                 int64_t since_s)
{
    const char *until = self->until ? self->until : "";
    int64_t until_s;
    int64_t at_s;

    if (!self->deadline)
        return 0;
    at_s = job_checkpoints_time(self->deadline, since_s);
    if (!*until || strchr(until, 'T') || strchr(self->deadline, 'T')
        || strcmp(until, self->deadline) >= 0)
        return at_s;
    until_s = job_checkpoints_time(until, since_s);
    return until_s > at_s ? job_checkpoints_time(self->deadline, until_s)
                          : at_s;
}

const char *job_checkpoints_show_time(int64_t at_s,
                                      char out[JOB_CHECKPOINTS_SHOWN])
{
    const time_t at = (time_t)at_s;
    struct tm when;

    if (!localtime_r(&at, &when)
        || strftime(out, JOB_CHECKPOINTS_SHOWN, "%Y-%m-%dT%H:%M %Z", &when)
               == 0)
        (void)snprintf(out, JOB_CHECKPOINTS_SHOWN, "%lld", (long long)at_s);
    return out;
}

static int is_over(const struct job *job,
                   const char *key,
                   const char *text,
                   int64_t since_s,
                   struct error *err)
{
    char now[JOB_CHECKPOINTS_SHOWN];

    return error_set(err,
                     ERR_USAGE,
                     "%s: checkpoints: %s: %s is in the past, it is %s: give a "
                     "later one, or HH:MM, which is the next one",
                     job->path,
                     key,
                     text,
                     job_checkpoints_show_time(since_s, now));
}

int job_checkpoints_times(const struct job *job,
                          int64_t since_s,
                          bool goes_on,
                          struct job_checkpoints_times *out,
                          struct error *err)
{
    const struct job_checkpoints *self = &job->checkpoints;
    char until[JOB_CHECKPOINTS_SHOWN];
    char deadline[JOB_CHECKPOINTS_SHOWN];

    *out = (struct job_checkpoints_times){ 0 };
    if (self->until)
        out->until_s = job_checkpoints_time(self->until, since_s);
    out->deadline_s = job_checkpoints_deadline(self, since_s);
    if (!goes_on && self->until && out->until_s < since_s)
        return is_over(job, "until", self->until, since_s, err);
    if (!goes_on && self->deadline && out->deadline_s < since_s)
        return is_over(job, "deadline", self->deadline, since_s, err);
    if (!self->deadline || out->until_s <= out->deadline_s)
        return 0;
    if (!goes_on) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: checkpoints: until: %s comes after deadline: %s, "
                         "and what appears between them could never be asked; "
                         "\"until\" is the earlier one; a date, "
                         "YYYY-MM-DDTHH:MM, says which day is meant",
                         job->path,
                         job_checkpoints_show_time(out->until_s, until),
                         job_checkpoints_show_time(out->deadline_s, deadline));
    }
    out->until_s = out->deadline_s;
    return 0;
}
