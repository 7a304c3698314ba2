/*
 * cluster.h - what a batch system has and allows, asked of Slurm's own tools,
 * and whether a wish fits.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/* Equal nodes of a partition. */
struct cluster_nodes {
    char *features; /* "fake,a100" */
    char *gres;     /* "gpu:a100:4(S:0-1),mps:400" */
    int num;
    int num_usable; /* neither drained nor down */
    int cpus;
    int gpus; /* of all types */
    int64_t memory_mb;
};

struct cluster_partition {
    char *name;
    bool is_default;
    bool is_up;
    int64_t limit_s;             /* -1 = none */
    int max_nodes;               /* of one job; -1 = no limit */
    struct cluster_nodes *nodes; /* [num_nodes] */
    size_t num_nodes;
    size_t cap;
};

struct cluster {
    struct cluster_partition *partitions; /* [num] */
    size_t num;
    size_t cap;
};

/* What a job wants of each node, and how many. */
struct cluster_wish {
    const char *partition; /* NULL: the default one */
    const char *constraint;
    const char *gpu_type; /* of the GPUs; NULL: any */
    int nodes;
    int gpus;          /* of each; 0 = none */
    int cpus;          /* of each */
    int64_t memory_mb; /* of each; 0 = whatever */
    int64_t time_s;    /* 0 = whatever */
};

/* errors  ERR_USAGE: there is no Slurm here; ERR_IO: it does not answer */
int cluster_read(struct cluster *out, struct error *err);
void cluster_release(struct cluster *self);

/* Lines as `sinfo -h -e -o "%P|%a|%l|%s|%F|%c|%m|%G|%f"` has them. */
int cluster_parse(const char *lines, struct cluster *out, struct error *err);

/* The one of that name; NULL: the default one.
 * errors  ERR_USAGE names those there are */
const struct cluster_partition *cluster_find(const struct cluster *self,
                                             const char *name,
                                             struct error *err);

/* GPUs of that type that each of them has; type NULL: of all. */
int cluster_gpus(const struct cluster_nodes *self, const char *type);

/* The best of its nodes for a wish: most GPUs, then most cores; NULL = none. */
const struct cluster_nodes *cluster_best(const struct cluster_partition *self,
                                         const struct cluster_wish *wish);

/* How many of its nodes fit. */
int cluster_num_fitting(const struct cluster_partition *self,
                        const struct cluster_wish *wish);

/* The same without those that are drained or down. */
int cluster_num_usable(const struct cluster_partition *self,
                       const struct cluster_wish *wish);

/* Whether it can ever run there.  ERR_USAGE says why not, and what would. */
int cluster_check(const struct cluster *self,
                  const struct cluster_wish *wish,
                  struct error *err);

/* "1-02:03:04", "90", "5:00", "UNLIMITED" as Slurm writes and reads them, in
 * seconds; -1 = no limit, -2 = no time. */
int64_t cluster_seconds(const char *text);

/* "HH:MM:SS"; `out` holds 32 bytes. */
void cluster_format_seconds(char out[32], int64_t seconds);

#endif
