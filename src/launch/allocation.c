#include "launch/allocation.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/tool.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { PROBE_MS = 15000, MAX_NODES = 65536 };

bool allocation_is_there(void)
{
    const char *job = getenv("SLURM_JOB_ID");
    const char *nodes = getenv("SLURM_JOB_NODELIST");

    return job && *job && nodes && *nodes;
}

bool allocation_is_split(void)
{
    const char *nodes = getenv("SLURM_JOB_NODELIST_HET_GROUP_1");

    return allocation_is_there() && nodes && *nodes;
}

/* A variable of Slurm; of a split job that of the workers' component. */
static const char *of_workers(const char *name)
{
    char *split = text_format("%s_HET_GROUP_1", name);
    const char *value = getenv(allocation_is_split() ? split : name);

    free(split);
    return value;
}

int allocation_first_count(const char *text)
{
    long number = text ? strtol(text, NULL, 10) : 0;

    return number > 0 && number < MAX_NODES ? (int)number : 0;
}

static char *first_line(const char *text)
{
    return mem_text_len(text, strcspn(text, "\n"));
}

/* The names as Slurm writes them, shortened.  Nodes that were taken from a job
 * since it began are in $SLURM_JOB_NODELIST still; squeue knows better. */
static char *short_list(bool may_have_changed)
{
    const char *job = of_workers("SLURM_JOB_ID");
    const char *const argv[] = { "squeue", "-h", "-o", "%N", "-j", job, NULL };
    struct text said = { 0 };
    char *line = NULL;

    if (may_have_changed && tool_run(argv, TOOL_WAIT_MS, &said, NULL) == 0)
        line = first_line(text_data(&said));
    text_release(&said);
    if (!line || !*line) {
        free(line);
        line = mem_text(of_workers("SLURM_JOB_NODELIST"));
    }
    return line;
}

static int expand(struct allocation *out, const char *list, struct error *err)
{
    const char *const argv[] = { "scontrol", "show", "hostnames", list, NULL };
    struct text said = { 0 };
    int status = tool_run(argv, TOOL_WAIT_MS, &said, err);
    const char *at = text_data(&said);
    size_t cap = 0;

    if (status != 0) {
        if (status > 0) {
            error_set(
                err,
                ERR_IO,
                "cannot read the nodes of this job: 'scontrol show hostnames "
                "%s' says: %.100s; try it by hand, on this node",
                list,
                at);
        }
        text_release(&said);
        return -1;
    }
    while (*at && out->num < MAX_NODES) {
        size_t len = strcspn(at, "\n");

        out->nodes = mem_reserve(out->nodes,
                                 &cap,
                                 (size_t)out->num + 1,
                                 sizeof *out->nodes);
        out->nodes[out->num++] = mem_text_len(at, len);
        at += len;
        at += *at == '\n';
    }
    text_release(&said);
    return 0;
}

/* Of a program that is started by other words (a container) only the node is
 * looked at. */
static char *probe_program(void)
{
    return getenv("TRUSTSWEEP_RANKS") ? NULL : path_self(NULL);
}

/* Those on which the program does not start, which the launcher may not say. */
static void leave_out_silent(struct allocation *self)
{
    const char *group = self->is_split ? "--het-group=1" : "--quiet";
    char *program = probe_program();
    const char *argv[] = { "srun",    "--overlap", "--mpi=none",
                           "-N1",     "-n1",       "--gres=none",
                           "--mem=0", "--quiet",   group,
                           "-w",      NULL,        program ? program : "true",
                           "version", NULL };
    bool *good = mem_alloc((size_t)self->num, sizeof *good);
    int num = 0;

    tool_ask_each(argv, 10, self->nodes, self->num, PROBE_MS, good);
    for (int i = 0; i < self->num; i++) {
        if (good[i]) {
            self->nodes[num++] = self->nodes[i];
        } else {
            text_addf(&self->silent,
                      "%s%s",
                      self->num_silent > 0 ? "," : "",
                      self->nodes[i]);
            free(self->nodes[i]);
            self->num_silent++;
        }
    }
    self->num = num;
    free(program);
    free(good);
}

static int workers_on_each(int gpus)
{
    int num = gpus;

    if (num <= 0)
        num = allocation_first_count(of_workers("SLURM_NTASKS_PER_NODE"));
    if (num <= 0)
        num = allocation_first_count(of_workers("SLURM_TASKS_PER_NODE"));
    return num > 0 ? num : 1;
}

int allocation_read(struct allocation *out,
                    int gpus,
                    bool probe,
                    struct error *err)
{
    char *list = short_list(probe);
    int rc;

    /* the GPUs of this node are not those of the workers' when it is split */
    *out =
        (struct allocation){ .beside = 1, .is_split = allocation_is_split() };
    out->workers = workers_on_each(out->is_split ? 0 : gpus);
    rc = expand(out, list, err);
    if (rc == 0 && probe)
        leave_out_silent(out);
    if (rc == 0 && out->num == 0) {
        rc = error_set(
            err,
            ERR_IO,
            "no node of %s starts the program; it must be at the same path on "
            "all of them, with the libraries that 'ldd' names",
            list);
    }
    free(list);
    if (rc < 0)
        allocation_release(out);
    return rc;
}

void allocation_release(struct allocation *self)
{
    for (int i = 0; i < self->num; i++)
        free(self->nodes[i]);
    free(self->nodes);
    text_release(&self->silent);
    *self = (struct allocation){ 0 };
}

int allocation_size(int *gpus)
{
    if (allocation_is_split())
        *gpus = workers_on_each(0);
    return allocation_first_count(of_workers("SLURM_JOB_NUM_NODES"));
}

int allocation_workers(int gpus)
{
    return allocation_first_count(of_workers("SLURM_JOB_NUM_NODES"))
           * workers_on_each(allocation_is_split() ? 0 : gpus);
}

int allocation_ranks(const struct allocation *self)
{
    return self->beside + self->num * self->workers;
}

char *allocation_hosts(const struct allocation *self, bool repeat)
{
    struct text out = { 0 };

    for (int i = 0; i < self->num; i++) {
        const int beside = i == 0 && !self->is_split ? self->beside : 0;
        const int ranks = self->workers + beside;

        for (int j = 0; repeat && j < ranks; j++)
            text_addf(&out, "%s%s", out.len > 0 ? "," : "", self->nodes[i]);
        if (!repeat)
            text_addf(&out, "%s%s:%d", i ? "," : "", self->nodes[i], ranks);
    }
    return text_take(&out);
}

int allocation_threads(long online, long usable, int workers)
{
    long cores = allocation_first_count(getenv("SLURM_CPUS_ON_NODE"));
    long threads;

    if (cores <= 0 || cores > online)
        cores = online;
    threads = cores / (workers > 0 ? workers : 1);
    if (threads > usable)
        threads = usable;
    return threads < 1 ? 1 : (int)threads;
}
