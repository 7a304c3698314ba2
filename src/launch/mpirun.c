#include "launch/mpirun.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/allocation.h"
#include "launch/mpirun_launcher.h"
#include "launch/mpirun_watch.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

enum { DEFAULT_WORKERS = 2 }; /* where there is no GPU */

struct list {
    char **items; /* [num], room for the NULL at the end */
    size_t num;
    size_t cap;
};

static void add(struct list *list, const char *item)
{
    list->items =
        mem_reserve(list->items, &list->cap, list->num + 2, sizeof(char *));
    list->items[list->num++] = mem_text(item);
    list->items[list->num] = NULL;
}

static int workers_of_gpus(const struct mpirun_params *params)
{
    return mpirun_count_gpus() * (params->share > 1 ? params->share : 1);
}

static int workers_here(const struct mpirun_params *params)
{
    const int workers = workers_of_gpus(params);

    return workers > 0 ? workers : DEFAULT_WORKERS;
}

static void add_number(struct list *list, const char *flag, int number)
{
    char *text = text_format("%d", number);

    add(list, flag);
    add(list, text);
    free(text);
}

/* free with json_free() */
static struct cJSON *read_words(const char *text, struct error *err)
{
    struct cJSON *words =
        json_parse(text, strlen(text), "TRUSTSWEEP_RANKS", err);
    bool is_good = json_is_array(words) && json_count(words) > 0;

    for (const struct cJSON *word = json_first(words); word && is_good;
         word = json_next(word))
        is_good = json_is_text(word);
    if (is_good)
        return words;
    json_free(words);
    (void)error_set(err,
                    ERR_USAGE,
                    "TRUSTSWEEP_RANKS is no JSON array of words: %.100s; write "
                    "it as [\"apptainer\", \"exec\", \"image.sif\", "
                    "\"trustsweep\"]",
                    text);
    return NULL;
}

static void add_program(struct list *list, const struct mpirun_params *params)
{
    struct cJSON *words =
        params->words ? read_words(params->words, NULL) : NULL;

    if (!words)
        add(list, params->program);
    for (const struct cJSON *word = json_first(words); word;
         word = json_next(word))
        add(list, json_text(word));
    json_free(words);
    for (char *const *arg = params->argv; arg && *arg; arg++)
        add(list, *arg);
}

static void add_flags(struct list *list,
                      enum mpirun_family family,
                      const struct mpirun_params *params)
{
    const char *name = params->library ? params->library : "";
    const enum mpirun_family library = mpirun_family_of(name);
    const char *const *flag = mpirun_flags(family, geteuid() == 0);
    const char *mpi = mpirun_srun_mpi(library);

    for (; *flag; flag++)
        add(list, *flag);
    if (family == MPIRUN_SRUN && mpi) {
        add(list, "--mpi");
        add(list, mpi);
    }
}

/* Rank 0, and workers without a GPU, in the first component of the job, then the
 * second one. */
static int begin_split(struct list *list,
                       enum mpirun_family family,
                       const struct mpirun_params *params,
                       struct error *err)
{
    if (family != MPIRUN_SRUN) {
        return error_set(err,
                         ERR_USAGE,
                         "this job has two components, which only srun starts "
                         "a program over: TRUSTSWEEP_MPIRUN=srun");
    }
    add(list, "--het-group=0");
    add_number(list, "-n", 1 + params->num_apart);
    add_program(list, params);
    add(list, ":");
    add_flags(list, family, params);
    add(list, "--het-group=1");
    return 0;
}

/* Over the nodes of the allocation; returns the ranks that are left to name. */
static int add_nodes(struct list *list,
                     enum mpirun_family family,
                     const struct mpirun_params *params,
                     struct error *err)
{
    const char *flag = mpirun_hosts_flag(family);
    struct allocation nodes;
    char *hosts;
    int ranks;

    if (allocation_read(&nodes,
                        workers_of_gpus(params),
                        params->is_restart,
                        err)
        < 0)
        return -1;
    if (nodes.is_split && begin_split(list, family, params, err) < 0) {
        allocation_release(&nodes);
        return -1;
    }
    nodes.beside += params->num_apart;
    hosts = allocation_hosts(&nodes, family == MPIRUN_SRUN);
    ranks = allocation_ranks(&nodes) - (nodes.is_split ? nodes.beside : 0);
    if (nodes.num_silent > 0) {
        fprintf(stderr,
                "%d node%s of the allocation left out, as the program does not "
                "start there: %s\n",
                nodes.num_silent,
                nodes.num_silent == 1 ? "" : "s",
                text_data(&nodes.silent));
    }
    if (family == MPIRUN_SRUN)
        add(list, "--distribution=arbitrary");
    if (flag) { /* a launcher that nobody knows finds the nodes by itself */
        add(list, flag);
        add(list, hosts);
    }
    free(hosts);
    allocation_release(&nodes);
    return ranks;
}

char **mpirun_command(const struct mpirun_params *params, struct error *err)
{
    enum mpirun_family family = MPIRUN_UNKNOWN;
    struct list list = { 0 };
    int ranks = params->ranks > 0 ? params->ranks + params->num_apart : 0;
    char *path = NULL;

    if (params->words) {
        struct cJSON *words = read_words(params->words, err);

        if (!words)
            return NULL;
        json_free(words);
    }
    if (mpirun_find(params->library, &path, &family, err) < 0)
        return NULL;
    add(&list, path);
    free(path);
    add_flags(&list, family, params);
    if (ranks <= 0 && allocation_is_there())
        ranks = add_nodes(&list, family, params, err);
    if (ranks < 0) {
        mpirun_free(list.items);
        return NULL;
    }
    if (ranks == 0)
        ranks = 1 + workers_here(params) + params->num_apart;
    add_number(&list, "-n", ranks);
    add_program(&list, params);
    return list.items;
}

void mpirun_free(char **argv)
{
    for (char **arg = argv; arg && *arg; arg++)
        free(*arg);
    free(argv);
}

int mpirun_count_workers(const struct mpirun_params *params)
{
    int workers = params->ranks - 1;

    if (params->ranks <= 0) {
        workers = allocation_is_there()
                      ? allocation_workers(workers_of_gpus(params))
                      : 0;
    }
    return workers > 0 ? workers : workers_here(params);
}

int mpirun_count_gpus(void)
{
    return mpirun_gpus("/dev", getenv("CUDA_VISIBLE_DEVICES"));
}

/* In the child: never returns.  The terminal's group stays in front, so a
 * launcher that reads from the terminal would be stopped: it reads nothing.  It
 * ends, and its ranks with it, when its parent dies of whatever. */
static _Noreturn void exec_launcher(char **argv, pid_t parent)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(127);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    (void)execv(argv[0], argv);
    _exit(127);
}

int mpirun_start(const struct mpirun_params *params,
                 struct mpirun_outcome *out,
                 struct error *err)
{
    struct mpirun_watch watch;
    char **argv = mpirun_command(params, err);
    pid_t parent = getpid();
    pid_t child;
    int rc = 0;

    if (!argv)
        return -1;
    mpirun_watch_init(&watch, params);
    child = fork();
    if (child == 0)
        exec_launcher(argv, parent);
    if (child < 0) {
        rc = error_set_errno(err, errno, "cannot start %s", argv[0]);
    } else {
        (void)setpgid(child, child);
        mpirun_watch_wait(&watch, child);
        *out = watch.outcome;
    }
    mpirun_free(argv);
    return rc;
}
