#include "cli/results/versions.h"

#include "base/json.h"
#include "base/library.h"
#include "dataset/archive.h"
#include "evaluate/pattern.h"
#include "near/near.h"
#include "stats/gsl_library.h"
#include "store/writer.h"
#include "trustsweep/backend.h"

const char *versions_program(void)
{
    return TRUSTSWEEP_VERSION;
}

struct cJSON *versions_make(const char *mpi)
{
    struct cJSON *versions = json_new_object();
    char library[256];

    json_add_text(versions, "trustsweep", versions_program());
    if (mpi)
        json_add_text(versions, "mpi", mpi);
    writer_library(library, sizeof library);
    json_add_text(versions, "hdf5", library);
    library_versions(versions);
    json_add_text(versions, "libzip", archive_library());
    pattern_library(library, sizeof library);
    json_add_text(versions, "pcre2", library);
    near_library(library, sizeof library);
    json_add_text(versions, "hwloc", library);
    json_add_text(versions, "gsl", gsl_library());
    for (const struct backend_ops *const *kind = backend_kinds(); *kind;
         kind++) {
        if ((*kind)->version) {
            (*kind)->version(library, sizeof library);
            json_add_text(versions, (*kind)->name, library);
        }
    }
    return versions;
}
