#include "generate/server/server_process.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/unfinished.h"
#include "generate/server/server_guard.h"
#include "generate/server/server_log.h"
#include "generate/server/server_words.h"
#include "trustsweep/backend.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LOOK_MS = 10,
    STOP_MS = 20000, /* the guard takes 15 s at most */
    SIGNALLED = 128,
};

struct server_process {
    pid_t guard; /* 0 = it has ended */
    int status;  /* then: its own */
    int lifeline;
    struct server_log log;
    char *folder;
    bool is_noted; /* the folder, until the guard is there to remove it */
};

/* What lies in a folder before its guard runs. */
static const char *const files[] = { SERVER_GUARD_LOG, SERVER_GUARD_KEY };

char *server_process_folder(struct error *err)
{
    char *path = path_temporary("server");

    if (unfinished_folder(path) < 0) {
        error_set_errno(err, errno, "cannot make %s; set TMPDIR", path);
        free(path);
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *file = path_join(path, files[i]);

        unfinished_note(file);
        free(file);
    }
    return path;
}

static void forget_folder(const char *folder)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unfinished_end(path_join(folder, files[i]));
    unfinished_end(mem_text(folder));
}

void server_process_abandon(const char *folder)
{
    struct name_list names = { 0 };

    (void)file_list(folder, &names, NULL);
    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(folder, names.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&names);
    (void)rmdir(folder);
    forget_folder(folder);
}

static void become_guard(const char *program,
                         char *const *argv,
                         char *const *variables,
                         const uint64_t *near,
                         int lifeline)
{
    int nowhere = open("/dev/null", O_WRONLY);

    parallel_use_cores(near, SLOT_CORES / 64);

    if (dup2(lifeline, STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0
        && dup2(nowhere, STDERR_FILENO) >= 0)
        (void)execve(program, argv, variables);
    _exit(SERVER_GUARD_NOT_FOUND);
}

static int start(struct server_process *self,
                 char *const *argv,
                 char *const *variables,
                 const uint64_t *near,
                 struct error *err)
{
    const char *other = getenv("TRUSTSWEEP_PROGRAM");
    char *program = other ? mem_text(other) : path_running();
    int ends[2];

    if (pipe(ends) < 0) {
        free(program);
        return error_set_errno(err, errno, "cannot make a pipe for a server");
    }
    /* the guard's ends when this process does, so nobody else may have it */
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    self->guard = fork();
    if (self->guard == 0)
        become_guard(program, argv, variables, near, ends[0]);
    (void)close(ends[0]);
    self->lifeline = ends[1];
    free(program);
    if (self->guard > 0)
        return 0;
    self->guard = 0;
    return error_set_errno(err, errno, "cannot start a server");
}

struct server_process *server_process_start(char *const *words,
                                            char *const *variables,
                                            const uint64_t *near,
                                            const char *folder,
                                            struct error *err)
{
    struct server_process *self = mem_alloc(1, sizeof *self);
    struct server_words_list argv = { 0 };
    char *log = path_join(folder, SERVER_GUARD_LOG);
    int rc;

    self->lifeline = -1;
    self->folder = mem_text(folder);
    self->is_noted = true;
    server_words_add(&argv, mem_text("trustsweep"));
    server_words_add(&argv, mem_text("server-guard"));
    server_words_add(&argv, mem_text(folder));
    for (; *words; words++)
        server_words_add(&argv, mem_text(*words));
    server_words_add(&argv, NULL);
    rc = server_log_create(&self->log, log, err);
    if (rc == 0)
        rc = start(self, argv.words, variables, near, err);
    for (size_t i = 0; i < argv.num; i++)
        free(argv.words[i]);
    free(argv.words);
    free(log);
    if (rc == 0)
        return self;
    server_process_stop(self);
    return NULL;
}

/* The guard is gone; one that was killed leaves work behind. */
static void took_leave(struct server_process *self, int status)
{
    struct text unused = { 0 };

    self->guard = 0;
    self->status = status;
    if (!WIFSIGNALED(status))
        return;
    server_log_tail(&self->log, 0, &unused);
    if (self->log.head.server > 0)
        (void)kill(-(pid_t)self->log.head.server, SIGKILL);
    text_release(&unused);
}

/* The guard has begun what it ends by removing the folder, whatever becomes of
 * this process: others have the few places of the list. */
static void hand_over(struct server_process *self)
{
    struct text unused = { 0 };

    server_log_tail(&self->log, 0, &unused);
    text_release(&unused);
    if (self->log.head.server == 0)
        return;
    forget_folder(self->folder);
    self->is_noted = false;
}

bool server_process_runs(struct server_process *self, struct text *how)
{
    int status = 0;
    int code;

    if (self->is_noted)
        hand_over(self);
    if (self->guard > 0 && waitpid(self->guard, &status, WNOHANG) == 0)
        return true;
    if (self->guard > 0)
        took_leave(self, status);
    if (WIFSIGNALED(self->status)) {
        text_addf(how, "was ended, as its guard was killed");
        return false;
    }
    code = WEXITSTATUS(self->status);
    if (code > SIGNALLED) {
        text_addf(how, "died of signal %d", code - SIGNALLED);
    } else if (code == SERVER_GUARD_NOT_FOUND) {
        text_add(how, "did not start");
    } else {
        text_addf(how, "ended with status %d", code);
    }
    return false;
}

int64_t server_process_guard(const struct server_process *self)
{
    return self->guard;
}

void server_process_tail(struct server_process *self,
                         size_t max,
                         struct text *out)
{
    server_log_tail(&self->log, max, out);
}

void server_process_stop(struct server_process *self)
{
    const int64_t until = clock_ms() + STOP_MS;
    int status = 0;

    if (!self)
        return;
    if (self->lifeline >= 0)
        (void)close(self->lifeline);
    while (self->guard > 0) {
        if (waitpid(self->guard, &status, WNOHANG) != 0) {
            took_leave(self, status);
        } else if (clock_ms() > until) {
            (void)kill(self->guard, SIGKILL); /* and so the server */
        }
        if (self->guard > 0)
            clock_sleep_ms(LOOK_MS);
    }
    server_process_abandon(self->folder);
    server_log_close(&self->log);
    free(self->folder);
    free(self);
}
