#include "cli/parts/done.h"

#include "base/clock.h"
#include "base/terminal.h"
#include "base/text.h"

#include <stdio.h>
#include <unistd.h>

enum { QUIET_MS = 2000, REDRAWN_MS = 1000, LOGGED_MS = 10000 };

void done_init(struct done *self, const char *what)
{
    *self = (struct done){ .what = what,
                           .began_ms = clock_ms(),
                           .is_redrawn = terminal_is_redrawn(STDERR_FILENO) };
}

void done_show(void *context, double share)
{
    struct done *self = context;
    const int64_t now = clock_ms();
    const int64_t pause = self->is_redrawn ? REDRAWN_MS : LOGGED_MS;
    char left[32] = "?";

    if (now - self->began_ms < QUIET_MS || now - self->shown_ms < pause)
        return;
    if (share > 0) {
        text_format_seconds(left,
                            sizeof left,
                            (double)(now - self->began_ms) / 1000 * (1 - share)
                                / share);
    }
    self->width = fprintf(stderr,
                          "%s%s: %.0f %%, ETA %s%s",
                          self->is_redrawn ? "\r" : "",
                          self->what,
                          100 * share,
                          left,
                          self->is_redrawn ? "   " : "\n");
    (void)fflush(stderr);
    terminal_stands_in_line(self->is_redrawn);
    self->shown_ms = now;
    self->is_shown = true;
}

void done_end(struct done *self)
{
    terminal_stands_in_line(false);
    if (self->is_shown && self->is_redrawn)
        fprintf(stderr, "\r%*s\r", self->width, "");
}
