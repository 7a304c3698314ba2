#include "cli/forecast/api_workers.h"

#include "base/text.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "comm/mpi_place.h"
#include "trustsweep/backend.h"

enum { MOST = 16 }; /* by themselves: a process each */

static bool is_there(const struct job *job, size_t player)
{
    const struct job_role *role;

    if (player < job->num_models)
        return true;
    role = &job->roles[player - job->num_models];
    return role->is_set && !text_equal(role->backend, "builtin");
}

static const char *spec_of(const struct job *job, size_t player)
{
    return player < job->num_models
               ? job->models[player].backend
               : job->roles[player - job->num_models].backend;
}

static int64_t gpus_of(const struct job *job, size_t player)
{
    return player < job->num_models ? job->models[player].gpus
                                    : job->roles[player - job->num_models].gpus;
}

bool api_workers_is_single(const struct job *job, size_t player)
{
    if (player < job->num_models && job->models[player].is_expected)
        return false;
    return is_there(job, player) && gpus_of(job, player) <= 0
           && backend_is_remote(spec_of(job, player));
}

bool api_workers_may_take(const struct job *job, size_t player)
{
    return is_there(job, player)
           && (gpus_of(job, player) == 0 || api_workers_is_single(job, player));
}

bool api_workers_are_all(const struct job *job)
{
    for (size_t i = 0; i < job->num_models + NUM_ROLES; i++) {
        if (is_there(job, i) && !api_workers_may_take(job, i))
            return false;
    }
    return true;
}

int api_workers_wanted(const struct job *job)
{
    const size_t num = job->num_models + NUM_ROLES;
    int num_theirs = 0;
    int num_all = 0;

    for (size_t i = 0; i < num; i++) {
        num_all += is_there(job, i);
        num_theirs += api_workers_may_take(job, i);
    }
    if (num_theirs == 0 || num_theirs == num_all)
        return 0;
    if (job->api_workers >= 0)
        return (int)job->api_workers;
    return num_theirs < MOST ? num_theirs : MOST;
}

int api_workers_read(const struct sweep_params *params, int *share)
{
    struct job *job =
        job_read(params->job_path, params->sets, params->num_sets, NULL);
    bool has_left;
    int num = 0;

    if (!job)
        return 0;
    *share = (int)job->share;
    if (!params->where
        || part_keep(job, params->where, params->output, &has_left, NULL) == 0)
        num = api_workers_wanted(job);
    job_destroy(job);
    return num;
}

/* Workers that the GPUs of a run want, node by node. */
static int count_for_gpus(const struct mpi_seat *seats, int size, int share)
{
    int num = 0;

    for (int rank = 0; rank < size; rank++) {
        if (seats[rank].node == rank && seats[rank].local_workers > 0)
            num += seats[rank].num_devices * share;
    }
    return num;
}

int api_workers_fit(int wanted,
                    const struct mpi_seat *seats,
                    int size,
                    int share)
{
    const int workers = size - 1;
    const int taken = count_for_gpus(seats, size, share);
    const int most = workers - (taken > 0 ? taken : 1);

    if (wanted > most)
        wanted = most;
    return wanted > 0 ? wanted : 0;
}
