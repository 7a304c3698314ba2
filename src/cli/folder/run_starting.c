#include "cli/folder/run_starting.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/run_owner_mark.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct run_starting {
    char *path;
};

static char *path_in(const char *dir)
{
    return path_join(dir, "starting.json");
}

struct run_starting *run_starting_begin(const char *dir)
{
    struct run_starting *self = mem_alloc(1, sizeof *self);
    struct text mark = { 0 };

    self->path = path_in(dir);
    run_owner_mark_write(&mark);
    (void)file_write(self->path, text_data(&mark), mark.len, NULL);
    text_release(&mark);
    return self;
}

void run_starting_end(struct run_starting *self)
{
    if (!self)
        return;
    (void)unlink(self->path);
    free(self->path);
    free(self);
}

/* By the clock of the file system, as both times are; its ticks are long enough for
 * a mark that is made right after run.json to have the same. */
static bool is_older(const char *dir, int64_t touched_ns)
{
    char *path = path_join(dir, "run.json");
    struct stat status;
    const bool is_there = stat(path, &status) == 0;

    free(path);
    return !is_there
           || (int64_t)status.st_mtim.tv_sec * 1000000000
                      + status.st_mtim.tv_nsec
                  <= touched_ns;
}

bool run_starting_is_on(const char *dir)
{
    char *path = path_in(dir);
    struct text who = { 0 };
    int64_t touched_ns = 0;
    const bool lives =
        run_owner_mark_judge(path, clock_unix_ms(), &touched_ns, &who)
        == RUN_OWNER_LIVES;

    text_release(&who);
    free(path);
    return lives && is_older(dir, touched_ns);
}
