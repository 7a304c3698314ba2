/*
 * server_guard.h - the process between a rank and its server.
 *
 * It starts the server in a process group of its own and waits for one of two
 * ends.  The rank's: its standard input, a pipe, is closed, however the rank
 * went.  The server's: it has exited.  Then it ends all that the server has
 * brought about, in whatever group or session that is: asked to for some
 * seconds, then killed.  It outlives signals that are meant for the rank's
 * group.  When it is killed itself, the kernel kills the server.
 */
#ifndef SERVER_GUARD_H
#define SERVER_GUARD_H

/* Names in a server's folder. */
#define SERVER_GUARD_LOG    "log"
#define SERVER_GUARD_KEY    "key"
#define SERVER_GUARD_SOCKET "s.sock"

enum { SERVER_GUARD_GRACE_MS = 5000, SERVER_GUARD_NOT_FOUND = 127 };

/*
 * The whole life of the guard: argv is NAME FOLDER COMMAND...
 *
 * FOLDER   private, with a log (server_log.h); gone when this returns
 * returns  the server's exit status, 128 + N when it died of signal N, 0 when
 *          it was ended for the rank
 */
int server_guard_run(int argc, char **argv);

#endif
