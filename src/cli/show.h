/*
 * show.h - the table of a results file, as run, score and analyze end with it.
 */
#ifndef SHOW_H
#define SHOW_H

#include "trustsweep/verdict.h"

#include <stdbool.h>

struct error;

/* Print to stdout.  `profile` NUM_PROFILES: both. */
int show_board(const char *path,
               enum profile profile,
               bool only_ranked,
               struct error *err);

/* The width of the terminal, 80 when there is none. */
int show_width(void);

#endif
