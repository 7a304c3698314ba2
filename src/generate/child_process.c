#include "generate/child_process.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "generate/parts/secrets.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GRACE_MS = 2000 };

extern char **environ;

static void close_all(int fds[6])
{
    for (int i = 0; i < 6; i++) {
        if (fds[i] >= 0)
            (void)close(fds[i]);
    }
}

/* The child's side between fork and exec: async-signal-safe calls only. */
static void become_child(const char *program,
                         char *const *variables,
                         const int fds[6])
{
    static char name[] = "trustsweep";
    static char command[] = "backend-child";
    char *argv[] = { name, command, NULL };

    if (dup2(fds[0], STDIN_FILENO) >= 0 && dup2(fds[3], STDOUT_FILENO) >= 0
        && dup2(fds[5], STDERR_FILENO) >= 0)
        (void)execve(program, argv, variables);
    _exit(127);
}

/* A model in the child needs no key; what asks others has its own. */
static char **child_variables(const char *spec)
{
    size_t num = 0;
    char **all;

    if (!strstr(spec, "http:") && !strstr(spec, "server:"))
        return secrets_environment();
    while (environ[num])
        num++;
    all = mem_alloc(num + 1, sizeof *all);
    memcpy(all, environ, num * sizeof *all);
    return all;
}

int child_process_start(struct child_process *self,
                        const char *spec,
                        struct error *err)
{
    int fds[6] = { -1, -1, -1, -1, -1, -1 }; /* to it, from it, stderr */
    const char *other = getenv("TRUSTSWEEP_PROGRAM");
    char *program = other ? mem_text(other) : path_running();
    char **variables = child_variables(spec);

    if (pipe(fds) < 0 || pipe(fds + 2) < 0 || pipe(fds + 4) < 0) {
        error_set_errno(err, errno, "cannot make pipes for a child");
        goto fail;
    }
    for (int i = 0; i < 6; i++)
        (void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    self->pid = fork();
    if (self->pid == 0)
        become_child(program, variables, fds);
    if (self->pid < 0) {
        error_set_errno(err, errno, "cannot start a child");
        goto fail;
    }
    (void)close(fds[0]);
    (void)close(fds[3]);
    (void)close(fds[5]);
    self->from = fds[2];
    self->to = fds[1];
    self->said = fds[4];
    free(variables);
    free(program);
    return 0;

fail:
    close_all(fds);
    self->pid = CHILD_PROCESS_NONE;
    free(variables);
    free(program);
    return -1;
}

void child_process_describe_end(struct child_process *self,
                                char *out,
                                size_t size)
{
    int status = 0;
    pid_t ended = 0;

    for (int i = 0; i < 20; i++) {
        ended = waitpid(self->pid, &status, WNOHANG);
        if (ended != 0)
            break;
        clock_sleep_ms(5);
    }
    if (ended == self->pid)
        self->pid = CHILD_PROCESS_NONE; /* nothing left to kill */
    if (ended <= 0) {
        (void)snprintf(out, size, "closed its pipe");
    } else if (WIFSIGNALED(status)) {
        (void)snprintf(out, size, "died of signal %d", WTERMSIG(status));
    } else {
        (void)snprintf(out, size, "ended with status %d", WEXITSTATUS(status));
    }
}

void child_process_end(struct child_process *self, bool may_wait)
{
    const int64_t until = clock_ms() + GRACE_MS;

    if (self->pid <= 0)
        return;
    while (may_wait && clock_ms() < until
           && waitpid(self->pid, NULL, WNOHANG) == 0)
        clock_sleep_ms(2);
    (void)kill(self->pid, SIGKILL);
    (void)waitpid(self->pid, NULL, 0);
}
