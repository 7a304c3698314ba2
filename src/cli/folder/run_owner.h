/*
 * run_owner.h - the mark of the process that owns a run directory: owner.json,
 * made with O_EXCL, touched every few seconds by a thread of its own.
 *
 * Whether an owner lives is asked of the kernel where the mark was made on this
 * machine, else it is a matter of how long ago it was touched, by the clock of
 * the file system; a mark that looks too old, or of the future, is watched for
 * some seconds first, so that no clock decides alone.  A mark that our own
 * batch job made before it was requeued is of a dead one.  Whoever judges and takes
 * holds a lock on owner.lock meanwhile, so that of several only one wins.
 */
#ifndef RUN_OWNER_H
#define RUN_OWNER_H

#include <stdbool.h>

struct error;
struct run_owner;

/* Become the owner of a folder that exists.  ERR_USAGE while one lives: says
 * who, since when, when last heard of, and the way out; ERR_IO */
struct run_owner *run_owner_claim(const char *folder, struct error *err);
/* Whether one could; leaves nothing behind.  0, -1 */
int run_owner_try(const char *folder, struct error *err);

/* False once another process has taken the folder, or somebody has removed the
 * mark: then nothing may be written there any more. */
bool run_owner_is_ours(struct run_owner *self);

void run_owner_release(struct run_owner *self); /* accepts NULL */

/* Whether there is an owner who may still be at work; at a glance. */
bool run_owner_is_there(const char *folder);

#endif
