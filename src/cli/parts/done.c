#include "cli/parts/done.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <unistd.h>

enum { QUIET_MS = 2000, REDRAWN_MS = 1000, LOGGED_MS = 10000 };

void done_init(struct done *self, const char *what)
{
    *self = (struct done){ .what = what,
                           .began_ms = clock_ms(),
                           .is_redrawn = isatty(STDERR_FILENO) == 1 };
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
    fprintf(stderr,
            "%s%s: %.0f %%, ETA %s%s",
            self->is_redrawn ? "\r" : "",
            self->what,
            100 * share,
            left,
            self->is_redrawn ? "   " : "\n");
    (void)fflush(stderr);
    self->shown_ms = now;
    self->is_shown = true;
}

void done_end(struct done *self)
{
    if (self->is_shown && self->is_redrawn)
        fprintf(stderr, "\r\033[K");
}
