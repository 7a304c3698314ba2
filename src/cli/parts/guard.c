#include "cli/parts/guard.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* guard_open(): the official answers of 7 models are 15 MB; what reads them
 * takes 15 to 70 MB and at most 3 s.  A file's size is what its maker says, so
 * that there is an end whatever it is. */
enum {
    LEAST_MEMORY = 1 << 30,
    MEMORY_A_BYTE = 64,
    LEAST_SECONDS = 300,
    BYTES_A_SECOND = 1 << 20,
    MOST_SECONDS = 4 * 3600,
    CLOCK_A_SECOND = 4 /* by the clock, for each of the processor */
};

static const rlim_t most_memory = (rlim_t)64 << 30;

enum {
    OUT_OF_MEMORY = 3,      /* exit status, of mem.h too */
    CRASH_STACK = 64 << 10, /* wide registers make a frame of 12 KB */
};

/* What the child says: this, then as many bytes of its text. */
struct answer {
    int rc;
    size_t len;
    struct error err;
};

static void read_all(int fd, struct text *out)
{
    char piece[4096];

    for (;;) {
        ssize_t num = read(fd, piece, sizeof piece);

        if (num < 0 && errno == EINTR)
            continue;
        if (num <= 0)
            return;
        text_add_len(out, piece, (size_t)num);
    }
}

/* Libraries abort, or follow a pointer to nothing, when they get no memory, and
 * when what they read is damaged. */
static void at_crash(int number)
{
    if (mem_is_short())
        _exit(OUT_OF_MEMORY);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* On a stack of its own: a stack that cannot grow is a crash, too. */
static void watch_crashes(void)
{
    static const int numbers[] = { SIGABRT, SIGBUS, SIGSEGV };
    static char room[CRASH_STACK];
    const stack_t stack = { .ss_sp = room, .ss_size = sizeof room };
    struct sigaction action = { .sa_handler = at_crash,
                                .sa_flags = SA_ONSTACK };

    (void)sigaltstack(&stack, NULL);
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        (void)sigaction(numbers[i], &action, NULL);
}

static void be_child(guard_fn fn, void *context, int fd)
{
    struct text text = { 0 };
    struct answer answer;

    /* its padding goes into the pipe as well */
    memset(&answer, 0, sizeof answer);
    watch_crashes();
    answer.rc = fn(context, &text, &answer.err);
    if (answer.rc < 0 && !strstr(answer.err.text, "not enough memory")
        && mem_is_short()) {
        char most[64];

        mem_describe_limit(most, sizeof most);
        (void)error_wrap(&answer.err, "short of memory%s", most);
    }
    answer.len = text.len;
    (void)fflush(NULL);
    _exit(file_put(fd, &answer, sizeof answer) == 0
                  && file_put(fd, text_data(&text), text.len) == 0
              ? 0
              : 1);
}

/* What a child that did not end its answer died of. */
static int say_how(pid_t child, const char *what, struct error *err)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        return error_set(err,
                         ERR_TRANSIENT,
                         "reading %s was ended by signal 9: memory may have "
                         "run out",
                         what);
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is damaged: reading it took more time than it may",
                         what);
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        return error_set(err,
                         ERR_TRANSIENT,
                         "reading %s took longer than it may: its disk may not "
                         "answer",
                         what);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == OUT_OF_MEMORY) {
        char most[64];

        mem_describe_limit(most, sizeof most);
        return error_set(err,
                         ERR_TRANSIENT,
                         "not enough memory to read %s%s",
                         what,
                         most);
    }
    if (WIFSIGNALED(status)) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is damaged: reading it ended with signal %d",
                         what,
                         WTERMSIG(status));
    }
    return error_set(err,
                     ERR_FORMAT,
                     "%s is damaged: reading it ended with status %d",
                     what,
                     WEXITSTATUS(status));
}

static void limit(int what, rlim_t most)
{
    struct rlimit limit = { 0 };

    if (getrlimit(what, &limit) < 0)
        return;
    limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
    (void)setrlimit(what, &limit);
}

/* By the processor's time and by the clock: what waits takes no time of the
 * first. */
static void limit_time(rlim_t seconds)
{
    sigset_t set;

    limit(RLIMIT_CPU, seconds);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGALRM);
    (void)signal(SIGALRM, SIG_DFL);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)alarm((unsigned)seconds * CLOCK_A_SECOND);
}

static rlim_t least(rlim_t a, rlim_t b)
{
    return a < b ? a : b;
}

struct reader *guard_open(const char *path, struct error *err)
{
    static rlim_t size; /* of all files that this process has opened */
    const int64_t bytes = file_size(path);

    size = least(size + (bytes > 0 ? (rlim_t)bytes : 0), most_memory);
    limit_time(least(LEAST_SECONDS + size / BYTES_A_SECOND, MOST_SECONDS));
#ifndef __SANITIZE_ADDRESS__ /* its own maps are of terabytes */
    limit(RLIMIT_DATA, least(LEAST_MEMORY + MEMORY_A_BYTE * size, most_memory));
#endif
    return reader_open(path, err);
}

int guard_run(guard_fn fn,
              void *context,
              const char *what,
              struct text *out,
              struct error *err)
{
    struct text said = { 0 };
    struct answer answer;
    const pid_t self = getpid();
    int ends[2];
    pid_t child;

    (void)fflush(NULL); /* or the child would print it again */
    if (pipe(ends) < 0)
        return error_set_errno(err, errno, "cannot make a pipe");
    child = fork();
    if (child == 0) {
        /* it goes on for nobody when only this process is told to end */
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != self)
            _exit(1);
        be_child(fn, context, ends[1]);
    }
    (void)close(ends[1]);
    if (child < 0) {
        int number = errno;

        (void)close(ends[0]);
        return error_set_errno(err, number, "cannot start a process");
    }
    read_all(ends[0], &said);
    (void)close(ends[0]);
    if (said.len >= sizeof answer)
        memcpy(&answer, said.data, sizeof answer);
    if (said.len < sizeof answer || said.len - sizeof answer != answer.len) {
        text_release(&said);
        return say_how(child, what, err);
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    text_add_len(out, said.data + sizeof answer, answer.len);
    text_release(&said);
    if (answer.rc < 0 && err)
        *err = answer.err;
    return answer.rc;
}

/* Whether that file was read and is not what was written, and nothing says yet what
 * helps: what cannot be opened does not begin with its name. */
static bool is_of(const struct error *err, const char *path)
{
    const size_t len = strlen(path);

    return (err->code == ERR_FORMAT || err->code == ERR_IO)
           && strncmp(err->text, path, len) == 0
           && (err->text[len] == ':' || err->text[len] == ' ')
           && !strchr(err->text + len, ';');
}

int guard_read(guard_fn fn,
               void *context,
               const char *const *paths,
               size_t num,
               struct text *out,
               struct error *err)
{
    char *what = num > 1
                     ? text_format("%s or another of %zu files", paths[0], num)
                     : mem_text(paths[0]);
    int rc = guard_run(fn, context, what, out, err);

    free(what);
    for (size_t i = 0; rc < 0 && err && i < num; i++) {
        if (!is_of(err, paths[i]))
            continue;
        return error_set(err,
                         err->code,
                         "%.380s; 'trustsweep score' of its run directory or "
                         "recorded answers writes it anew",
                         err->text);
    }
    return rc;
}
