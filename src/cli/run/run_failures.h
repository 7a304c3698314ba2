/*
 * run_failures.h - why units failed, of a run in which nothing was answered.
 */
#ifndef RUN_FAILURES_H
#define RUN_FAILURES_H

#include <stdbool.h>
#include <stddef.h>

struct run;

/* The reason that most of the units that failed have. */
struct run_failure {
    /* run_failure_release(); NULL: nothing failed, or no record of it could be
     * read */
    char *why;
    size_t num;        /* units, follow-ups left out */
    size_t model;      /* of the first of them */
    size_t num_models; /* 1: of that one only */
    bool is_tried; /* the first of them; else its model was given up before */
};

/* Reads the records again, once all of them are synced. */
struct run_failure run_failures_most(struct run *run);
void run_failure_release(struct run_failure *self);

#endif
