/*
 * mpi_check.h - what an MPI call returned -> 0, or -1 and ERR_IO.
 */
#ifndef MPI_CHECK_H
#define MPI_CHECK_H

struct error;

/* The error's text is `call`, and what the library says about `rc`. */
int mpi_check(int rc, const char *call, struct error *err);

#endif
