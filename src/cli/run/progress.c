#include "cli/run/progress.h"

#include "base/clock.h"
#include "base/terminal.h"
#include "base/text.h"
#include "dispatch/coordinator.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    REDRAW_MS = 250,
    LINE_MS = 10 * 1000,
    MAX_WORKERS_SHOWN = 4,
    USUAL_COLUMNS = 80,
    MAX_COLUMNS = 10000,
};

/* The width of our own terminal; else of the one that the launcher told of. */
static int columns_of(const char *wish)
{
    struct winsize size = { 0 };
    int64_t told = 0;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    if (wish && text_starts(wish, "redraw:"))
        (void)text_to_int64(wish + strlen("redraw:"), &told);
    return told > 0 && told < MAX_COLUMNS ? (int)told : USUAL_COLUMNS;
}

void progress_init(struct progress *self, bool is_quiet)
{
    const char *wish = getenv("TRUSTSWEEP_PROGRESS");

    *self = (struct progress){
        .is_quiet = is_quiet,
        .is_redrawn = terminal_is_redrawn(STDERR_FILENO)
                      || (wish && text_starts(wish, "redraw")),
        .began_ms = clock_ms(),
        .wish = wish,
    };
}

/* How many workers are in which state: "6 generating, 1 loading". */
static void describe_states(const struct coordinator_view *view,
                            struct text *out)
{
    static const char *const words[] = { "generating", "loading",  "idle",
                                         "resting",    "starting", "lost" };
    const char *between = " | workers: ";

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t num = 0;

        for (size_t j = 0; j < view->num_workers; j++)
            num += text_equal(view->workers[j].state, words[i]);
        if (num == 0)
            continue;
        text_addf(out, "%s%zu %s", between, num, words[i]);
        between = ", ";
    }
}

static void describe_workers(const struct coordinator_view *view,
                             struct text *out)
{
    if (view->num_workers > MAX_WORKERS_SHOWN) {
        describe_states(view, out);
        return;
    }
    for (size_t i = 0; i < view->num_workers; i++) {
        const struct worker_view *worker = &view->workers[i];
        const bool is_elsewhere =
            !text_equal(worker->host, view->workers[0].host);

        text_addf(out,
                  " | rank %zu%s%s: %s",
                  i + 1,
                  is_elsewhere || worker->is_lost ? " on " : "",
                  is_elsewhere || worker->is_lost ? worker->host : "",
                  worker->doing);
    }
}

/* What is left out is known from the start: it is told at the end only. */
static void describe_losses(const struct coordinator_view *view,
                            bool is_last,
                            struct text *out)
{
    if (view->num_failed > 0)
        text_addf(out, "  %zu failed", view->num_failed);
    if (view->num_overlong > 0)
        text_addf(out, "  %zu overlong", view->num_overlong);
    if (is_last && view->num_left_out > 0)
        text_addf(out, "  %zu left out", view->num_left_out);
    if (view->num_lost > 0) {
        text_addf(out,
                  "  %zu worker%s lost",
                  view->num_lost,
                  view->num_lost == 1 ? "" : "s");
    }
}

/* Beside the ETA. */
static void describe_deadline(const struct coordinator_view *view,
                              double left_s,
                              struct text *out)
{
    char left[32];

    if (isnan(left_s))
        return;
    text_format_seconds(left, sizeof left, fabs(left_s));
    if (left_s <= 0) {
        text_addf(out, " (deadline passed %s ago)", left);
    } else {
        text_addf(out,
                  " (deadline in %s%s)",
                  left,
                  view->eta_s > left_s ? ", too late" : "");
    }
}

void progress_describe(const struct coordinator_view *view,
                       double seconds,
                       double left_s,
                       bool is_last,
                       struct text *out)
{
    const size_t fresh = view->num_done - view->num_before;
    const bool is_going = !is_last && view->num_done < view->num_units;
    double share = view->num_units
                       ? (double)view->num_done / (double)view->num_units
                       : 1.0;

