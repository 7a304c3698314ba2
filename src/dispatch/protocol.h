/*
 * protocol.h - the messages between the coordinator (rank 0) and the workers.
 *
 * Every message begins with the run's 64-bit tag, so that a stray process of
 * another run is heard by nobody.  Bodies are written with base/buffer.h and
 * contract/codec.h; decoding trusts nothing.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "trustsweep/record.h"
#include "trustsweep/request.h"

enum message_type {
    MSG_NONE = 0,
    MSG_HELLO,     /* worker: who I am, how many slots */
    MSG_MODELS,    /* coordinator: backend spec and name of every model */
    MSG_LEASE,     /* coordinator: epoch, slot, model, requests */
    MSG_RESULT,    /* worker: epoch, slot, record; resent until acknowledged */
    MSG_ACK,       /* coordinator: these unit ids are on disk */
    MSG_FAILED,    /* worker: epoch, slot, unit, why, whether to try again */
    MSG_HEARTBEAT, /* worker: per slot what it does, and the promise: latest ms
                      until the next heartbeat */
    MSG_CANCEL,    /* coordinator: forget these units */
    MSG_STOP,      /* coordinator: finish or drop, then end */
    NUM_MESSAGE_TYPES,
};

#endif
