/*
 * turn.h - one process of a user and node at a time.
 *
 * Who measures what is free and then takes it must not be measured beside: two
 * would both see all of it.  So they take turns for as long as that lasts.
 */
#ifndef TURN_H
#define TURN_H

/*
 * Wait for the turn named `what`: "memory", the address of a GPU.  It ends with
 * turn_end() or with the process; processes that it starts do not inherit it.
 *
 * returns  what turn_end() takes; -1: turns cannot be taken here (no /tmp), and
 *          the caller goes on without one
 */
int turn_begin(const char *what);

void turn_end(int turn); /* accepts -1 */

#endif
