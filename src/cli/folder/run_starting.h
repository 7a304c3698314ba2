/*
 * run_starting.h - the marks of commands that start ranks in a run directory.
 * starting.json is there until the ranks have ended: until rank 0 writes run.json
 * anew that file is of an earlier start.  rounds.json is of who waits for
 * checkpoints, there through all rounds: what rank 0 of one of them said last is not
 * the last word of the run.
 */
#ifndef RUN_STARTING_H
#define RUN_STARTING_H

#include <stdbool.h>

struct run_presence;

/* run_presence_end().  In a folder that exists.  Where the mark cannot be made
 * `status` shows the last start's word for longer: no error. */
struct run_presence *run_starting_begin(const char *dir);
struct run_presence *run_starting_begin_rounds(const char *dir);

enum run_starting_sign {
    RUN_STARTING_NOT,   /* nobody does, who may live */
    RUN_STARTING_ON,    /* and run.json is older */
    RUN_STARTING_HEARD, /* and run.json was written since */
};

/* Both at a glance. */
enum run_starting_sign run_starting_look(const char *dir);
bool run_starting_has_rounds(const char *dir);

#endif
