/*
 * terminal.h - what may be sent where a person may look.
 *
 * A pipe, a file and a Slurm log get plain lines.  NO_COLOR (not empty) takes
 * every escape sequence away, TERM=dumb also what is drawn again in place.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* Whether a line may be drawn again in place, by a carriage return. */
bool terminal_is_redrawn(int fd);

/* Whether escape sequences may be sent: bold, a cleared screen. */
bool terminal_is_styled(int fd);

/* Whether a line that is drawn again stands on stderr now, its end open. */
void terminal_stands_in_line(bool is_open);

/* End it, before something else is said; a handler of signals may. */
void terminal_leave_line(void);

#endif
