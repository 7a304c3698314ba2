/*
 * bug.h - what is our own fault.
 *
 * The world failing is a `struct error`.  BUG() is for states that correct code
 * cannot reach: it prints where and aborts, in every build.
 */
#ifndef TRUSTSWEEP_BUG_H
#define TRUSTSWEEP_BUG_H

#define BUG(...) bug_abort(__FILE__, __LINE__, __VA_ARGS__)

_Noreturn void bug_abort(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
