/*
 * tool.h - a program of the system that is asked something: scontrol, sinfo,
 * srun.  Private to launch/.
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>

struct error;
struct text;

enum { TOOL_MAX_BYTES = 4 * 1024 * 1024, TOOL_WAIT_MS = 20000 };

/*
 * Run it, with nothing to read, and wait.  What it says on both channels is
 * added to `out`, up to TOOL_MAX_BYTES; it is killed after `limit_ms`.
 *
 * argv     NULL-terminated; argv[0] is looked for in $PATH
 * returns  its exit status, 128 + signal when it was killed
 * errors   -1, ERR_IO: it could not be started, or took too long
 */
int tool_run(const char *const *argv,
             int limit_ms,
             struct text *out,
             struct error *err);

/* The same, as long as it takes; what it says goes to our stderr. */
int tool_show(const char *const *argv, struct error *err);

/*
 * Run the same question for many words at the same time.  `argv` has one NULL
 * at `place` before its end, which each word stands in for.
 *
 * good  [num]: whether it ended with 0 within `limit_ms`
 */
void tool_ask_each(const char **argv,
                   int place,
                   char *const *words,
                   int num,
                   int limit_ms,
                   bool *good);

#endif
