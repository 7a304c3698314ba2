/*
 * checkup.h - the lines of `doctor`: printed as they come, or kept for --json.
 */
#ifndef CHECKUP_H
#define CHECKUP_H

#include <stdbool.h>

struct cJSON;

struct checkup {
    struct cJSON *checks; /* array; NULL: lines on stdout */
};

/* One line.  what: "MPI library"; detail: what was found, or what is wrong. */
void checkup_say(const struct checkup *self,
                 bool is_good,
                 const char *what,
                 const char *detail);

#endif
