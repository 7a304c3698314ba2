#include "base/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t is_in_line;

bool terminal_is_redrawn(int fd)
{
    const char *kind = getenv("TERM");

    return isatty(fd) == 1 && kind && kind[0] && strcmp(kind, "dumb") != 0;
}

bool terminal_is_styled(int fd)
{
    const char *plain = getenv("NO_COLOR");

    return terminal_is_redrawn(fd) && !(plain && plain[0]);
}

void terminal_stands_in_line(bool is_open)
{
    is_in_line = is_open;
}

void terminal_leave_line(void)
{
    ssize_t done = is_in_line ? write(STDERR_FILENO, "\n", 1) : 0;

    (void)done;
    is_in_line = 0;
}
