/*
 * done.h - how far a reader is, on stderr: nothing in the first two seconds,
 * then a line a second on a terminal, and every ten in a log.
 */
#ifndef DONE_H
#define DONE_H

#include <stdbool.h>
#include <stdint.h>

struct done {
    const char *what; /* "export" */
    int64_t began_ms, shown_ms;
    bool is_redrawn, is_shown;
    int width; /* of what stands in the line */
};

void done_init(struct done *self, const char *what);

/* context: the struct.  share: from 0 to 1.  For `progress` of the params of
 * readers. */
void done_show(void *context, double share);

/* Ends the line, where one was shown. */
void done_end(struct done *self);

#endif
