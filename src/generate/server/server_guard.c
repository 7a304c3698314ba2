#include "generate/server/server_guard.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "generate/server/server_log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LOOK_MS = 20,
    KILL_MS = 10000, /* until what was killed is gone */
    CHUNK = 16384,
    MAX_CHUNKS = 16, /* of the log, between two looks */
    USAGE = 2,
};

struct guard {
    struct server_log log;
    pid_t server;
    int output; /* what it writes */
    int signals;
    bool has_ended; /* the server */
    int status;     /* then */
};

/* Libraries of the rank may have left some open. */
static void close_others(void)
{
    struct name_list names = { 0 };
    int64_t fd;

    (void)file_list("/proc/self/fd", &names, NULL);
    for (size_t i = 0; i < names.num; i++) {
        if (text_to_int64(names.names[i], &fd) && fd > STDERR_FILENO)
            (void)close((int)fd);
    }
    name_list_release(&names);
}

/* Signals come through a descriptor; the server gets the mask of before. */
static int take_signals(sigset_t *before)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)sigemptyset(before);
    (void)signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void become_server(char **words,
                          int output,
                          pid_t guard,
                          const sigset_t *mask)
{
    int nowhere = open("/dev/null", O_RDONLY);
    int number;

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guard) /* it has died before that */
        _exit(SERVER_GUARD_NOT_FOUND);
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    for (number = 1; number < 32; number++)
        (void)signal(number, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    (void)execvp(words[0], words);
    number = errno;
    (void)dprintf(STDERR_FILENO,
                  "cannot start %s: %s\n",
                  words[0],
                  number == ENOENT   ? "there is no such program"
                  : number == EACCES ? "it must not be run"
                                     : "the system refused");
    _exit(SERVER_GUARD_NOT_FOUND);
}

static int start(struct guard *self, char **words)
{
    const pid_t guard = getpid();
    sigset_t mask;
    int ends[2];

    self->signals = take_signals(&mask);
    /* orphans of the server become children of this process */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (self->signals < 0 || pipe(ends) < 0)
        return -1;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    self->server = fork();
    if (self->server == 0)
        become_server(words, ends[1], guard, &mask);
    (void)close(ends[1]);
    self->output = ends[0];
    if (self->server < 0)
        return -1;
    (void)setpgid(self->server, self->server);
    server_log_set_server(&self->log, self->server);
    return 0;
}

/* What it has written; a part, as it may write on and on. */
static void listen_to(struct guard *self)
{
    char chunk[CHUNK];

    for (int i = 0; i < MAX_CHUNKS; i++) {
        ssize_t num = read(self->output, chunk, sizeof chunk);

        if (num <= 0)
            return;
        server_log_add(&self->log, chunk, (size_t)num);
    }
}

/* Note who has ended; false = there is nobody left. */
static bool reap(struct guard *self)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == self->server) {
            self->has_ended = true;
            self->status = status;
        }
    }
    return pid == 0;
}

static void signal_all(const struct guard *self, int number)
{
    int64_t *family;
    const size_t num = process_family(getpid(), &family);

    for (size_t i = 0; i < num; i++) {
        /* the group is reached at once, before it can grow */
        if (getpgid((pid_t)family[i]) != self->server)
            (void)kill((pid_t)family[i], number);
    }
    free(family);
    (void)kill(-self->server, number);
}

static void end_all(struct guard *self)
{
    const int64_t began = clock_ms();
    bool was_asked = false;

    while (reap(self)) {
        const int64_t passed = clock_ms() - began;

        if (!was_asked || passed > SERVER_GUARD_GRACE_MS) {
            signal_all(self,
                       passed > SERVER_GUARD_GRACE_MS ? SIGKILL : SIGTERM);
        }
        was_asked = true;
        listen_to(self);
        (void)poll(NULL, 0, LOOK_MS);
        if (passed > SERVER_GUARD_GRACE_MS + KILL_MS)
            return;
    }
    listen_to(self);
}

/* Until the server has ended or is to be ended. */
static void watch(struct guard *self)
{
    struct pollfd polled[] = {
        { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = self->signals, .events = POLLIN },
        { .fd = self->output, .events = POLLIN },
    };
    struct signalfd_siginfo info;

    while (!self->has_ended) {
        if (poll(polled, 3, -1) < 0 && errno != EINTR)
            return;
        if (polled[0].revents)
            return;
        if (polled[2].revents & POLLIN) {
            listen_to(self);
        } else if (polled[2].revents) {
            polled[2].fd = -1; /* closed by all who had it */
        }
        while (read(self->signals, &info, sizeof info) == sizeof info) {
            if (info.ssi_signo != SIGCHLD)
                return;
        }
        (void)reap(self);
    }
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = { SERVER_GUARD_LOG,
                                         SERVER_GUARD_KEY,
                                         SERVER_GUARD_SOCKET };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_join(folder, names[i]);

        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

int server_guard_run(int argc, char **argv)
{
    struct guard self = { .output = -1 };
    char *path = argc > 2 ? path_join(argv[1], SERVER_GUARD_LOG) : NULL;
    int status = USAGE;

    (void)setsid(); /* what ends the rank's group or session is not for it */
    close_others();
    if (path && server_log_open(&self.log, path, NULL) == 0) {
        bool was_first;

        if (start(&self, argv + 2) == 0)
            watch(&self);
        was_first = self.has_ended;
        end_all(&self);
        status = !was_first               ? 0
                 : WIFEXITED(self.status) ? WEXITSTATUS(self.status)
                                          : 128 + WTERMSIG(self.status);
        remove_folder(argv[1]);
        server_log_close(&self.log);
    }
    free(path);
    return status;
}
