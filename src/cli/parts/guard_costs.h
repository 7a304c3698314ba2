/*
 * guard_costs.h - what an earlier run cost, read in a process of its own.
 *
 * A forecast is asked for by commands that go on with it: a damaged results file
 * must end none of them.
 */
#ifndef GUARD_COSTS_H
#define GUARD_COSTS_H

struct error;
struct reader_costs;

/* errors  as guard_read(); reader_costs_destroy() */
struct reader_costs *guard_costs_read(const char *path, struct error *err);

#endif
