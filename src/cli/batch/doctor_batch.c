#include "cli/batch/doctor_batch.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/parts/checkup.h"
#include "launch/allocation.h"
#include "launch/cluster.h"
#include "launch/mpirun.h"
#include "launch/site.h"
#include "near/near.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A machine without Slurm, or one whose Slurm has no cluster, is as good as any,
 * unless it is meant to be used. */
static bool say_no_queue(const struct checkup *checkup, const struct error *err)
{
    const bool is_absent = err->code == ERR_USAGE;
    char *site = site_path();
    const bool is_good = is_absent || !(site || allocation_is_there());
    char *line = text_format("%s%s",
                             is_good && !is_absent ? "not in use here: " : "",
                             err->text);

    checkup_say(checkup, is_good, "Slurm", line);
    free(line);
    free(site);
    return is_good;
}

static bool check_queue(const struct checkup *checkup)
{
    struct error err = { 0 };
    struct cluster cluster;
    struct text line = { 0 };

    if (cluster_read(&cluster, &err) < 0) {
        return say_no_queue(checkup, &err);
    }
    for (size_t i = 0; i < cluster.num; i++) {
        const struct cluster_partition *one = &cluster.partitions[i];
        struct cluster_wish any = { 0 };
        const struct cluster_nodes *best = cluster_best(one, &any);

        text_addf(&line,
                  "%s%s%s: %d nodes, up to %d GPUs%s",
                  i > 0 ? "; " : "",
                  one->name,
                  one->is_default ? " (default)" : "",
                  cluster_num_fitting(one, &any),
                  best ? best->gpus : 0,
                  one->is_up ? "" : ", not up");
    }
    checkup_say(checkup, true, "Slurm", text_data(&line));
    text_release(&line);
    cluster_release(&cluster);
    return true;
}

static bool check_site(const struct checkup *checkup)
{
    struct error err = { 0 };
    struct site site;
    char *path = site_path();
    char *template_path = path_share("slurm/sweep.sbatch", &err);
    bool is_good = template_path != NULL;

    if (!is_good)
        checkup_say(checkup, false, "template", err.text);
    if (site_read(NULL, &site, &err) < 0) {
        checkup_say(checkup, false, "site file", err.text);
        is_good = false;
    } else {
        checkup_say(
            checkup,
            true,
            "site file",
            path ? path : "none: the default partition, all GPUs of its nodes");
        site_release(&site);
    }
    free(template_path);
    free(path);
    return is_good;
}

/* Each node is asked to start this program. */
static bool check_nodes(const struct checkup *checkup)
{
    struct error err = { 0 };
    struct allocation nodes;
    bool is_good;
    char *hosts;
    char *line;

    if (!allocation_is_there())
        return true;
    if (allocation_read(&nodes, mpirun_count_gpus(), true, &err) < 0) {
        checkup_say(checkup, false, "allocation", err.text);
        return false;
    }
    is_good = nodes.num_silent == 0;
    hosts = allocation_hosts(&nodes, false);
    line = text_format("%d ranks on %.300s%s%.300s",
                       allocation_ranks(&nodes),
                       hosts,
                       is_good ? "" : "; this program does not start on ",
                       text_data(&nodes.silent));
    checkup_say(checkup, is_good, "allocation", line);
    free(line);
    free(hosts);
    allocation_release(&nodes);
    return is_good;
}

static bool check_scratch(const struct checkup *checkup)
{
    const char *folder = getenv("TRUSTSWEEP_SCRATCH");
    struct error err = { 0 };
    struct statvfs info;
    char room[32];
    char *line;

    if (!folder || !*folder)
        return true;
    if (file_make_folder(folder, &err) < 0 || access(folder, W_OK) < 0
        || statvfs(folder, &info) < 0) {
        checkup_say(checkup, false, "scratch", err.code ? err.text : folder);
        return false;
    }
    text_format_bytes(room,
                      sizeof room,
                      (uint64_t)info.f_bavail * (uint64_t)info.f_frsize);
    line = text_format("%s, %s free", folder, room);
    checkup_say(checkup, true, "scratch", line);
    free(line);
    return true;
}

/* To what the workers of this node would be bound, one for each GPU.  That it
 * is not known is not bad. */
static void tell_near(const struct checkup *checkup)
{
    const int gpus = mpirun_count_gpus();
    struct error err = { 0 };
    struct near *near;
    int *devices;

    if (gpus <= 0)
        return;
    devices = mem_alloc((size_t)gpus, sizeof *devices);
    for (int i = 0; i < gpus; i++)
        devices[i] = i;
    near = near_open(devices, gpus, &err);
    for (int i = 0; i < (near ? gpus : 1); i++) {
        struct text line = { 0 };

        if (!near || near_tell(near, i, &line, &err) < 0)
            text_addf(&line, "not bound to cores: %s", err.text);
        checkup_say(checkup, true, "worker", text_data(&line));
        text_release(&line);
    }
    near_close(near);
    free(devices);
}

bool doctor_batch(const struct checkup *checkup)
{
    bool is_good = check_queue(checkup);

    is_good &= check_site(checkup);
    is_good &= check_nodes(checkup);
    is_good &= check_scratch(checkup);
    tell_near(checkup);
    return is_good;
}
