/*
 * log.h - what an operator reads.  The log is not the journal: nothing is ever
 * read back from it.
 *
 * A line is `time level rank file: text key=value ...`.  Each rank writes a
 * file of its own; WARN and ERROR of rank 0 go to stderr too.  A process that is no
 * rank says there "trustsweep: warning: text", as its errors are said.  ERROR never
 * appears in a clean run.  Libraries return errors and rarely log.
 */
#ifndef LOG_H
#define LOG_H

#include <stdio.h>

struct error;

enum log_level { LOG_INFO = 0, LOG_WARN, LOG_ERROR };

#define log_info(...)  log_write(LOG_INFO, __FILE__, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __FILE__, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __FILE__, __VA_ARGS__)

void log_write(enum log_level level, const char *file, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Append to `path` from now on; NULL: stderr only.  `rank` -1: no rank. */
int log_open(const char *path, int rank, struct error *err);
void log_close(void);

void log_set_stderr(enum log_level level); /* what goes there; default WARN */

#endif
