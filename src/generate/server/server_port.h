/*
 * server_port.h - ports of the loopback address, and whose they are.
 *
 * A free port can be taken by somebody else before the server has bound it.
 * The server then ends, mostly; one that binds late does not know yet, and the
 * other one answers in its place; two of one user that bind with SO_REUSEPORT, as
 * vLLM does, share the port and are asked in turn.  So it is asked who listens.
 */
#ifndef SERVER_PORT_H
#define SERVER_PORT_H

#include <stdint.h>

enum server_port_owner {
    SERVER_PORT_NOBODY = 0,
    SERVER_PORT_FAMILY,  /* processes of that family, and nobody else */
    SERVER_PORT_OTHERS,  /* others, alone or beside it */
    SERVER_PORT_UNKNOWN, /* the system does not say */
};

/* A port that nobody has now; -1. */
int server_port_free(void);

/* Who answers at a port of 127.0.0.1: what the process `root` has brought about,
 * or others.  root 0: whoever it is, it is others. */
enum server_port_owner server_port_owner(int port, int64_t root);

#endif