    text_addf(out,
              "%3.0f %% %zu/%zu items",
              floor(100 * share), /* 100 is all of them */
              view->num_done,
              view->num_units);
    if (seconds > 0) {
        text_addf(out,
                  "  %.1f items/s  %.0f tokens/s",
                  (double)fresh / seconds,
                  (double)(view->reply_tokens + view->prompt_tokens) / seconds);
    }
    if (is_going && view->is_draining) {
        text_add(out, "  stopping");
    } else if (is_going && isfinite(view->eta_s)) {
        char eta[32];

        text_format_left(eta, sizeof eta, view->eta_s);
        text_addf(out, "  ETA %s", eta);
    } else if (is_going) {
        text_add(out, "  no estimate yet");
    }
    if (is_going)
        describe_deadline(view, left_s, out);
    if (view->cost > 0) {
        text_addf(out,
                  "  cost %s%.4g",
                  view->is_cost_estimated ? "about " : "",
                  view->cost);
    }
    describe_losses(view, is_last, out);
    /* when all is done some may not even have begun: it says nothing */
    if (is_going)
        describe_workers(view, out);
}

/* Leave out the end of a line that a terminal of so many columns would wrap:
 * \r goes back to the beginning of its last row only. */
void progress_cut(struct text *line, int columns)
{
    const char *text = text_data(line);
    size_t len = line->len;

    if (columns < 8 || (int)text_width(text) < columns)
        return;
    while (len > 0) {
        char *part = text_format("%.*s...", (int)len, text);
        bool fits = (int)text_width(part) < columns
                    && text_valid_utf8(text, len) == len;

        if (fits) {
            text_clear(line);
            text_add(line, part);
        }
        free(part);
        if (fits)
            return;
        len--;
    }
}

/* Takes the line. */
static void put(struct progress *self, struct text *line, bool is_last)
{
    int width;

    if (self->is_redrawn)
        progress_cut(line, columns_of(self->wish));
    width = (int)text_width(text_data(line));
    if (self->is_redrawn) {
        fprintf(stderr,
                "\r%s%*s%s",
                text_data(line),
                self->width > width ? self->width - width : 0,
                "",
                is_last ? "\n" : "");
    } else {
        fprintf(stderr, "%s\n", text_data(line));
    }
    (void)fflush(stderr);
    terminal_stands_in_line(self->is_redrawn && !is_last);
    self->width = width;
    self->shown_ms = clock_ms();
    text_release(line);
}

static void draw(struct progress *self,
                 const struct coordinator_view *view,
                 bool is_last)
{
    struct text line = { 0 };

    progress_describe(view,
                      (double)(clock_ms() - self->began_ms) / 1000.0,
                      self->deadline_s > 0
                          ? (double)self->deadline_s
                                - (double)clock_unix_ms() / 1000.0
                          : (double)NAN,
                      is_last,
                      &line);
    put(self, &line, is_last);
}

void progress_describe_stage(size_t num_done,
                             size_t num_units,
                             struct text *out)
{
    if (num_done < num_units) {
        text_addf(out,
                  "scoring: %.0f %%, %zu/%zu items",
                  floor(100.0 * (double)num_done / (double)num_units),
                  num_done,
                  num_units);
    } else {
        text_add(out, "scored; results.h5 is written");
    }
}

void progress_show_stage(struct progress *self,
                         size_t num_done,
                         size_t num_units)
{
    struct text line = { 0 };

    progress_describe_stage(num_done, num_units, &line);
    put(self, &line, false);
}

void progress_leave_stage(const struct progress *self)
{
    if (self->is_quiet || !self->is_redrawn || self->shown_ms == 0)
        return;
    fprintf(stderr, "\r%*s\r", self->width, "");
    (void)fflush(stderr);
    terminal_stands_in_line(false);
}

bool progress_is_due(const struct progress *self)
{
    int64_t every = self->is_redrawn ? REDRAW_MS : LINE_MS;

    return !self->is_quiet && clock_ms() - self->shown_ms >= every
           && clock_ms() - self->began_ms >= REDRAW_MS;
}

void progress_show(struct progress *self, const struct coordinator_view *view)
{
    draw(self, view, false);
}

void progress_end(struct progress *self, const struct coordinator_view *view)
{
    if (!self->is_quiet)
        draw(self, view, true);
}
