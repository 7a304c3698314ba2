#include "comm/mpi_place.h"

#include "comm/mpi_check.h"

#include <mpi.h>

#include <stdbool.h>
#include <stdio.h>

/* Whether rank 0 of the job is among the ranks of `node`; asks nobody. */
static int has_coordinator(MPI_Comm node, bool *out, struct error *err)
{
    MPI_Group world_group = MPI_GROUP_NULL;
    MPI_Group node_group = MPI_GROUP_NULL;
    int first = 0;
    int there = MPI_UNDEFINED;
    int rc = MPI_Comm_group(MPI_COMM_WORLD, &world_group);

    if (rc == MPI_SUCCESS)
        rc = MPI_Comm_group(node, &node_group);
    if (rc == MPI_SUCCESS) {
        rc = MPI_Group_translate_ranks(world_group,
                                       1,
                                       &first,
                                       node_group,
                                       &there);
    }
    if (node_group != MPI_GROUP_NULL)
        (void)MPI_Group_free(&node_group);
    if (world_group != MPI_GROUP_NULL)
        (void)MPI_Group_free(&world_group);
    *out = there != MPI_UNDEFINED;
    return mpi_check(rc, "MPI_Group_translate_ranks", err);
}

int mpi_place_find(struct mpi_place *place, int rank, struct error *err)
{
    char host[MPI_MAX_PROCESSOR_NAME] = "";
    MPI_Comm node = MPI_COMM_NULL;
    bool with_first = false;
    int len = 0;
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
        || has_coordinator(node, &with_first, err) < 0
        || mpi_check(MPI_Comm_free(&node), "MPI_Comm_free", err) < 0)
        return -1;
    place->local_workers = place->local_size - with_first;
    place->local_worker = place->local_rank - with_first;
    (void)MPI_Get_processor_name(host, &len);
    (void)snprintf(place->host, sizeof place->host, "%.127s", host);
    return 0;
}
