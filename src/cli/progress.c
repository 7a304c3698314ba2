#include "cli/progress.h"

#include "base/clock.h"
#include "base/text.h"
#include "dispatch/coordinator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_MS = 250, LINE_MS = 10 * 1000, MAX_WORKERS_SHOWN = 4 };

void progress_init(struct progress *self, bool is_quiet)
{
    const char *wish = getenv("TRUSTSWEEP_PROGRESS");

    *self = (struct progress){
        .is_quiet = is_quiet,
        .is_redrawn =
            isatty(STDERR_FILENO) == 1 || (wish && strcmp(wish, "redraw") == 0),
        .began_ms = clock_ms(),
    };
}

static void describe_workers(const struct coordinator_view *view,
                             struct text *out)
{
    size_t num_alive = 0;

    for (size_t i = 0; i < view->num_workers; i++)
        num_alive += view->workers[i].is_alive ? 1 : 0;
    if (view->num_workers > MAX_WORKERS_SHOWN) {
        text_addf(out, " | %zu of %zu workers", num_alive, view->num_workers);
        return;
    }
    for (size_t i = 0; i < view->num_workers; i++) {
        const struct worker_view *worker = &view->workers[i];

        text_addf(out, " | rank %zu: %s", i + 1, worker->doing);
    }
}

static void describe(const struct progress *self,
                     const struct coordinator_view *view,
                     struct text *out)
{
    double seconds = (double)(clock_ms() - self->began_ms) / 1000.0;
    size_t fresh = view->num_done - view->num_before;
    double share = view->num_units
                       ? (double)view->num_done / (double)view->num_units
                       : 1.0;
    char eta[32] = "?";

    if (isfinite(view->eta_s))
        text_format_seconds(eta, sizeof eta, view->eta_s);
    text_addf(out,
              "%3.0f %% %zu/%zu items",
              100 * share,
              view->num_done,
              view->num_units);
    if (seconds > 0) {
        text_addf(out,
                  "  %.1f items/s  %.0f tokens/s",
                  (double)fresh / seconds,
                  (double)(view->reply_tokens + view->prompt_tokens) / seconds);
    }
    if (view->num_done < view->num_units)
        text_addf(out, "  ETA %s", eta);
    if (view->cost > 0)
        text_addf(out, "  cost %.4g", view->cost);
    if (view->num_failed > 0)
        text_addf(out, "  %zu failed", view->num_failed);
    if (view->num_lost > 0)
        text_addf(out, "  %zu workers lost", view->num_lost);
    /* when all is done some may not even have begun: it says nothing */
    if (view->num_done < view->num_units)
        describe_workers(view, out);
}

static void draw(struct progress *self,
                 const struct coordinator_view *view,
                 bool is_last)
{
    struct text line = { 0 };
    int width;

    describe(self, view, &line);
    width = (int)text_width(text_data(&line));
    if (self->is_redrawn) {
        fprintf(stderr,
                "\r%s%*s%s",
                text_data(&line),
                self->width > width ? self->width - width : 0,
                "",
                is_last ? "\n" : "");
    } else {
        fprintf(stderr, "%s\n", text_data(&line));
    }
    (void)fflush(stderr);
    self->width = width;
    self->shown_ms = clock_ms();
    text_release(&line);
}

void progress_show(struct progress *self, const struct coordinator_view *view)
{
    int64_t every = self->is_redrawn ? REDRAW_MS : LINE_MS;

    if (!self->is_quiet && clock_ms() - self->shown_ms >= every
        && clock_ms() - self->began_ms >= REDRAW_MS)
        draw(self, view, false);
}

void progress_end(struct progress *self, const struct coordinator_view *view)
{
    if (!self->is_quiet)
        draw(self, view, true);
}
