/*
 * transport_mpi.h - ranks are MPI processes.
 *
 * Point to point only, never blocking after start-up, MPI_THREAD_FUNNELED.
 */
#ifndef TRANSPORT_MPI_H
#define TRANSPORT_MPI_H

#include "comm/mpi_place.h"
#include "trustsweep/transport.h"

#include <stdbool.h>

struct error;

/* Whether a launcher started this process as a rank: OMPI_COMM_WORLD_RANK,
 * PMIX_RANK or PMI_RANK is set. */
bool transport_mpi_is_rank(void);

/* MPI_Init_thread and mpi_place_find() (the only collectives).  ERR_IO when the
 * library gives less than MPI_THREAD_FUNNELED. */
struct transport *transport_mpi_create(struct mpi_place *place,
                                       struct error *err);

/* destroy() abandons unfinished sends.  With `wait_for_all` MPI_Finalize is
 * called; without (a rank was lost) it is not, since it could hang. */
void transport_mpi_set_finalize(struct transport *self, bool wait_for_all);

/* The library's name and version without initialising MPI. */
void transport_mpi_version(char *out, size_t size);

#endif
