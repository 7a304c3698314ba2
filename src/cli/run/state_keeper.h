/*
 * state_keeper.h - a thread that renews run.json, and what was spent, while a run
 * goes on, so that a disk that stands still holds up nothing else.  Its age tells
 * the command that started mpirun whether rank 0 lives.
 */
#ifndef STATE_KEEPER_H
#define STATE_KEEPER_H

#include <stdbool.h>

struct error;
struct run_state;
struct state_keeper;

/* For the file at `path`, which is there.  NULL with an error. */
struct state_keeper *state_keeper_create(const char *path, struct error *err);

/* Write this as soon as the disk lets it; what an earlier call brought and was
 * not written yet is left out.  Never waits. */
void state_keeper_put(struct state_keeper *self, const struct run_state *state);

/* The caller is in one long step (it reads the journal, it writes the results
 * file): touch the file till the next state_keeper_put(). */
void state_keeper_touch(struct state_keeper *self);

/* Waits for what is being written; nothing is written from then on. */
void state_keeper_destroy(struct state_keeper *self); /* accepts NULL */

#endif
