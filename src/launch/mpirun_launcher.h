/*
 * mpirun_launcher.h - which launcher there is, and what it wants to be told.
 * Private to launch/.
 */
#ifndef MPIRUN_LAUNCHER_H
#define MPIRUN_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

struct error;

enum mpirun_family {
    MPIRUN_UNKNOWN = 0,
    MPIRUN_OPENMPI,
    MPIRUN_MPICH,
    MPIRUN_INTEL,
    MPIRUN_SRUN, /* Slurm starts the ranks itself */
};

/* From what a launcher prints for --version, or from a library's version. */
enum mpirun_family mpirun_family_of(const char *text);

/* Whether a launcher of one family starts a program of another: only when they
 * speak the same protocol, or nothing is known. */
bool mpirun_fits(enum mpirun_family launcher, enum mpirun_family library);

/* The flags of a family before -n; NULL-terminated, static. */
const char *const *mpirun_flags(enum mpirun_family family, bool is_root);

/* What srun is told of the library: a value of --mpi; NULL: nothing, as the
 * user has said it ($SLURM_MPI_TYPE). */
const char *mpirun_srun_mpi(enum mpirun_family library);

/* The flag before names of nodes with their numbers of ranks; NULL: there is
 * none. */
const char *mpirun_hosts_flag(enum mpirun_family family);

/*
 * Find the launcher.
 *
 * library  as in struct mpirun_params
 * path     where it is, free()
 * errors   ERR_USAGE: none, or none that fits
 */
int mpirun_find(const char *library,
                char **path,
                enum mpirun_family *family,
                struct error *err);

/* GPUs by the device files in `folder`, or by a value of CUDA_VISIBLE_DEVICES
 * (NULL when it is not set). */
int mpirun_gpus(const char *folder, const char *visible);

#endif
