/*
 * child_process.h - the process that `isolated:` runs a backend in, seen from
 * its rank.  What runs in it: child.h.
 */
#ifndef CHILD_PROCESS_H
#define CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;

enum { CHILD_PROCESS_NONE = -1 };

struct child_process {
    pid_t pid;          /* CHILD_PROCESS_NONE once it is known to have ended */
    int from, to, said; /* its stdout, stdin, stderr; the caller's to close */
};

/* A model in the child needs no key, so its environment has none; where the
 * spec asks others, by http or a server, it has all.  ERR_IO. */
int child_process_start(struct child_process *self,
                        const char *spec,
                        struct error *err);

/* How it ended, "died of signal 9"; it has closed its pipe, so it is about
 * to. */
void child_process_describe_end(struct child_process *self,
                                char *out,
                                size_t size);

/* may_wait  it is idle, and ends by itself, as its pipe is closed; else it is
 *           killed at once */
void child_process_end(struct child_process *self, bool may_wait);

#endif
