/*
 * thread.h - what each thread that watches beside the others needs.
 */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>
#include <time.h>

/* As pthread_create(); the thread hears no signals, which are the others' to
 * hear. */
int thread_start(pthread_t *out, void *(*fn)(void *context), void *context);

/* Timed waits go by CLOCK_MONOTONIC: setting the clock shortens none. */
void thread_cond_init(pthread_cond_t *cond);

/* `ms` from now, for such a wait.  By the real clock: a simulation that moves
 * time by hand still has threads and a disk. */
void thread_deadline(struct timespec *out, int ms);

#endif
