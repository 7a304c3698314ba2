/*
 * mpirun_watch.h - one mpirun that was started, until it has ended or was
 * ended.  Private to launch/.
 */
#ifndef MPIRUN_WATCH_H
#define MPIRUN_WATCH_H

#include "base/file_stamp.h"
#include "launch/mpirun.h"

#include <sys/types.h>

struct mpirun_watch {
    const struct mpirun_params *params;
    pid_t group;
    struct file_stamp before; /* of run.json, before the start or as read */
    int64_t look_ms;          /* when to look at it again */
    pid_t coordinator;        /* rank 0's, once known and on this host */
    char began[32];           /* when it began, so that a later process of that
                                 number is left alone; "" = not known */
    bool is_elsewhere;        /* rank 0 is on another host */
    int64_t heard_ms;         /* when run.json was last found renewed */
    int64_t turn_ms;          /* of the last look for that */
    bool is_silent;           /* it is not renewed any more */
    int64_t overdue_ms;       /* when it must have begun; -1 = any time */
    int64_t end_ms;           /* when to send TERM; -1 = not yet known */
    int64_t kill_ms;          /* when to send KILL; -1 = not yet known */
    int num_interrupts;       /* acted upon */
    struct mpirun_outcome outcome;
};

/* Before the start: what lies there is of earlier runs. */
void mpirun_watch_init(struct mpirun_watch *self,
                       const struct mpirun_params *params);

/* Until `group` has ended, and rank 0 with it. */
void mpirun_watch_wait(struct mpirun_watch *self, pid_t group);

#endif
