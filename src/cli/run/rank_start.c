#include "cli/run/rank_start.h"

#include "base/log.h"
#include "cli/forecast/api_workers.h"
#include "cli/parts/command.h"
#include "cli/parts/stopping.h"
#include "cli/run/rank.h"
#include "cli/run/rank_watchdog.h"
#include "comm/transport_mpi.h"
#include "launch/allocation.h"
#include "launch/mpirun.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>

static int count_apart(const struct mpi_seat *seats, int size)
{
    int num = 0;

    for (int rank = 1; rank < size; rank++)
        num += seats[rank].local_worker < 0;
    return num;
}

/* mpirun and srun have started as many as they were told to. */
static void compare_ranks(int64_t wish, int started, int num_apart)
{
    if (wish > 0 && wish != started && wish + num_apart != started) {
        fprintf(stderr,
                "trustsweep run: --ranks %lld is not heeded: this is one of "
                "%d ranks that mpirun or srun has started\n",
                (long long)wish,
                started);
    }
}

/* Where ranks are, and which of them are workers without a GPU. */
static int settle(const struct rank_params *params,
                  int64_t num_wanted,
                  struct mpi_place *place,
                  const struct transport *transport,
                  struct mpi_seat **seats,
                  struct error *err)
{
    const int size = transport->size;
    const int rank = transport->rank;
    int wanted = 0;
    int num = 0;
    int share = 1;

    if (mpi_place_gather(place, rank, size, seats, err) < 0)
        return -1;
    if (rank == 0) {
        wanted = api_workers_read(params->sweep, &share);
        num = api_workers_fit(wanted, *seats, size, share);
        /* the launcher has put them on top, or where no workers of GPUs are */
        if ((size == num_wanted + wanted || allocation_is_split())
            && wanted < size - 1)
            num = wanted;
    }
    if (num < wanted) {
        fprintf(stderr,
                "trustsweep run: %d rank%s more would ask what needs no GPU "
                "beside the workers of the GPUs\n",
                wanted - num,
                wanted - num == 1 ? "" : "s");
    }
    return mpi_place_set_apart(place, rank, size, num, *seats, err);
}

int rank_start(const struct rank_params *params, int64_t num_wanted)
{
    struct error err = { 0 };
    struct mpi_place place;
    struct transport *transport;
    struct mpi_seat *seats = NULL;
    const char *gpu_type = getenv("TRUSTSWEEP_GPU_TYPE");
    int status;

    /* one that dies at this point leaves the others waiting for it */
    rank_watchdog_arm("while MPI started");
    transport = transport_mpi_create(&place, &err);
    place.num_devices = mpirun_count_gpus();
    (void)snprintf(place.gpu_type,
                   sizeof place.gpu_type,
                   "%.31s",
                   gpu_type ? gpu_type : "");
    if (transport
        && settle(params, num_wanted, &place, transport, &seats, &err) < 0) {
        transport->ops->destroy(transport);
        transport = NULL;
    }
    rank_watchdog_disarm();
    if (transport)
        rank_watchdog_name(transport->rank);
    if (!transport)
        return command_fail_as("run", &err);
    if (transport->rank > 0)
        (void)log_open(NULL, transport->rank, NULL);
    if (transport->rank == 0) {
        compare_ranks(num_wanted,
                      transport->size,
                      count_apart(seats, transport->size));
        stopping_catch();
        status = rank_coordinate(params, transport, &place, seats);
    } else { /* they wait for rank 0 */
        stopping_ignore();
        status = rank_work(params, transport, &place);
    }
    transport->ops->destroy(transport);
    free(seats);
    return status;
}
