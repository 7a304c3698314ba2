/*
 * batch_child.h - the `run` of a batch job: started, told what the batch system
 * tells the job, and ended when it has not begun while there was time.
 */
#ifndef BATCH_CHILD_H
#define BATCH_CHILD_H

#include "base/file_stamp.h"
#include "base/stop_signals.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct error;

struct batch_child {
    pid_t pid;
    const char *state_path;   /* run.json, borrowed */
    struct file_stamp before; /* of it, before the start */
    int64_t notice_s;         /* from a warning to the end of the job */
    int64_t end_ms;  /* of a warned job: about when its walltime ends */
    int64_t kill_ms; /* when it is ended unless it has begun; 0 */
    int num_passed[STOP_SIGNALS];
    int64_t passed_ms[STOP_SIGNALS]; /* when, the last */
    bool was_told;                   /* TERM or INT came */
    bool was_warned;                 /* USR1 came */
};

/* Signals are counted from now on; those that come before the start are passed
 * on after it. */
void batch_child_init(struct batch_child *self,
                      const char *state_path,
                      int64_t notice_s);

/* Whether a signal waits to be passed on. */
bool batch_child_is_told(const struct batch_child *self);

/* `trustsweep run ARGUMENTS`, in a group of its own.  It ends when this process
 * does.
 * errors  ERR_IO */
int batch_child_start(struct batch_child *self,
                      char *const *arguments,
                      int num,
                      struct error *err);

/* A look: pass on what came; whether it has ended, and with what status. */
bool batch_child_has_ended(struct batch_child *self, int *status);

/* Whether TERM or INT has come by now and ends the job, also after the run. */
bool batch_child_was_told(struct batch_child *self);

/* As if USR1 had come. */
void batch_child_warn(struct batch_child *self);

#endif
