#include "comm/mpi_place.h"

#include "base/mem.h"
#include "comm/mpi_check.h"

#include <mpi.h>

#include <stdio.h>
#include <stdlib.h>

/* The rank in the job of the first one of `node`; asks nobody. */
static int find_first(MPI_Comm node, int *out, struct error *err)
{
    const int zero = 0;
    MPI_Group world_group = MPI_GROUP_NULL;
    MPI_Group node_group = MPI_GROUP_NULL;
    int rc = MPI_Comm_group(MPI_COMM_WORLD, &world_group);

    if (rc == MPI_SUCCESS)
        rc = MPI_Comm_group(node, &node_group);
    if (rc == MPI_SUCCESS) {
        rc = MPI_Group_translate_ranks(node_group, 1, &zero, world_group, out);
    }
    if (node_group != MPI_GROUP_NULL)
        (void)MPI_Group_free(&node_group);
    if (world_group != MPI_GROUP_NULL)
        (void)MPI_Group_free(&world_group);
    return mpi_check(rc, "MPI_Group_translate_ranks", err);
}

int mpi_place_find(struct mpi_place *place, int rank, struct error *err)
{
    char host[MPI_MAX_PROCESSOR_NAME] = "";
    MPI_Comm node = MPI_COMM_NULL;
    int len = 0;
    int with_coordinator;
    int rc = MPI_Comm_split_type(MPI_COMM_WORLD,
                                 MPI_COMM_TYPE_SHARED,
                                 rank,
                                 MPI_INFO_NULL,
                                 &node);

    if (mpi_check(rc, "MPI_Comm_split_type", err) < 0)
        return -1;
    *place = (struct mpi_place){ 0 };
    rc = MPI_Comm_rank(node, &place->local_rank);
    if (mpi_check(rc, "MPI_Comm_rank", err) < 0)
        return -1;
    rc = MPI_Comm_size(node, &place->local_size);
    if (mpi_check(rc, "MPI_Comm_size", err) < 0
        || find_first(node, &place->node, err) < 0
        || mpi_check(MPI_Comm_free(&node), "MPI_Comm_free", err) < 0)
        return -1;
    /* in order of rank, so rank 0 is the first of its node */
    with_coordinator = place->node == 0;
    place->local_workers = place->local_size - with_coordinator;
    place->local_worker = place->local_rank - with_coordinator;
    (void)MPI_Get_processor_name(host, &len);
    (void)snprintf(place->host, sizeof place->host, "%.127s", host);
    return 0;
}

int mpi_place_gather(const struct mpi_place *place,
                     int rank,
                     int size,
                     struct mpi_seat **seats,
                     struct error *err)
{
    struct mpi_seat own = { .node = place->node,
                            .local_worker = place->local_worker,
                            .local_workers = place->local_workers,
                            .num_devices = place->num_devices };
    int rc;

    (void)snprintf(own.host, sizeof own.host, "%.63s", place->host);
    (void)snprintf(own.gpu_type, sizeof own.gpu_type, "%s", place->gpu_type);

    *seats =
        rank == 0 ? mem_alloc((size_t)size, sizeof(struct mpi_seat)) : NULL;
    rc = MPI_Gather(&own,
                    (int)sizeof own,
                    MPI_BYTE,
                    *seats,
                    (int)sizeof own,
                    MPI_BYTE,
                    0,
                    MPI_COMM_WORLD);
    if (mpi_check(rc, "MPI_Gather", err) == 0)
        return 0;
    free(*seats);
    *seats = NULL;
    return -1;
}

void mpi_place_seats_apart(struct mpi_seat *seats, int size, int num_apart)
{
    int *num = mem_alloc((size_t)size, sizeof *num); /* by node */

    for (int rank = 1; rank < size; rank++) {
        seats[rank].local_worker =
            rank <= num_apart ? -1 : num[seats[rank].node]++;
    }
    for (int rank = 0; rank < size; rank++)
        seats[rank].local_workers = num[seats[rank].node];
    free(num);
}

int mpi_place_set_apart(struct mpi_place *place,
                        int rank,
                        int size,
                        int num_apart,
                        struct mpi_seat *seats,
                        struct error *err)
{
    struct local {
        int worker, workers;
    } *all = NULL, own;
    int rc;

    if (rank == 0) {
        mpi_place_seats_apart(seats, size, num_apart);
        all = mem_alloc((size_t)size, sizeof *all);
        for (int i = 0; i < size; i++) {
            all[i] =
                (struct local){ seats[i].local_worker, seats[i].local_workers };
        }
    }
    rc = MPI_Scatter(all,
                     (int)sizeof own,
                     MPI_BYTE,
                     &own,
                     (int)sizeof own,
                     MPI_BYTE,
                     0,
                     MPI_COMM_WORLD);
    free(all);
    if (mpi_check(rc, "MPI_Scatter", err) < 0)
        return -1;
    place->local_worker = own.worker;
    place->local_workers = own.workers;
    return 0;
}
