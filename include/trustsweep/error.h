/*
 * error.h - one way to fail.
 *
 * A function that can fail returns 0 or -1 (or a pointer or NULL) and takes a
 * `struct error *` as its last parameter.  The code tells the caller what to
 * do; the text tells a person what happened, names the thing (file, line, key,
 * unit) and, where there is one, the way out.  NULL is allowed when only the
 * return value matters.  On success the error is left untouched.  Who returns
 * an error does not log it; who ends it logs it once.
 */
#ifndef TRUSTSWEEP_ERROR_H
#define TRUSTSWEEP_ERROR_H

enum error_code {
    ERR_NONE = 0,
    ERR_USAGE,     /* the command line or job file is wrong: stop, exit 2    */
    ERR_IO,        /* the operating system refused: stop, exit 3             */
    ERR_FORMAT,    /* bytes do not parse as what they should be: exit 3      */
    ERR_TRANSIENT, /* worth another try: full, time-out, HTTP 429, lost rank */
    ERR_PERMANENT, /* this one unit can never succeed: record it and go on   */
};

struct error {
    enum error_code code;
    char text[480];
};

/*
 * Fill `err` (may be NULL) with `code` and a formatted one-line text.
 * Returns -1, so that a failing function ends in one statement:
 *
 *     return error_set(err, ERR_FORMAT, "%s:%d: no such key", path, line);
 */
int error_set(struct error *err, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* error_set() with ": " and the text of `number` (an errno) at the end. */
int error_set_errno(struct error *err, int number, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "context: " in front of the text already in `err`.  Returns -1. */
int error_wrap(struct error *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The process exit status that fits: 2 for ERR_USAGE, else 3. */
int error_exit_status(const struct error *err);

#endif
