/*
 * progress.h - one line that says how far a run is: redrawn on a terminal, a
 * line every so often in a log file.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct coordinator_view;

struct progress {
    bool is_redrawn;
    bool is_quiet;
    int64_t began_ms;
    int64_t shown_ms;
    int width; /* of what stands on the terminal line */
};

/* quiet: show nothing.  The launcher says through TRUSTSWEEP_PROGRESS=redraw
 * that a terminal stands at the other end of its pipe. */
void progress_init(struct progress *self, bool is_quiet);

/* Show the line when it is time to. */
void progress_show(struct progress *self, const struct coordinator_view *view);

/* Show it a last time and end the line. */
void progress_end(struct progress *self, const struct coordinator_view *view);

#endif
