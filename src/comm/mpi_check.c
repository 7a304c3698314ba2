#include "comm/mpi_check.h"

#include "trustsweep/error.h"

#include <mpi.h>

int mpi_check(int rc, const char *call, struct error *err)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int len = 0;

    if (rc == MPI_SUCCESS)
        return 0;
    (void)MPI_Error_string(rc, text, &len);
    return error_set(err, ERR_IO, "%s failed: %s", call, text);
}
