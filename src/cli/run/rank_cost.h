/*
 * rank_cost.h - what coordinating costs rank 0 itself, for its log: an
 * overnight sweep shows there whether it was ever in the way, and tests/bench
 * reads it.
 */
#ifndef RANK_COST_H
#define RANK_COST_H

#include <stddef.h>
#include <stdint.h>

struct rank_cost {
    size_t num_before; /* units that were done when it began */
    size_t next_done;  /* the next line is due then */
    size_t every;      /* units */
    int64_t began_ns;
    int64_t turn_ns;    /* the last turn began */
    int64_t longest_ns; /* between two turns, sleep included */
    double began_cpu_s;
};

void rank_cost_begin(struct rank_cost *self, size_t num_done, size_t num_units);

/* Once each turn; a line in the log for each eighth of the units. */
void rank_cost_turn(struct rank_cost *self, size_t num_done);

/* The last line. */
void rank_cost_end(const struct rank_cost *self, size_t num_done);

#endif
