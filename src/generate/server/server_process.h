/*
 * server_process.h - a server that runs beside a rank, and ends with it
 * (server_guard.h).
 */
#ifndef SERVER_PROCESS_H
#define SERVER_PROCESS_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct error;
struct server_process;

/* A folder of its own under $TMPDIR, for nobody else; free().  A signal that ends
 * this process removes it, with its key and log, until its guard runs and does.
 * NULL: ERR_IO. */
char *server_process_folder(struct error *err);

/* Remove one that no server was started in. */
void server_process_abandon(const char *folder);

/*
 * words      the command, NULL-terminated; looked for in PATH
 * variables  its environment, NULL-terminated
 * near       cores that it may use (struct slot); none: all
 * folder     from server_process_folder(); gone when the server has ended, and
 *            when this fails
 * errors     ERR_IO
 */
struct server_process *server_process_start(char *const *words,
                                            char *const *variables,
                                            const uint64_t *near,
                                            const char *folder,
                                            struct error *err);

/* Whether it has not ended.  When it has, `how` (appended) says how. */
bool server_process_runs(struct server_process *self, struct text *how);

/* The process above all of the server's. */
int64_t server_process_guard(const struct server_process *self);

/* The last `max` bytes that it wrote, appended as UTF-8. */
void server_process_tail(struct server_process *self,
                         size_t max,
                         struct text *out);

/* Ends it: asked to for 5 s, then killed.  Accepts NULL. */
void server_process_stop(struct server_process *self);

#endif
