/*
 * http_server.h - the fault server of tests/http, for the time of a test.
 */
#ifndef TEST_HTTP_SERVER_H
#define TEST_HTTP_SERVER_H

#include "tests/unit/generate/asking.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

struct http_server {
    pid_t pid;
    int input; /* it ends when this is closed */
    int port;
};

/* latency: ms before each reply, as text
 * certificate: a file to write it to, for TLS; NULL: none */
static inline struct http_server http_server_open(const char *latency,
                                                  const char *certificate)
{
    const char *program = getenv("FAULT_SERVER");
    struct http_server self = { 0 };
    char line[16] = { 0 };
    int to[2];
    int from[2];

    assert_non_null(program);
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    (void)fcntl(to[1], F_SETFD, FD_CLOEXEC);
    self.pid = fork();
    if (self.pid == 0) {
        (void)dup2(to[0], STDIN_FILENO);
        (void)dup2(from[1], STDOUT_FILENO);
        (void)close(from[0]);
        (void)execl(program, program, latency, certificate, (char *)NULL);
        _exit(127);
    }
    assert_true(self.pid > 0);
    (void)close(to[0]);
    (void)close(from[1]);
    for (size_t i = 0; i + 1 < sizeof line && !strchr(line, '\n'); i++)
        assert_int_equal(read(from[0], line + i, 1), 1);
    (void)close(from[0]);
    self.input = to[1];
    self.port = (int)strtol(line, NULL, 10);
    assert_true(self.port > 0);
    return self;
}

static inline struct http_server http_server_start(const char *latency)
{
    return http_server_open(latency, NULL);
}

static inline void http_server_stop(struct http_server *self)
{
    (void)close(self->input);
    (void)waitpid(self->pid, NULL, 0);
}

#endif
