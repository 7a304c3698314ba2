/*
 * server_log.h - the end of what a server writes, in a file of fixed size.
 *
 * Its guard adds, its rank reads; both are on one machine.  What is read while
 * something is added may be torn.
 */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

struct error;

struct server_log {
    int fd; /* -1 = none */
    struct server_log_head {
        uint64_t total; /* bytes that were ever added */
        int64_t server; /* its process group; 0 = not started */
    } head;
};

/* Make the file, which must not be there.  ERR_IO */
int server_log_create(struct server_log *out,
                      const char *path,
                      struct error *err);
int server_log_open(struct server_log *out,
                    const char *path,
                    struct error *err);
void server_log_close(struct server_log *self);

void server_log_add(struct server_log *self, const char *bytes, size_t len);
void server_log_set_server(struct server_log *self, int64_t server);

/* Read what is there: the head, and the last `max` bytes, appended as UTF-8. */
void server_log_tail(struct server_log *self, size_t max, struct text *out);

#endif
