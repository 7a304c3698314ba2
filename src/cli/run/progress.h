/*
 * progress.h - one line that says how far a run is: redrawn on a terminal, a
 * line every so often in a log file.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct coordinator_view;
struct text;

struct progress {
    bool is_redrawn;
    bool is_quiet;
    int64_t began_ms;
    int64_t shown_ms;
    int width;          /* of what stands on the terminal line */
    int64_t deadline_s; /* of checkpoints, Unix time; 0 = none */
    const char *wish;   /* of the launcher; borrowed from the environment */
};

/* quiet: show nothing.  The launcher says through
 * TRUSTSWEEP_PROGRESS=redraw:COLUMNS that a terminal stands at the other end of
 * its pipe. */
void progress_init(struct progress *self, bool is_quiet);

/* Whether it is time to show the line. */
bool progress_is_due(const struct progress *self);
void progress_show(struct progress *self, const struct coordinator_view *view);

/* Show it a last time and end the line. */
void progress_end(struct progress *self, const struct coordinator_view *view);

/* Once nothing is asked any more: how far results.h5 is, of so many units; all
 * of them: it is closed. */
void progress_show_stage(struct progress *self,
                         size_t num_done,
                         size_t num_units);
/* Nothing of that stays on a terminal. */
void progress_leave_stage(const struct progress *self);

/* The line, `seconds` after the begin.
 *
 * left_s   until the deadline, below 0 after it; NaN: there is none
 * is_last  nothing goes on any more */
void progress_describe(const struct coordinator_view *view,
                       double seconds,
                       double left_s,
                       bool is_last,
                       struct text *out);
/* That of a stage. */
void progress_describe_stage(size_t num_done,
                             size_t num_units,
                             struct text *out);
/* As much of it as a terminal of so many columns shows in one row. */
void progress_cut(struct text *line, int columns);

#endif
