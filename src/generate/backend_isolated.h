/*
 * backend_isolated.h - what a worker may ask of a backend that runs in a child
 * process, besides the slots.
 *
 * A program that uses one ignores SIGPIPE: a write to a child that died is then
 * an error of step() and no more.  The child is this program (path_self), or
 * what TRUSTSWEEP_PROGRAM names, with the argument "backend-child".
 */
#ifndef BACKEND_ISOLATED_H
#define BACKEND_ISOLATED_H

struct backend;

/* Seconds the child took to load; -1 while it loads, 0 for a backend that is
 * not isolated (its create() has loaded it). */
double backend_isolated_load_s(const struct backend *backend);

#endif
