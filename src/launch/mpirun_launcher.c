#include "launch/mpirun_launcher.h"

#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "launch/tool.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION_WAIT_MS = 10000 };

enum mpirun_family mpirun_family_of(const char *text)
{
    static const struct {
        const char *word;
        enum mpirun_family family;
    } words[] = {
        { "Open MPI", MPIRUN_OPENMPI },   { "OpenRTE", MPIRUN_OPENMPI },
        { "Intel(R) MPI", MPIRUN_INTEL }, { "HYDRA", MPIRUN_MPICH },
        { "MPICH", MPIRUN_MPICH },        { "mpich", MPIRUN_MPICH },
        { "MVAPICH", MPIRUN_MPICH },      { "slurm", MPIRUN_SRUN },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(text, words[i].word))
            return words[i].family;
    }
    return MPIRUN_UNKNOWN;
}

static const char *family_name(enum mpirun_family family)
{
    switch (family) {
    case MPIRUN_OPENMPI:
        return "Open MPI";
    case MPIRUN_MPICH:
        return "MPICH";
    case MPIRUN_INTEL:
        return "Intel MPI";
    case MPIRUN_SRUN:
        return "Slurm";
    case MPIRUN_UNKNOWN:
        break;
    }
    return "an unknown MPI";
}

bool mpirun_fits(enum mpirun_family launcher, enum mpirun_family library)
{
    if (launcher == MPIRUN_UNKNOWN || library == MPIRUN_UNKNOWN
        || launcher == MPIRUN_SRUN)
        return true;
    return (launcher == MPIRUN_OPENMPI) == (library == MPIRUN_OPENMPI);
}

/*
 * Open MPI: without --enable-recovery one dead rank ends the job.  All share
 * cores on purpose: rank 0 and the ranks that drive GPUs mostly sleep, and a
 * bound rank would bind the threads of its model as well.
 */
const char *const *mpirun_flags(enum mpirun_family family, bool is_root)
{
    static const char *const openmpi[] = {
        "--allow-run-as-root", "--oversubscribe", "--bind-to", "none",
        "--enable-recovery",   "--quiet",         NULL,
    };
    static const char *const mpich[] = { "-bind-to", "none", NULL };
    static const char *const intel[] = { "-genv", "I_MPI_PIN", "off", NULL };
    /* More ranks than tasks were asked for: rank 0 is one too many.  A rank
     * that dies ends the step in any case; a node that is lost does not. */
    static const char *const srun[] = {
        "--overcommit",    "--no-kill",    "--kill-on-bad-exit=0",
        "--cpu-bind=none", "--export=ALL", NULL,
    };
    static const char *const none[] = { NULL };

    switch (family) {
    case MPIRUN_OPENMPI:
        return is_root ? openmpi : openmpi + 1;
    case MPIRUN_MPICH:
        return mpich;
    case MPIRUN_INTEL:
        return intel;
    case MPIRUN_SRUN:
        return srun;
    case MPIRUN_UNKNOWN:
        break;
    }
    return none;
}

const char *mpirun_srun_mpi(enum mpirun_family library)
{
    if (getenv("SLURM_MPI_TYPE"))
        return NULL;
    return library == MPIRUN_MPICH || library == MPIRUN_INTEL ? "pmi2" : "pmix";
}

const char *mpirun_hosts_flag(enum mpirun_family family)
{
    switch (family) {
    case MPIRUN_OPENMPI:
        return "--host";
    case MPIRUN_MPICH:
    case MPIRUN_INTEL:
        return "-hosts";
    case MPIRUN_SRUN:
        return "--nodelist";
    case MPIRUN_UNKNOWN:
        break;
    }
    return NULL;
}

/* The family that `path --version` tells of.  Ctrl-C goes to every process of
 * the terminal's group: one that ended the question would pass for an answer, so
 * it is asked in a group of its own. */
static enum mpirun_family ask_version(const char *path)
{
    const char *const argv[] = { path, "--version", NULL };
    struct text out = { 0 };
    enum mpirun_family family;

    (void)tool_run(argv, VERSION_WAIT_MS, &out, NULL);
    family = mpirun_family_of(text_data(&out));
    text_release(&out);
    return family;
}

static const char *const *names_of(enum mpirun_family library)
{
    static const char *const openmpi[] = { "mpirun.openmpi",
                                           "mpirun",
                                           "mpiexec",
                                           NULL };
    static const char *const mpich[] = { "mpirun.mpich",
                                         "mpiexec.hydra",
                                         "mpirun",
                                         "mpiexec",
                                         NULL };
    static const char *const any[] = { "mpirun", "mpiexec", NULL };

    if (library == MPIRUN_OPENMPI)
        return openmpi;
    return library == MPIRUN_UNKNOWN ? any : mpich;
}

static int find_given(const char *given,
                      enum mpirun_family library,
                      char **path,
                      enum mpirun_family *family,
                      struct error *err)
{
    *path = program_path(given);
    if (!*path) {
        return error_set(
            err,
            ERR_USAGE,
            "TRUSTSWEEP_MPIRUN=%s: there is no such program; name one "
            "in PATH, or its path",
            given);
    }
    *family = ask_version(*path);
    if (mpirun_fits(*family, library))
        return 0;
    (void)error_set(err,
                    ERR_USAGE,
                    "TRUSTSWEEP_MPIRUN=%s is of %s, but this program is linked "
                    "with %s: name a launcher of that",
                    *path,
                    family_name(*family),
                    family_name(library));
    free(*path);
    *path = NULL;
    return -1;
}

int mpirun_find(const char *library,
                char **path,
                enum mpirun_family *family,
                struct error *err)
{
    enum mpirun_family wanted = mpirun_family_of(library ? library : "");
    const char *given = getenv("TRUSTSWEEP_MPIRUN");

    *path = NULL;
    if (given && *given)
        return find_given(given, wanted, path, family, err);
    for (const char *const *name = names_of(wanted); *name; name++) {
        *path = program_path(*name);
        if (!*path)
            continue;
        *family = ask_version(*path);
        if (mpirun_fits(*family, wanted))
            return 0;
        free(*path);
        *path = NULL;
    }
    return error_set(err,
                     ERR_USAGE,
                     "no mpirun of %s in PATH: install it, load its module, or "
                     "set TRUSTSWEEP_MPIRUN to it",
                     wanted ? family_name(wanted) : "any MPI");
}

static int count_visible(const char *visible)
{
    int num = 0;

    /* As the driver reads it: an index below 0 hides itself and the rest. */
    while (*visible && *visible != '-' && !text_starts(visible, "NoDev")) {
        size_t len = strcspn(visible, ",");

        num += len > 0;
        visible += len;
        visible += *visible == ',';
    }
    return num;
}

int mpirun_gpus(const char *folder, const char *visible)
{
    struct name_list list = { 0 };
    int num = 0;

    if (visible)
        return count_visible(visible);
    if (!file_is_folder(folder) || file_list(folder, &list, NULL) < 0)
        return 0;
    for (size_t i = 0; i < list.num; i++) {
        const char *digits = list.names[i] + strlen("nvidia");

        num += text_starts(list.names[i], "nvidia") && *digits
               && digits[strspn(digits, "0123456789")] == '\0';
    }
    name_list_release(&list);
    return num;
}
