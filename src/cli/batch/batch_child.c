#include "cli/batch/batch_child.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MOST_TO_ASK_MS = 10000,
    PART_TO_ASK = 8,
    EARLY_MS = 2000,
    PASS_LATER_MS = 100, /* who hears them may be busy at the first */
};

void batch_child_init(struct batch_child *self,
                      const char *state_path,
                      int64_t notice_s)
{
    *self = (struct batch_child){ .state_path = state_path,
                                  .before = file_stamp_of(state_path),
                                  .notice_s = notice_s };
    stop_signals_catch(NULL);
}

bool batch_child_is_told(const struct batch_child *self)
{
    bool is_told = false;

    for (int i = 0; i < STOP_SIGNALS; i++)
        is_told = is_told || stop_signals_came(i) > self->num_passed[i];
    return is_told;
}

static _Noreturn void exec_run(char *const *arguments, int num, pid_t parent)
{
    char **argv = mem_alloc((size_t)num + 3, sizeof *argv);

    argv[0] = path_running();
    argv[1] = mem_text("run");
    for (int i = 0; i < num; i++)
        argv[i + 2] = arguments[i];
    /* a group of its own: what the batch system sends comes through us, once */
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent)
        (void)execv(argv[0], argv);
    _exit(127);
}

int batch_child_start(struct batch_child *self,
                      char *const *arguments,
                      int num,
                      struct error *err)
{
    pid_t parent = getpid();
    sigset_t before;

    stop_signals_hold(&before); /* `run` lets them come when it can heed them */
    self->pid = fork();
    if (self->pid == 0)
        exec_run(arguments, num, parent);
    stop_signals_let_come(&before);
    if (self->pid < 0)
        return error_set_errno(err, errno, "cannot start the run");
    (void)setpgid(self->pid, self->pid);
    return 0;
}

/* What is left when it is ended is for asking for another job. */
static void note_warning(struct batch_child *self)
{
    const int64_t part_ms = 1000 * self->notice_s / PART_TO_ASK;
    const int64_t most_ms = MOST_TO_ASK_MS;
    const int64_t spare_ms = part_ms < most_ms ? part_ms : most_ms;

    if (self->was_warned)
        return;
    self->was_warned = true;
    self->end_ms = clock_ms() + 1000 * self->notice_s - EARLY_MS;
    self->kill_ms = clock_ms() + 1000 * self->notice_s - spare_ms;
}

/* Apart, or they would be one to who hears them. */
static bool may_pass(const struct batch_child *self, int index)
{
    return self->num_passed[index] == 0
           || clock_ms() - self->passed_ms[index]
                  >= STOP_SIGNALS_SAME_MS + PASS_LATER_MS;
}

static void pass_signals(struct batch_child *self)
{
    for (int i = 0; i < STOP_SIGNALS; i++) {
        const int number = stop_signals_numbers[i];

        if (self->num_passed[i] >= stop_signals_came(i) || !may_pass(self, i))
            continue;
        self->num_passed[i]++;
        self->passed_ms[i] = clock_ms();
        if (self->pid > 0)
            (void)kill(self->pid, number);
        if (number == SIGUSR1) {
            note_warning(self);
        } else if (!self->was_warned || clock_ms() < self->end_ms) {
            self->was_told = true;
        } /* else the walltime is over, and nobody's wish */
    }
}

/* A run that has begun ends by itself.  One that still starts keeps a warning
 * until there is a rank 0 to tell, and would have the job end in its place. */
static void look_for_begin(struct batch_child *self)
{
    struct file_stamp now;

    if (self->kill_ms == 0 || clock_ms() < self->kill_ms)
        return;
    now = file_stamp_of(self->state_path);
    self->kill_ms = 0;
    if (!file_stamp_equal(&now, &self->before))
        return;
    fprintf(
        stderr,
        "trustsweep batch: the walltime or the budget ends, and the run has "
        "not begun: it is ended; log/launcher.log of its folder says what it "
        "waited for, and a longer --time or a larger --budget may do\n");
    (void)kill(self->pid, SIGKILL); /* its mpirun ends with it */
}

bool batch_child_has_ended(struct batch_child *self, int *status)
{
    int how = 0;
    pid_t pid = waitpid(self->pid, &how, WNOHANG);

    if (pid == self->pid || (pid < 0 && errno != EINTR)) {
        *status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
        self->pid = 0;
        pass_signals(self); /* what came with its end counts, too */
        return true;
    }
    pass_signals(self);
    look_for_begin(self);
    return false;
}

void batch_child_warn(struct batch_child *self)
{
    (void)kill(self->pid, SIGUSR1);
    note_warning(self);
}

bool batch_child_was_told(struct batch_child *self)
{
    pass_signals(self);
    return self->was_told;
}
