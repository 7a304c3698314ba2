#include "cli/commands.h"
#include "cli/results/provenance.h"
#include "comm/transport_mpi.h"
#include "store/writer.h"
#include "trustsweep/backend.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
    struct operands none = { 0 };
    char mpi[128];
    char hdf5[128];
    char library[128];
    int status = command_parse(&command_version, argc, argv, NULL, &none);

    if (status >= 0)
        return status;
    transport_mpi_version(mpi, sizeof mpi);
    writer_library(hdf5, sizeof hdf5);
    printf("trustsweep %s\n%s\n%s\nbackends:", provenance_version(), mpi, hdf5);
    for (int i = 0; backend_kinds()[i]; i++)
        printf(" %s", backend_kinds()[i]->name);
    printf("\n");
    for (int i = 0; backend_kinds()[i]; i++) {
        if (backend_kinds()[i]->version) {
            backend_kinds()[i]->version(library, sizeof library);
            printf("%s\n", library);
        }
    }
    command_release_operands(&none);
    return EXIT_GOOD;
}

const struct command command_version = {
    .name = "version",
    .summary = "version of the program and its libraries",
    .usage = "",
    .help = "Prints the versions that a results file records.",
    .run = run,
};
