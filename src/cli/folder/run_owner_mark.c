#include "cli/folder/run_owner_mark.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/process.h"
#include "base/text.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_BYTES = 4096,
    TORN_MS = 2000,   /* then it was left so, by a full disk or a kill */
    FUTURE_MS = 5000, /* a clock that is so far ahead is not believed */
};

static void own_host(char *out, size_t size)
{
    if (gethostname(out, size) < 0)
        out[0] = '\0';
    out[size - 1] = '\0';
}

struct cJSON *run_owner_mark_json(void)
{
    const char *batch = getenv("SLURM_JOB_ID");
    const char *restart = getenv("SLURM_RESTART_COUNT");
    struct cJSON *mark = json_new_object();
    char host[256];
    char machine[128];
    char began[32];
    char since[32];

    own_host(host, sizeof host);
    process_machine(machine, sizeof machine);
    process_began((int64_t)getpid(), began, sizeof began);
    clock_format(clock_unix_ms(), since, sizeof since);
    json_add_text(mark, "host", host);
    json_add_text(mark, "machine", machine);
    json_add_number(mark, "pid", (double)getpid());
    json_add_text(mark, "began", began);
    json_add_text(mark, "batch_job", batch ? batch : "");
    json_add_text(mark, "batch_restart", restart ? restart : "");
    json_add_text(mark, "since", since);
    return mark;
}

void run_owner_mark_write(struct text *out)
{
    struct cJSON *mark = run_owner_mark_json();

    json_write(mark, out);
    json_free(mark);
}

/* Process numbers of that mark are those of this process's world. */
static bool is_here(const struct cJSON *mark)
{
    const char *host = json_member_text(mark, "host");
    const char *machine = json_member_text(mark, "machine");
    char here[256];

    own_host(here, sizeof here);
    if (!text_equal(host, here))
        return false;
    process_machine(here, sizeof here);
    return !machine || !machine[0] || strcmp(machine, here) == 0;
}

static long long number_of(const char *text)
{
    return text ? strtoll(text, NULL, 10) : 0;
}

/* Made by this very batch job before Slurm requeued it, maybe on other nodes:
 * Slurm has ended all of it by then, or its node is gone. */
static bool is_of_earlier_start(const struct cJSON *mark)
{
    const char *batch = json_member_text(mark, "batch_job");
    const char *now = getenv("SLURM_RESTART_COUNT");

    return batch && *batch && text_equal(getenv("SLURM_JOB_ID"), batch)
           && number_of(json_member_text(mark, "batch_restart"))
                  < number_of(now);
}

static void describe(const struct cJSON *mark, int64_t age_ms, struct text *out)
{
    const char *batch = json_member_text(mark, "batch_job");
    const char *since = json_member_text(mark, "since");

    text_addf(out,
              "process %.0f on %s",
              json_member_number(mark, "pid"),
              json_member_text(mark, "host"));
    if (batch && *batch)
        text_addf(out, " (batch job %s)", batch);
    if (since)
        text_addf(out, " since %s", since);
    if (age_ms > -FUTURE_MS) {
        const int64_t age_s = age_ms > 0 ? age_ms / 1000 : 0;

        text_addf(out, ", last heard of %lld s ago", (long long)age_s);
    }
}

/* When it was touched; opening it asks a network file system afresh. */
static bool touched_at(const char *path, int64_t *ns)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* may be a pipe */
    struct stat info;
    bool good = fd >= 0 && fstat(fd, &info) == 0;

    if (good)
        *ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    if (fd >= 0)
        (void)close(fd);
    return good;
}

enum run_owner_sign run_owner_mark_judge(const char *path,
                                         int64_t now_ms,
                                         int64_t *touched_ns,
                                         struct text *who)
{
    enum run_owner_sign sign = RUN_OWNER_NONE;
    struct cJSON *mark;
    int64_t age_ms;
    double pid;

    if (!touched_at(path, touched_ns))
        return RUN_OWNER_NONE;
    age_ms = now_ms - *touched_ns / 1000000;
    mark = json_read_regular(path, MAX_BYTES, NULL);
    pid = mark ? json_member_number(mark, "pid") : (double)NAN;
    if (!mark || !json_member_text(mark, "host") || !(pid > 1)
        || pid > (double)INT32_MAX) {
        text_add(who, "an unknown process, which has just begun");
        if (age_ms > -FUTURE_MS && age_ms < TORN_MS)
            sign = RUN_OWNER_TORN;
    } else if (is_here(mark)) {
        describe(mark, age_ms, who);
        if (process_lives((int64_t)pid, json_member_text(mark, "began")))
            sign = RUN_OWNER_LIVES;
    } else if (is_of_earlier_start(mark)) {
        describe(mark, age_ms, who);
    } else {
        bool is_fresh = age_ms > -FUTURE_MS && age_ms < RUN_OWNER_SILENCE_MS;

        describe(mark, age_ms, who);
        sign = is_fresh ? RUN_OWNER_LIVES : RUN_OWNER_SILENT;
    }
    json_free(mark);
    return sign;
}
