/*
 * program.h - programs of this machine.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>

/* The first program of that name in $PATH, or a name with a '/' as it is, where
 * it is one; free().  NULL: there is none. */
char *program_path(const char *name);
bool program_is_there(const char *name);

#endif
