#include "base/text.h"
#include "launch/cluster.h"
#include "trustsweep/error.h"

#include <string.h>

const struct cluster_partition *cluster_find(const struct cluster *self,
                                             const char *name,
                                             struct error *err)
{
    struct text names = { 0 };

    for (size_t i = 0; i < self->num; i++) {
        const struct cluster_partition *one = &self->partitions[i];

        if (name ? strcmp(one->name, name) == 0 : one->is_default) {
            text_release(&names);
            return one;
        }
        text_addf(&names, "%s%s", i > 0 ? ", " : "", one->name);
    }
    if (name && strchr(name, ',')) {
        error_set(err,
                  ERR_USAGE,
                  "partition '%s' is a list: nodes, limits and GPUs are looked "
                  "up in one, so name one; there are: %s",
                  name,
                  text_data(&names));
    } else if (name) {
        error_set(err,
                  ERR_USAGE,
                  "no partition '%s' here; there are: %s",
                  name,
                  text_data(&names));
    } else {
        error_set(err,
                  ERR_USAGE,
                  "no partition is the default one; name one of: %s",
                  text_data(&names));
    }
    text_release(&names);
    return NULL;
}

/* Only a single feature is looked at; what joins several is Slurm's. */
static bool has_feature(const char *features, const char *wanted)
{
    size_t len = strlen(wanted);

    if (strpbrk(wanted, "&|[]()!*"))
        return true;
    while (*features) {
        size_t here = strcspn(features, ",");

        if (here == len && strncmp(features, wanted, len) == 0)
            return true;
        features += here;
        features += *features == ',';
    }
    return false;
}

static bool fits(const struct cluster_nodes *nodes,
                 const struct cluster_wish *wish)
{
    return cluster_gpus(nodes, wish->gpu_type) >= wish->gpus
           && nodes->cpus >= wish->cpus && nodes->memory_mb >= wish->memory_mb
           && (!wish->constraint
               || has_feature(nodes->features, wish->constraint));
}

const struct cluster_nodes *cluster_best(const struct cluster_partition *self,
                                         const struct cluster_wish *wish)
{
    const struct cluster_nodes *best = NULL;
    int most = 0;

    for (size_t i = 0; i < self->num_nodes; i++) {
        const struct cluster_nodes *nodes = &self->nodes[i];
        const int gpus = cluster_gpus(nodes, wish->gpu_type);

        if (fits(nodes, wish)
            && (!best || gpus > most
                || (gpus == most && nodes->cpus > best->cpus))) {
            best = nodes;
            most = gpus;
        }
    }
    return best;
}

int cluster_num_fitting(const struct cluster_partition *self,
                        const struct cluster_wish *wish)
{
    int num = 0;

    for (size_t i = 0; i < self->num_nodes; i++) {
        if (fits(&self->nodes[i], wish))
            num += self->nodes[i].num;
    }
    return num;
}

int cluster_num_usable(const struct cluster_partition *self,
                       const struct cluster_wish *wish)
{
    int num = 0;

    for (size_t i = 0; i < self->num_nodes; i++) {
        if (fits(&self->nodes[i], wish))
            num += self->nodes[i].num_usable;
    }
    return num;
}

static int check_time(const struct cluster_partition *partition,
                      const struct cluster_wish *wish,
                      struct error *err)
{
    char asked[32];
    char most[32];

    if (wish->time_s <= partition->limit_s || partition->limit_s < 0)
        return 0;
    cluster_format_seconds(asked, wish->time_s);
    cluster_format_seconds(most, partition->limit_s);
    return error_set(err,
                     ERR_USAGE,
                     "a walltime of %s is more than partition '%s' allows: say "
                     "--time %s at most, and the job goes on by itself until "
                     "it is done",
                     asked,
                     partition->name,
                     most);
}

static const char *comma(const struct text *out)
{
    return out->len > 0 ? ", " : "";
}

/* What of a node is asked for; what is not asked for is left out. */
static void add_wish(const struct cluster_wish *wish, struct text *out)
{
    if (wish->gpus > 0) {
        text_addf(out,
                  "%d GPU%s%s%s",
                  wish->gpus,
                  wish->gpus == 1 ? "" : "s",
                  wish->gpu_type ? " of type " : "",
                  wish->gpu_type ? wish->gpu_type : "");
    }
    if (wish->cpus > 0) {
        text_addf(out,
                  "%s%d core%s",
                  comma(out),
                  wish->cpus,
                  wish->cpus == 1 ? "" : "s");
    }
    if (wish->memory_mb > 0)
        text_addf(out, "%s%lld MiB", comma(out), (long long)wish->memory_mb);
    if (wish->constraint)
        text_addf(out, "%sfeature %s", comma(out), wish->constraint);
}

/* Nothing fits: the first thing that no node has. */
static int say_what_is_missing(const struct cluster_partition *partition,
                               const struct cluster_wish *wish,
                               struct error *err)
{
    struct text wanted = { 0 };
    struct text has = { 0 };

    add_wish(wish, &wanted);
    for (size_t i = 0; i < partition->num_nodes; i++) {
        const struct cluster_nodes *nodes = &partition->nodes[i];

        text_addf(&has,
                  "%s%d with %d GPUs%s%s, %d cores, %lld MiB, features %s",
                  i > 0 ? "; " : "",
                  nodes->num,
                  nodes->gpus,
                  wish->gpu_type ? " as " : "",
                  wish->gpu_type ? nodes->gres : "",
                  nodes->cpus,
                  (long long)nodes->memory_mb,
                  nodes->features);
    }
    error_set(err,
              ERR_USAGE,
              "no node of partition '%s' has %s; there are: %.200s",
              partition->name,
              wanted.len > 0 ? text_data(&wanted) : "anything to run on",
              text_data(&has));
    text_release(&wanted);
    text_release(&has);
    return -1;
}

int cluster_check(const struct cluster *self,
                  const struct cluster_wish *wish,
                  struct error *err)
{
    const struct cluster_partition *partition =
        cluster_find(self, wish->partition, err);
    int num;

    if (!partition)
        return -1;
    if (!partition->is_up) {
        return error_set(err,
                         ERR_USAGE,
                         "partition '%s' is not up; 'sinfo' shows which are",
                         partition->name);
    }
    if (check_time(partition, wish, err) < 0)
        return -1;
    num = cluster_num_fitting(partition, wish);
    if (num == 0)
        return say_what_is_missing(partition, wish, err);
    if (partition->max_nodes >= 0 && partition->max_nodes < num)
        num = partition->max_nodes;
    if (wish->nodes > num) {
        return error_set(err,
                         ERR_USAGE,
                         "%d nodes are more than the %d that partition '%s' "
                         "can give to a job like this: say --nodes %d",
                         wish->nodes,
                         num,
                         partition->name,
                         num);
    }
    return 0;
}
