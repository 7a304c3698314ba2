/*
 * play.h - one start of a run, from its begin to whatever ends it.
 */
#ifndef PLAY_H
#define PLAY_H

#include <stdbool.h>

struct world;

/* As the plot of the world says; whether all is done. */
bool play_start(struct world *world);

#endif
