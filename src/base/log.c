#include "base/log.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/terminal.h"
#include "base/text_show.h"
#include "trustsweep/error.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LINE = 2048 }; /* longer ones are cut */

static struct {
    int fd;
    int rank;
    enum log_level stderr_level;
} state = { .fd = -1, .rank = -1, .stderr_level = LOG_WARN };

static const char *level_name(enum log_level level)
{
    static const char *const names[] = { "INFO", "WARN", "ERROR" };

    return names[level];
}

/* One write, so that lines of processes that share a file do not mix.  A log
 * that cannot be written is no reason to stop. */
static void emit(int fd, const char *line, size_t len)
{
    ssize_t done = write(fd, line, len);

    (void)done;
}

/* `begin` and the message, as one line.  What a text holds must not look like a
 * line of its own. */
static size_t make_line(char *line, /* [MAX_LINE] */
                        const char *begin,
                        const char *fmt,
                        va_list args) __attribute__((format(printf, 3, 0)));

static size_t make_line(char *line,
                        const char *begin,
                        const char *fmt,
                        va_list args)
{
    const size_t start = (size_t)snprintf(line, MAX_LINE, "%s", begin);
    size_t end;

    (void)vsnprintf(line + start, MAX_LINE - start - 1, fmt, args);
    text_show_clean(line + start, ' ');
    end = start + strlen(line + start);
    line[end++] = '\n';
    return end;
}

/* Of the log of a rank or a run. */
static void begin_of_log(char *out,
                         size_t size,
                         enum log_level level,
                         const char *file)
{
    char now[24];
    char rank[16] = "-";

    clock_format(clock_unix_ms(), now, sizeof now);
    if (state.rank >= 0)
        (void)snprintf(rank, sizeof rank, "%d", state.rank);
    (void)snprintf(out,
                   size,
                   "%s %s %s %.80s: ",
                   now,
                   level_name(level),
                   rank,
                   path_name(file));
}

void log_write(enum log_level level, const char *file, const char *fmt, ...)
{
    bool to_file = state.fd >= 0;
    bool to_stderr = state.rank <= 0 && level >= state.stderr_level;
    char begin[192];
    char line[MAX_LINE];
    va_list args;
    size_t len;

    if (to_file || (to_stderr && state.rank >= 0)) {
        begin_of_log(begin, sizeof begin, level, file);
        va_start(args, fmt);
        len = make_line(line, begin, fmt, args);
        va_end(args);
        if (to_file)
            emit(state.fd, line, len);
    }
    if (!to_stderr)
        return;
    if (state.rank < 0) { /* a command, which speaks as its errors do */
        va_start(args, fmt);
        len = make_line(line,
                        level == LOG_WARN ? "trustsweep: warning: "
                                          : "trustsweep: ",
                        fmt,
                        args);
        va_end(args);
    }
    terminal_leave_line();
    emit(STDERR_FILENO, line, len);
}

int log_open(const char *path, int rank, struct error *err)
{
    int fd = -1;

    if (path) {
        fd = file_open_here(path, O_WRONLY | O_APPEND, err);
        if (fd < 0)
            return -1;
    }
    log_close();
    state.fd = fd;
    state.rank = rank;
    return 0;
}

void log_close(void)
{
    if (state.fd >= 0) {
        (void)close(state.fd);
        state.fd = -1;
    }
}

void log_set_stderr(enum log_level level)
{
    state.stderr_level = level;
}
