/*
 * mpi_place.h - which node a rank is on, and who shares it.
 */
#ifndef MPI_PLACE_H
#define MPI_PLACE_H

struct error;

/* Where one rank is, for rank 0 to see who are neighbours. */
struct mpi_seat {
    int node;          /* its first rank: a number that is its own */
    int local_worker;  /* -1 for rank 0 and ranks that are apart */
    int local_workers; /* of the node; without those */
    int num_devices;   /* GPUs of the node */
    char gpu_type[32]; /* as the node says; "" = it does not */
    char host[64];
};

/* What a rank knows of its place; filled by transport_mpi_create(). */
struct mpi_place {
    int local_rank; /* among the ranks of this node */
    int local_size;
    int local_workers; /* ranks of this node but rank 0 of the job and those
                          that are apart */
    int local_worker;  /* position among them; -1 for rank 0 and those */
    int node;          /* the first rank of this node */
    int num_devices;   /* GPUs of this node; the caller's to set */
    char gpu_type[32]; /* of them; the caller's to set */
    char host[128];
    char library[128]; /* "Open MPI v4.1.4", first line */
};

/* All but the library.  Collective: a split by node, in order of `rank`, so
 * that rank 0 is the first of its node. */
int mpi_place_find(struct mpi_place *place, int rank, struct error *err);

/* What all ranks know of their places, on rank 0; NULL on the others, and with
 * the error.  Collective; `seats` [size] is the caller's to free. */
int mpi_place_gather(const struct mpi_place *place,
                     int rank,
                     int size,
                     struct mpi_seat **seats,
                     struct error *err);

/*
 * Ranks 1 .. num_apart are workers without a GPU: they have no place among the
 * workers of their node.  What ranks and seats know of places is put right.
 * Collective; `num_apart` and `seats` count on rank 0.
 */
int mpi_place_set_apart(struct mpi_place *place,
                        int rank,
                        int size,
                        int num_apart,
                        struct mpi_seat *seats,
                        struct error *err);

/* The same for the seats alone. */
void mpi_place_seats_apart(struct mpi_seat *seats, int size, int num_apart);

#endif
