/*
 * background.h - errands that a thread of its own does, one after the other,
 * while the caller goes on.
 */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include <stdbool.h>

struct background;

/* One piece of work.  Zeroed: idle.  Its memory must last until it was waited
 * for, and `context` is the thread's alone till then. */
struct errand {
    void (*fn)(void *context);
    void *context;
    struct errand *next; /* of the list below */
    bool is_begun;       /* and was not waited for */
    bool is_done;
};

/* Where no thread can be had, an errand is done when it is started. */
struct background *background_create(void);

/* Errands that were started must have been waited for. */
void background_destroy(struct background *self); /* accepts NULL */

/* `errand` must be idle. */
void background_start(struct background *self, struct errand *errand);

/* Till it is done; it is idle then.  At once when it is idle. */
void background_wait(struct background *self, struct errand *errand);

#endif
