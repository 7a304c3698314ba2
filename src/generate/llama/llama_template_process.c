#include "generate/llama/llama_template_process.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/llama/llama_jinja.h"
#include "generate/llama/llama_template.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WHY_SIZE = 512 };

static const rlim_t more_memory = (rlim_t)2 << 30;

static bool send_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        /* a write to one that has ended is to fail and not to kill */
        ssize_t num = send(fd, at, len, MSG_NOSIGNAL);

        if (num < 0 && errno == EINTR)
            continue;
        if (num <= 0)
            return false;
        at += num;
        len -= (size_t)num;
    }
    return true;
}

static bool receive_all(int fd, void *bytes, size_t len)
{
    char *at = bytes;

    while (len > 0) {
        ssize_t num = recv(fd, at, len, 0);

        if (num < 0 && errno == EINTR)
            continue;
        if (num <= 0)
            return false;
        at += num;
        len -= (size_t)num;
    }
    return true;
}

/* A length, then so many bytes.  Both ends are one program on one machine. */
static bool put_frame(int fd, const struct text *body)
{
    const uint64_t len = body->len;

    return send_all(fd, &len, sizeof len)
           && send_all(fd, text_data(body), body->len);
}

static bool get_frame(int fd, struct text *body)
{
    uint64_t len;
    char *bytes;
    bool is_there;

    text_clear(body);
    if (!receive_all(fd, &len, sizeof len))
        return false;
    bytes = mem_alloc((size_t)len, 1);
    is_there = receive_all(fd, bytes, (size_t)len);
    if (is_there)
        text_add_len(body, bytes, (size_t)len);
    free(bytes);
    return is_there;
}

/* Seconds of a core from now on; 0 = any. */
static void limit_time(time_t seconds)
{
    const struct itimerval timer = { .it_value = { .tv_sec = seconds } };

    (void)setitimer(ITIMER_PROF, &timer, NULL);
}

/* The weights are mapped, too: only what comes on top has a limit. */
static void limit_memory(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long long pages = 0;
    char line[64];
    struct rlimit limit;

    if (!file)
        return;
    if (fgets(line, sizeof line, file))
        pages = strtoull(line, NULL, 10);
    (void)fclose(file);
    if (pages == 0 || getrlimit(RLIMIT_AS, &limit) < 0)
        return;
    pages = pages * (unsigned long long)sysconf(_SC_PAGESIZE) + more_memory;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > pages)
        limit.rlim_cur = pages;
    (void)setrlimit(RLIMIT_AS, &limit);
}

/* The maker's pipes are not to stay open when it is gone.  What the library says
 * of a template comes back as the answer; on standard error it gives advice on
 * programs that are not ours. */
static void close_others(int own)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    struct name_list names = { 0 };
    int64_t fd;

    if (nowhere >= 0)
        (void)dup2(nowhere, STDERR_FILENO);
    (void)file_list("/proc/self/fd", &names, NULL);
    for (size_t i = 0; i < names.num; i++) {
        if (text_to_int64(names.names[i], &fd) && fd != own
            && fd != STDERR_FILENO)
            (void)close((int)fd);
    }
    name_list_release(&names);
}

/* Ends by its limits and with its maker, by nobody's signals. */
static void take_signals(void)
{
    sigset_t set;

    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGUSR1, SIG_IGN);
    (void)signal(SIGUSR2, SIG_IGN);
    (void)signal(SIGPROF, SIG_DFL);
    (void)signal(SIGSEGV, SIG_DFL);
    (void)signal(SIGABRT, SIG_DFL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPROF);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void answer(const struct llama_jinja *jinja,
                   const struct text *asked,
                   struct text *said)
{
    char why[WHY_SIZE] = "";
    struct buffer body;
    bool thinking;
    uint32_t num;
    char **words;
    char *text;

    buffer_init(&body, text_data(asked), asked->len);
    thinking = buffer_u8(&body) != 0;
    num = buffer_count(&body, 2);
    words = mem_alloc((size_t)num * 2, sizeof *words);
    /* all roles, then all texts */
    for (uint32_t i = 0; i < num; i++) {
        words[i] = buffer_text(&body, NULL);
        words[num + i] = buffer_text(&body, NULL);
    }
    text = llama_jinja_render(jinja,
                              (const char *const *)words,
                              (const char *const *)words + num,
                              num,
                              thinking,
                              why,
                              sizeof why);
    buffer_put_text(said, text ? NULL : why);
    buffer_put_text(said, text);
    free(text);
    for (uint32_t i = 0; i < 2 * num; i++)
        free(words[i]);
    free(words);
}

static void serve(int fd, const struct llama_template_source *source)
{
    char why[WHY_SIZE] = "";
    struct text asked = { 0 };
    struct text said = { 0 };
    struct llama_jinja *jinja;

    take_signals();
    close_others(fd);
    limit_memory();
    limit_time(LLAMA_TEMPLATE_SECONDS);
    jinja = llama_jinja_create(source->model,
                               source->override_text,
                               why,
                               sizeof why);
    buffer_put_text(&said, jinja ? NULL : why);
    buffer_put_text(&said, jinja ? llama_jinja_think_open(jinja) : NULL);
    buffer_put_text(&said, jinja ? llama_jinja_think_close(jinja) : NULL);
    while (put_frame(fd, &said)) {
        limit_time(0);
        if (!jinja || !get_frame(fd, &asked))
            break;
        text_clear(&said);
        limit_time(LLAMA_TEMPLATE_SECONDS);
        answer(jinja, &asked, &said);
    }
    _exit(0);
}

int llama_template_process_start(struct llama_template_process *self,
                                 const struct llama_template_source *source,
                                 struct error *err)
{
    int ends[2];

    (void)fflush(NULL); /* or what is buffered would come twice */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set_errno(err, errno, "cannot make a socket");
    self->pid = fork();
    if (self->pid == 0)
        serve(ends[1], source);
    (void)close(ends[1]);
    self->socket = ends[0];
    if (self->pid > 0)
        return 0;
    (void)close(ends[0]);
    return error_set_errno(err, errno, "cannot start a process");
}

int llama_template_process_ask(struct llama_template_process *self,
                               const struct text *body)
{
    return put_frame(self->socket, body) ? 0 : -1;
}

int llama_template_process_hear(struct llama_template_process *self,
                                struct text *body)
{
    return get_frame(self->socket, body) ? 0 : -1;
}

static char *describe(int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) {
        return text_format("rendering took more than %d s of a core: a loop "
                           "without an end",
                           LLAMA_TEMPLATE_SECONDS);
    }
    if (WIFSIGNALED(status)) {
        return text_format("rendering ended with signal %d, as a recursion "
                           "without an end does",
                           WTERMSIG(status));
    }
    return text_format("rendering ended with status %d", WEXITSTATUS(status));
}

char *llama_template_process_end(struct llama_template_process *self)
{
    int status = 0;
    bool has_ended;

    if (self->pid <= 0)
        return NULL;
    (void)close(self->socket);
    (void)kill(self->pid, SIGKILL);
    while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
        ;
    self->pid = 0;
    has_ended = !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
    return has_ended
               ? describe(status)
               : text_format("rendering was ended by signal 9: memory may "
                             "have run out");
}
