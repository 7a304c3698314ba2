/*
 * transport.h - how messages move between ranks.
 *
 * Implementations: comm/transport_mpi.c (processes), comm/transport_loop.c
 * (all ranks in one process, for simulation and tests).  No call ever blocks:
 * the step loops in dispatch/ own the only place where a rank sleeps.
 */
#ifndef TRUSTSWEEP_TRANSPORT_H
#define TRUSTSWEEP_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct transport;

/* No message is longer: senders split, receivers refuse. */
enum { TRANSPORT_MAX_LEN = 64 * 1024 * 1024 };

/* Received; `bytes` is the receiver's to free (message_release). */
struct message {
    int source;
    uint32_t type; /* enum message_type of src/dispatch/protocol.h */
    unsigned char *bytes;
    size_t len;
};

void message_release(struct message *message);

struct transport_ops {
    const char *name;

    /* required; copies the bytes and queues them; -1 only when `len` is over
     * the limit or the transport is broken.  Success does not mean delivery: a
     * dead peer looks like a slow one */
    int (*send)(struct transport *self,
                int dest,
                uint32_t type,
                const void *bytes,
                size_t len,
                struct error *err);

    /* required; 1 = `out` filled, 0 = nothing waits, -1 = error */
    int (*recv)(struct transport *self, struct message *out, struct error *err);

    /* required; moves queued sends along; how many bytes still wait to leave
     * (to dead peers they wait for ever: never wait for 0) */
    size_t (*pending)(struct transport *self);

    /* required; accepts NULL */
    void (*destroy)(struct transport *self);
};

/* First member of every implementation's own struct. */
struct transport {
    const struct transport_ops *ops;
    int rank; /* 0 .. size-1; rank 0 coordinates */
    int size;
};

#endif
