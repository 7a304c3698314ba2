/*
 * versions.h - the program and every library that it is linked with.
 */
#ifndef VERSIONS_H
#define VERSIONS_H

struct cJSON;

/* "0.1.0", as CMake has it. */
const char *versions_program(void);

/*
 * An object of texts by name: "trustsweep", "hdf5", ..., each backend that has
 * a library of its own by the backend's name.  `mpi` may be NULL: none ran.
 */
struct cJSON *versions_make(const char *mpi);

#endif
