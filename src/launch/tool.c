#include "launch/tool.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POLL_MS = 20, AT_ONCE = 64 };

/* In the child: never returns, and takes no memory, as other threads may have
 * been about to.  A group of its own, so that all it started can be ended. */
static _Noreturn void exec_tool(char **argv, int out)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)setpgid(0, 0);
    if (out < 0)
        out = null;
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0
        || dup2(out, STDERR_FILENO) < 0)
        _exit(127);
    (void)execvp(argv[0], argv);
    _exit(127);
}

static pid_t start(const char *const *argv, int out)
{
    size_t num = 0;
    char **copy;
    pid_t child;

    while (argv[num])
        num++;
    copy = mem_alloc(num + 1, sizeof *copy);
    for (size_t i = 0; i < num; i++)
        copy[i] = mem_text(argv[i]);
    child = fork();
    if (child == 0)
        exec_tool(copy, out);
    if (child > 0)
        (void)setpgid(child, child);
    for (size_t i = 0; i < num; i++)
        free(copy[i]);
    free(copy);
    return child;
}

static int reap(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* That of a program that was started. */
static int check_status(const char *name, int status, struct error *err)
{
    enum { NO_PROGRAM = 127 };

    if (status != NO_PROGRAM)
        return status;
    return error_set(err,
                     ERR_IO,
                     "there is no program %s in PATH; load the module that has "
                     "it, or go to a node with it",
                     name);
}

/* Until its end; false when the time was over first. */
static bool read_all(int fd, int64_t until_ms, struct text *out)
{
    for (;;) {
        struct pollfd poller = { .fd = fd, .events = POLLIN };
        int64_t left = until_ms - clock_ms();
        char bytes[4096];
        ssize_t num;

        if (left <= 0)
            return false;
        if (poll(&poller, 1, (int)left) <= 0)
            continue;
        num = read(fd, bytes, sizeof bytes);
        if (num == 0 || (num < 0 && errno != EINTR))
            return true;
        if (num > 0 && out->len < TOOL_MAX_BYTES)
            text_add_len(out, bytes, (size_t)num);
    }
}

int tool_run(const char *const *argv,
             int limit_ms,
             struct text *out,
             struct error *err)
{
    bool has_ended;
    int ends[2];
    int status;
    pid_t child;

    if (pipe(ends) < 0)
        return error_set_errno(err, errno, "cannot start %s", argv[0]);
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    child = start(argv, ends[1]);
    (void)close(ends[1]);
    if (child < 0) {
        (void)close(ends[0]);
        return error_set_errno(err, errno, "cannot start %s", argv[0]);
    }
    has_ended = read_all(ends[0], clock_ms() + limit_ms, out);
    (void)close(ends[0]);
    if (!has_ended)
        (void)kill(-child, SIGKILL);
    status = reap(child);
    if (!has_ended) {
        return error_set(
            err,
            ERR_IO,
            "%s has not ended within %d s; try again, or run it by hand",
            argv[0],
            limit_ms / 1000);
    }
    return check_status(argv[0], status, err);
}

int tool_show(const char *const *argv, struct error *err)
{
    const pid_t child = start(argv, STDERR_FILENO);
    int status;

    if (child < 0)
        return error_set_errno(err, errno, "cannot start %s", argv[0]);
    status = reap(child);
    return check_status(argv[0], status, err);
}

/* Whether a child of a batch has ended; when the time is over it is made to. */
static bool child_ended(pid_t child, bool is_over, bool *good)
{
    int status = 0;

    if (is_over)
        (void)kill(-child, SIGKILL);
    if (waitpid(child, &status, is_over ? 0 : WNOHANG) != child)
        return false;
    *good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return true;
}

/* Those of one batch: children[i] is 0 once it has ended. */
static void wait_for_batch(pid_t *children, int num, int limit_ms, bool *good)
{
    int64_t until = clock_ms() + limit_ms;
    int num_left = num;

    while (num_left > 0) {
        const bool is_over = clock_ms() >= until;

        num_left = 0;
        for (int i = 0; i < num; i++) {
            if (children[i] > 0
                && child_ended(children[i], is_over, &good[i])) {
                children[i] = 0;
            } else if (children[i] > 0) {
                num_left++;
            }
        }
        if (num_left > 0)
            clock_sleep_ms(POLL_MS);
    }
}

void tool_ask_each(const char **argv,
                   int place,
                   char *const *words,
                   int num,
                   int limit_ms,
                   bool *good)
{
    pid_t children[AT_ONCE];

    for (int first = 0; first < num; first += AT_ONCE) {
        int len = num - first < AT_ONCE ? num - first : AT_ONCE;

        for (int i = 0; i < len; i++) {
            argv[place] = words[first + i];
            good[first + i] = false;
            children[i] = start(argv, -1);
        }
        wait_for_batch(children, len, limit_ms, good + first);
    }
    argv[place] = NULL;
}
