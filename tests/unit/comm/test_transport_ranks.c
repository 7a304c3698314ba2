/*
 * The MPI transport between real ranks; started by tests/mpi/transport.sh.
 * Without a launcher it is skipped (77).
 *
 *     test_transport_ranks        everyone sends to everyone
 *     test_transport_ranks kill   ... then the last rank dies, and the others
 *                                 send to everyone again, the dead one too
 *
 * Each rank prints one line at its end: "rank R of N: received M, good".
 */
#include "base/clock.h"
#include "base/mem.h"
#include "comm/transport_mpi.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77, LIMIT_MS = 60000, MAX_RANKS = 64 };

static const size_t sizes[] = {
    0, 1, 100, 3145729, 5, 0, 70000, 12, 1048576, 4096,
};
enum { NUM = sizeof sizes / sizeof *sizes };

static void check(bool good, const char *what)
{
    if (!good)
        BUG("%s", what);
}

static unsigned char content(int source, int dest, size_t index, size_t at)
{
    return (unsigned char)((size_t)source * 7 + (size_t)dest * 13 + index * 31
                           + at * 3 + at / 251);
}

static void send_one(struct transport *self, int dest, uint32_t index)
{
    size_t len = sizes[index % NUM];
    unsigned char *bytes = mem_alloc(1, len + 1);
    struct error err = { 0 };

    for (size_t i = 0; i < len; i++)
        bytes[i] = content(self->rank, dest, index, i);
    if (self->ops->send(self, dest, index, bytes, len, &err) < 0)
        BUG("send: %s", err.text);
    memset(bytes, 0xff, len); /* what was sent was copied */
    free(bytes);
}

/* Receive until `want` messages came; next[source] is the type due next. */
static void receive(struct transport *self, int want, uint32_t *next)
{
    int64_t end = clock_ms() + LIMIT_MS;
    struct error err = { 0 };

    while (want > 0) {
        struct message message;
        int rc = self->ops->recv(self, &message, &err);

        if (rc < 0)
            BUG("recv: %s", err.text);
        check(clock_ms() < end, "messages are missing");
        (void)self->ops->pending(self);
        if (rc == 0) {
            clock_sleep_ms(0.5);
            continue;
        }
        check(message.source >= 0 && message.source < self->size, "source");
        check(message.type == next[message.source], "out of order");
        next[message.source]++;
        check(message.len == sizes[message.type % NUM], "length");
        for (size_t i = 0; i < message.len; i++) {
            check(message.bytes[i]
                      == content(message.source, self->rank, message.type, i),
                  "content");
        }
        message_release(&message);
        want--;
    }
}

static void check_place(const struct transport *self,
                        const struct mpi_place *place)
{
    /* All ranks of this test share a node. */
    check(place->local_rank == self->rank, "local rank");
    check(place->local_size == self->size, "local size");
    check(place->local_workers == self->size - 1, "local workers");
    check(place->local_worker == self->rank - 1, "local worker");
    check(place->host[0] != '\0', "host");
    check(strstr(place->library, "MPI") != NULL, "library");
}

static void check_limit(struct transport *self)
{
    struct error err = { 0 };
    char byte = 0;
    int rc =
        self->ops->send(self, 0, 1, &byte, (size_t)TRANSPORT_MAX_LEN + 1, &err);

    check(rc == -1 && err.code == ERR_PERMANENT, "no limit");
}

/* The last rank dies; the rest must not notice. */
static int go_on_without_last(struct transport *self, uint32_t *next)
{
    int last = self->size - 1;

    if (self->rank == last)
        (void)raise(SIGKILL);
    clock_sleep_ms(1000);
    for (uint32_t i = NUM; i < 2 * NUM; i++) {
        for (int dest = 0; dest < self->size; dest++)
            send_one(self, dest, i);
    }
    receive(self, last * NUM, next);
    /* Who ends takes along what it has not yet handed over, so all say that
     * they have everything before anyone ends. */
    for (int dest = 0; dest < last; dest++)
        send_one(self, dest, 2 * NUM);
    receive(self, last, next);
    return 2 * last * NUM + NUM;
}

int main(int argc, char **argv)
{
    bool with_kill = argc > 1 && strcmp(argv[1], "kill") == 0;
    uint32_t next[MAX_RANKS] = { 0 };
    struct mpi_place place;
    struct transport *self;
    struct error err = { 0 };
    int64_t end;
    int num;

    if (!transport_mpi_is_rank())
        return SKIPPED;
    self = transport_mpi_create(&place, &err);
    if (!self)
        BUG("%s", err.text);
    check(self->size <= MAX_RANKS, "too many ranks");
    check_place(self, &place);
    check_limit(self);
    for (uint32_t i = 0; i < NUM; i++) {
        for (int dest = 0; dest < self->size; dest++)
            send_one(self, dest, i);
    }
    num = self->size * NUM;
    receive(self, num, next);
    end = clock_ms() + LIMIT_MS;
    while (self->ops->pending(self) > 0) {
        check(clock_ms() < end, "sends do not end");
        clock_sleep_ms(0.5);
    }
    if (with_kill)
        num = go_on_without_last(self, next);
    (void)printf("rank %d of %d: received %d, good\n",
                 self->rank,
                 self->size,
                 num);
    (void)fflush(stdout);
    transport_mpi_set_finalize(self, !with_kill);
    self->ops->destroy(self);
    if (with_kill)
        _exit(0); /* as a run that lost a rank ends */
    return 0;
}
