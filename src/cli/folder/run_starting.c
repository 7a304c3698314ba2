#include "cli/folder/run_starting.h"

#include "base/file.h"
#include "cli/folder/run_presence.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char starting[] = "starting.json";
static const char rounds[] = "rounds.json";

struct run_presence *run_starting_begin(const char *dir)
{
    return run_presence_begin(dir, starting);
}

struct run_presence *run_starting_begin_rounds(const char *dir)
{
    return run_presence_begin(dir, rounds);
}

/* By the clock of the file system, as both times are; its ticks are long enough for
 * a mark that is made right after run.json to have the same. */
static bool is_older(const char *dir, int64_t made_ns)
{
    char *path = path_join(dir, "run.json");
    struct stat status;
    const bool is_there = stat(path, &status) == 0;

    free(path);
    return !is_there
           || (int64_t)status.st_mtim.tv_sec * 1000000000
                      + status.st_mtim.tv_nsec
                  <= made_ns;
}

enum run_starting_sign run_starting_look(const char *dir)
{
    int64_t made_ns = 0;

    if (!run_presence_is_there(dir, starting, &made_ns))
        return RUN_STARTING_NOT;
    return is_older(dir, made_ns) ? RUN_STARTING_ON : RUN_STARTING_HEARD;
}

bool run_starting_has_rounds(const char *dir)
{
    return run_presence_is_there(dir, rounds, NULL);
}
