/*
 * server_instance.h - one server of a rank: launched (again at another port
 * where somebody else has its own), asked until it is well, looked at until it
 * ends.
 */
#ifndef SERVER_INSTANCE_H
#define SERVER_INSTANCE_H

#include "generate/server/server_launch.h"

#include <stdint.h>

struct error;
struct server_health;

struct server_instance {
    struct server_launch_params params; /* what it points to is borrowed */
    const char *name;                   /* for people; borrowed */
    int64_t start_s;                    /* until it is well, at most */
    struct server_launch launch;
    struct server_health *health; /* NULL once it is well, and of a node that
                                     is not the first: nobody asks there */
    int num_starts;
    int num_unseen;   /* answers from where nobody listens */
    int64_t began_ms; /* the last start */
    double load_s;    /* seconds until it was well; -1 = it is not */
};

/*
 * params   copied; port is that of the first start
 * errors   ERR_IO, ERR_USAGE.  server_instance_end() also after a failure
 */
int server_instance_begin(struct server_instance *out,
                          const struct server_launch_params *params,
                          const char *name,
                          int64_t start_s,
                          struct error *err);

/* Ends the server; takes some seconds where it does not want to. */
void server_instance_end(struct server_instance *self);

/* Ask whether it is well, for about so long: 1, 0 = not yet, -1. */
int server_instance_step(struct server_instance *self,
                         int budget_ms,
                         struct error *err);

/* 0 = it runs, or was launched at another port; -1 = it has ended. */
int server_instance_look(struct server_instance *self, struct error *err);

/* Tell what went wrong, and the last words of the server; all of these also to
 * this rank's log.  Returns -1 with ERR_IO. */
int server_instance_fail(struct server_instance *self,
                         const char *what,
                         struct error *err);

#endif
