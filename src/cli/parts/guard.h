/*
 * guard.h - a function in a process of its own, because it may crash.
 *
 * A results file with a flipped byte can make the library that reads it crash;
 * whoever has to say so reads it in here.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>

struct error;
struct reader;
struct text;

typedef int (*guard_fn)(void *context, struct text *out, struct error *err);

/*
 * Call `fn` in a forked child.  What it changes stays there, but what it prints
 * is printed, what it adds to `out` comes back, and so does its error.
 *
 * what    the file that is read, for the error
 * errors  as fn; ERR_FORMAT when the child crashed; ERR_TRANSIENT when it ran out
 *         of memory or of time by the clock; ERR_IO when there is none
 */
int guard_run(guard_fn fn,
              void *context,
              const char *what,
              struct text *out,
              struct error *err);

/*
 * The same for a `fn` that reads these results files: where one is damaged, the
 * error says how it is had anew.
 *
 * paths  [num], borrowed
 */
int guard_read(guard_fn fn,
               void *context,
               const char *const *paths,
               size_t num,
               struct text *out,
               struct error *err);

/*
 * reader_open() within a `fn`, which from then on may take no more memory and
 * time, the processor's and the clock's, than files of that size can want, and
 * that is far more than they do: a damaged file can make the library go round for
 * ever, taking memory all the time.  Above that there are limits for a file of any
 * size.
 */
struct reader *guard_open(const char *path, struct error *err);

#endif
