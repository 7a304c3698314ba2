/*
 * draw.h - a schedule, drawn from the seed of a world.
 */
#ifndef DRAW_H
#define DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct world;

bool draw_chance(struct world *world, uint64_t one_in);
int64_t draw_between(struct world *world, int64_t low, int64_t high);

void draw_faults(struct world *world);             /* of all its starts */
void draw_plot(struct world *world, bool is_last); /* of the next one */

#endif
