/*
 * run_presence.h - a mark that a command leaves in a run directory for as long as
 * it lives, touched every few seconds by a thread of its own, so that another
 * machine sees that it does.  It keeps nobody out: owner.json does (run_owner.h).
 */
#ifndef RUN_PRESENCE_H
#define RUN_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

struct run_presence;

/* In a folder that exists.  Where the mark cannot be made nobody sees it: no
 * error. */
struct run_presence *run_presence_begin(const char *dir, const char *name);
void run_presence_end(struct run_presence *self); /* accepts NULL */

/*
 * Whether somebody who made it may live; at a glance.
 *
 * made_ns  when it was made, by the clock of the file system; may be NULL
 */
bool run_presence_is_there(const char *dir, const char *name, int64_t *made_ns);

#endif
