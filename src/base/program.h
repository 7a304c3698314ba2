/*
 * program.h - programs of this machine.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>

/* Whether $PATH has a program of that name; of one with a '/' whether it is
 * there. */
bool program_is_there(const char *name);

#endif
