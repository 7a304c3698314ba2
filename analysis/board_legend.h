/*
 * board_legend.h - above the first table: what stands in its cells, and the way
 * out of what is lacking there.
 */
#ifndef BOARD_LEGEND_H
#define BOARD_LEGEND_H

#include "trustsweep/verdict.h"

#include <stdbool.h>

struct reader_score;
struct text;

struct board_legend {
    bool has_lack;    /* a value lacks replies */
    bool has_few;     /* a part of a column has no answer that counts */
    bool has_wait;    /* a role has not answered yet */
    bool has_nothing; /* a rule says 0 of nothing */
};

/* Takes note of a cell that will be shown.  reason: its board_reason(); "" where
 * it has a value. */
void board_legend_note(struct board_legend *self,
                       const struct reader_score *score,
                       const char *reason);

void board_legend_write(const struct board_legend *self,
                        enum profile profile,
                        struct text *out);

#endif
