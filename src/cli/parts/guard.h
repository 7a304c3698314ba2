/*
 * guard.h - a function in a process of its own, because it may crash.
 *
 * A results file with a flipped byte can make the library that reads it crash;
 * whoever has to say so reads it in here.
 */
#ifndef GUARD_H
#define GUARD_H

struct error;
struct text;

typedef int (*guard_fn)(void *context, struct text *out, struct error *err);

/*
 * Call `fn` in a forked child.  What it changes stays there, but what it prints
 * is printed, what it adds to `out` comes back, and so does its error.
 *
 * what    the file that is read, for the error
 * errors  as fn; ERR_FORMAT when the child crashed; ERR_IO when there is none
 */
int guard_run(guard_fn fn,
              void *context,
              const char *what,
              struct text *out,
              struct error *err);

#endif
