#include "cli/run/checkpoints_wait.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_starting.h"
#include "cli/parts/command.h"
#include "cli/run/run_state.h"
#include "cli/run/run_word.h"
#include "job/job.h"
#include "job/job_checkpoints.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RENEW_MS = 10000 };

struct checkpoints_wait {
    struct run_dir *dir;
    char *path;
    struct text before; /* run.json as the last round left it */
    bool has_before;
    int64_t said_ms;
    struct run_word word;
    char *reason;
};

bool checkpoints_wait_tell(const struct job *job, int64_t until_s)
{
    const struct job_checkpoints *of = &job->checkpoints;
    struct job_checkpoint_list list;
    size_t num_complete = 0;
    char until[JOB_CHECKPOINTS_SHOWN];
    char *folder;

    if (job_checkpoints_find(of, clock_unix_ms() / 1000, &list, NULL) < 0)
        return false;
    for (size_t i = 0; i < list.num; i++)
        num_complete += list.items[i].is_complete;
    folder = path_folder(of->files);
    fprintf(stderr,
            "checkpoints: waiting until %s for %s: %zu there, %zu complete%s\n",
            job_checkpoints_show_time(until_s, until),
            of->files,
            list.num,
            num_complete,
            file_is_folder(folder) ? "" : " (there is no such folder yet)");
    free(folder);
    job_checkpoints_release(&list);
    return true;
}

static void say(struct checkpoints_wait *self)
{
    self->said_ms = clock_ms();
    if (self->has_before)
        run_word_say(self->path, &self->word);
}

/* "checkpoints until 2026-12-01T06:00 CET (steps/step-*.gguf)"; free() */
static char *describe(const struct checkpoints_wait_for *what)
{
    char until[JOB_CHECKPOINTS_SHOWN];

    if (what->until_s > 0)
        (void)job_checkpoints_show_time(what->until_s, until);
    return text_format("checkpoints%s%s (%s)%s",
                       what->until_s > 0 ? " until " : "",
                       what->until_s > 0 ? until : "",
                       what->files,
                       what->has_failed ? "; the last round could not begin"
                                        : "");
}

struct checkpoints_wait *checkpoints_wait_begin(
    const char *dir,
    const char *job_name,
    const struct checkpoints_wait_for *what)
{
    struct run_dir *owned = run_dir_claim(dir, job_name, NULL);
    struct checkpoints_wait *self;

    if (!owned)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->dir = owned;
    self->path = run_dir_file(owned, "run.json");
    self->reason = describe(what);
    self->word = (struct run_word){ .state = RUN_STATE_WAITING,
                                    .exit_status = EXIT_GOOD,
                                    .reason = self->reason,
                                    .is_more = true };
    self->has_before = !run_word_is_first(self->path)
                       && file_read_regular(self->path,
                                            RUN_DIR_STATE_BYTES,
                                            &self->before,
                                            NULL)
                              == 0;
    if (!self->has_before) {
        const struct run_state first = { .state = RUN_STATE_WAITING,
                                         .reason = self->reason,
                                         .job = job_name,
                                         .started_ms = clock_unix_ms(),
                                         .deadline_s = what->deadline_s };

        (void)run_state_write(self->path, &first, NULL);
    }
    say(self);
    return self;
}

void checkpoints_wait_renew(struct checkpoints_wait *self)
{
    if (self && clock_ms() - self->said_ms >= RENEW_MS)
        say(self);
}

static void leave(struct checkpoints_wait *self)
{
    run_dir_release(self->dir);
    text_release(&self->before);
    free(self->reason);
    free(self->path);
    free(self);
}

struct run_presence *checkpoints_wait_round(struct checkpoints_wait *self,
                                            const char *dir,
                                            size_t num_new,
                                            bool *has_word)
{
    struct run_presence *starting;

    *has_word = self && self->has_before;
    if (!self)
        return NULL;
    if (*has_word) {
        free(self->reason);
        self->reason = text_format("a round begins, with %zu new checkpoint%s",
                                   num_new,
                                   num_new == 1 ? "" : "s");
        self->word.reason = self->reason;
        say(self);
    } else {
        (void)unlink(self->path);
    }
    starting = run_starting_begin(dir);
    leave(self);
    return starting;
}

void checkpoints_wait_end(struct checkpoints_wait *self)
{
    if (!self)
        return;
    if (self->has_before) {
        (void)file_write(self->path,
                         text_data(&self->before),
                         self->before.len,
                         NULL);
    } else {
        (void)unlink(self->path);
    }
    leave(self);
}
