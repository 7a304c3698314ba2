/*
 * site.h - what a centre wants to be told with every job, from a small JSON
 * file.  docs/CLUSTER.md has the keys.
 */
#ifndef SITE_H
#define SITE_H

#include "base/name_list.h"
#include "base/options.h"

#include <stddef.h>
#include <stdint.h>

struct error;

struct site {
    char *partition, *account, *qos, *constraint, *reservation;
    char *gpu_type;           /* "a100" in --gres=gpu:a100:4 */
    int64_t gpus_per_node;    /* -1 = what the partition has */
    int64_t workers_per_node; /* -1 = one for each GPU, else two */
    int64_t cpus_per_worker;  /* -1 = what the node has, shared out */
    int64_t nodes;            /* at most; -1 = what the partition has */
    int64_t memory_mb;        /* of a node; -1 = from the models */
    int64_t notice_s;
    char *time;   /* "HH:MM:SS"; NULL = from the plan */
    char *launch; /* "mpirun", "srun" or a path */
    char *again;  /* "requeue", "chain", "never" */
    char *bind;   /* "near", "none" */
    char *scratch;
    char *template_path;
    struct name_list program;     /* words that start trustsweep on a node */
    struct name_list modules;     /* module load */
    struct name_list setup;       /* lines of shell before anything else */
    struct name_list extra;       /* further options of sbatch */
    struct name_list coordinator; /* the same, of a component for rank 0 */
    struct name_list passed;      /* variables that come along */
    struct name_list environment; /* "NAME=VALUE" */
};

/*
 * Read a site file over the defaults, those of site.c's table.
 *
 * path    NULL: $TRUSTSWEEP_SITE, trustsweep/site.json in $XDG_CONFIG_HOME (or
 *         ~/.config), /etc/trustsweep/site.json; none of them: the defaults
 * errors  ERR_USAGE with file, line and column: unknown key, wrong type, a
 *         variable whose name speaks of a secret; ERR_IO, ERR_FORMAT
 */
int site_read(const char *path, struct site *out, struct error *err);
void site_release(struct site *self);

/* The file that site_read(NULL) reads; free(), or NULL. */
char *site_path(void);

#endif
