/*
 * show.h - the table of a results file, as run, score and analyze end with it.
 */
#ifndef SHOW_H
#define SHOW_H

#include "trustsweep/verdict.h"

#include <stdbool.h>

struct error;

/* Printed to stdout.  `profile` NUM_PROFILES: both.
 * errors  those of the reader */
int show_board(const char *path,
               enum profile profile,
               bool only_ranked,
               struct error *err);

/* The width of the terminal, 80 when there is none. */
int show_width(void);

/* How a reader of our messages starts this program: "trustsweep" where PATH
 * finds it, else its path, relative where it lies below the working folder.
 * free() */
char *show_program(void);

#endif
