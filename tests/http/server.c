#include "tests/http/server.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tests/http/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 1024, CHUNK = 65536, IDLE_MS = 1000 };

struct connection {
    int fd; /* -1 = free */
    uint64_t number;
    struct tls_connection *tls; /* NULL: plain */
    struct text in;
    bool is_answering;
    struct server_reply reply;
    size_t sent;
    int64_t due_ms; /* of the next byte */
};

struct server {
    int listener;
    server_answer_fn *answer;
    struct server_counts counts;
    struct connection connections[MAX_CONNECTIONS];
    struct pollfd polled[MAX_CONNECTIONS + 2];
    struct connection *of_polled[MAX_CONNECTIONS + 2];
};

static void finish_reply(struct server *self, struct connection *at)
{
    if (at->is_answering)
        self->counts.waiting--;
    at->is_answering = false;
    text_release(&at->reply.bytes);
    at->reply = (struct server_reply){ 0 };
    at->sent = 0;
}

static void drop(struct server *self, struct connection *at, bool resets)
{
    const struct linger now = { .l_onoff = 1, .l_linger = 0 };

    finish_reply(self, at);
    if (resets)
        (void)setsockopt(at->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    tls_close(at->tls);
    (void)close(at->fd);
    text_release(&at->in);
    at->fd = -1;
}

/* Some of the first connections are cut behind their first bytes: so many as
 * FAULT_SERVER_CUTS says. */
static bool cut_first(const struct server *self, int fd)
{
    const char *num = getenv("FAULT_SERVER_CUTS");
    const struct linger now = { .l_onoff = 1 };
    char first[8];

    if (!num || self->counts.connections >= strtoull(num, NULL, 10))
        return false;
    (void)recv(fd, first, sizeof first, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return true;
}

static void accept_all(struct server *self)
{
    const int on = 1;
    int fd;

    while ((fd = accept(self->listener, NULL, NULL)) >= 0) {
        struct connection *at = self->connections;

        while (at < self->connections + MAX_CONNECTIONS && at->fd >= 0)
            at++;
        if (at == self->connections + MAX_CONNECTIONS) {
            (void)close(fd);
            continue;
        }
        if (cut_first(self, fd)) {
            self->counts.connections++;
            (void)close(fd);
            continue;
        }
        (void)fcntl(fd, F_SETFL, O_NONBLOCK);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        *at = (struct connection){ .fd = fd,
                                   .number = ++self->counts.connections,
                                   .tls = tls_is_on() ? tls_accept(fd) : NULL };
    }
}

/* Bytes of the first request in `in`; 0 = it is not all there. */
static size_t whole_request(const struct text *in, size_t *head)
{
    const char *text = text_data(in);
    const char *end = strstr(text, "\r\n\r\n");
    const char *length;
    size_t len = 0;

    if (!end)
        return 0;
    *head = (size_t)(end - text) + 4;
    length = strstr(text, "\r\nContent-Length: ");
    if (length && length < end)
        len = strtoul(length + 18, NULL, 10);
    return in->len - *head >= len ? *head + len : 0;
}

/* Begin the answer to the first request, if it is there. */
static void begin(struct server *self, struct connection *at)
{
    size_t head = 0;
    size_t len = at->is_answering ? 0 : whole_request(&at->in, &head);
    struct server_request request = { .connection = at->number };
    char *target;
    char *lines;
    char *body;
    size_t rest;

    if (len == 0)
        return;
    target = mem_text_len(at->in.data, head);
    lines = strstr(target, "\r\n");
    *lines = '\0';
    request.head = lines + 2;
    request.target = strchr(target, ' ') ? strchr(target, ' ') + 1 : "/";
    target[strcspn(target, "\r\n")] = '\0';
    body = mem_text_len(at->in.data + head, len - head);
    request.body = body;
    rest = at->in.len - len;
    memmove(at->in.data, at->in.data + len, rest + 1);
    at->in.len = rest;
    at->is_answering = true;
    self->counts.requests++;
    if (++self->counts.waiting > self->counts.most_waiting)
        self->counts.most_waiting = self->counts.waiting;
    self->answer(&request, &self->counts, &at->reply);
    at->due_ms = clock_ms() + at->reply.delay_ms;
    free(body);
    free(target);
}

static void receive(struct server *self, struct connection *at)
{
    char chunk[CHUNK];
    ssize_t num = at->tls ? tls_receive(at->tls, chunk, sizeof chunk)
                          : recv(at->fd, chunk, sizeof chunk, 0);

    if (num > 0) {
        text_add_len(&at->in, chunk, (size_t)num);
        begin(self, at);
    } else if (num == 0 || (errno != EAGAIN && errno != EINTR)) {
        drop(self, at, false);
    }
}

/* One send(); false: no more can go now. */
static bool send_some(struct server *self, struct connection *at)
{
    struct server_reply *reply = &at->reply;
    char filler[4096];
    const char *from = text_data(&reply->bytes) + at->sent;
    size_t len = reply->bytes.len - at->sent;
    ssize_t num;

    if (len == 0) {
        len = reply->repeats < sizeof filler ? (size_t)reply->repeats
                                             : sizeof filler;
        memset(filler, 'x', len);
        from = filler;
    }
    if (reply->drip_ms > 0)
        len = 1;
    num = at->tls ? tls_send(at->tls, from, len)
                  : send(at->fd, from, len, MSG_NOSIGNAL);
    if (num < 0) {
        if (errno != EAGAIN && errno != EINTR)
            drop(self, at, false);
        return false;
    }
    if (at->sent < reply->bytes.len) {
        at->sent += (size_t)num;
    } else {
        reply->repeats -= (uint64_t)num;
    }
    at->due_ms += reply->drip_ms;
    return true;
}

static void send_due(struct server *self, struct connection *at, int64_t now_ms)
{
    while (at->fd >= 0 && at->is_answering && !at->reply.never
           && at->due_ms <= now_ms) {
        const bool all =
            at->sent == at->reply.bytes.len && at->reply.repeats == 0;

        if (all && (at->reply.resets || at->reply.ends)) {
            drop(self, at, at->reply.resets);
        } else if (all) {
            finish_reply(self, at);
            begin(self, at);
        } else if (!send_some(self, at)) {
            return;
        }
    }
}

/* ms until something is due; fills `polled`. */
static int64_t look(struct server *self, size_t *num, int64_t now_ms)
{
    int64_t wait = IDLE_MS;

    self->polled[0] = (struct pollfd){ .fd = self->listener, .events = POLLIN };
    self->polled[1] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
    *num = 2;
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *at = &self->connections[i];
        short events = POLLIN;

        if (at->fd < 0)
            continue;
        if (at->is_answering && !at->reply.never) {
            const int64_t left = at->due_ms - now_ms;

            if (left <= 0) {
                events |= POLLOUT;
            } else if (left < wait) {
                wait = left;
            }
        }
        self->polled[*num] = (struct pollfd){ .fd = at->fd, .events = events };
        self->of_polled[(*num)++] = at;
    }
    return wait;
}

static bool turn(struct server *self)
{
    size_t num;
    const int64_t wait = look(self, &num, clock_ms());

    (void)poll(self->polled, (nfds_t)num, (int)wait);
    if (self->polled[1].revents) {
        char byte;

        if (read(STDIN_FILENO, &byte, 1) <= 0)
            return false;
    }
    for (size_t i = 2; i < num; i++) {
        if (self->polled[i].revents & (POLLIN | POLLHUP | POLLERR))
            receive(self, self->of_polled[i]);
    }
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        if (self->connections[i].fd >= 0)
            send_due(self, &self->connections[i], clock_ms());
    }
    if (self->polled[0].revents)
        accept_all(self);
    return true;
}

int server_run(server_answer_fn *answer)
{
    struct server *self = mem_alloc(1, sizeof *self);
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;

    (void)signal(SIGPIPE, SIG_IGN);
    self->answer = answer;
    self->listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (self->listener < 0
        || bind(self->listener, (struct sockaddr *)&address, len) < 0
        || listen(self->listener, MAX_CONNECTIONS) < 0
        || getsockname(self->listener, (struct sockaddr *)&address, &len) < 0) {
        free(self);
        return 1;
    }
    (void)fcntl(self->listener, F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < MAX_CONNECTIONS; i++)
        self->connections[i].fd = -1;
    printf("%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    while (turn(self)) {
    }
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        if (self->connections[i].fd >= 0)
            drop(self, &self->connections[i], false);
    }
    (void)close(self->listener);
    free(self);
    return 0;
}
