/*
 * unfinished.h - files that are written under another name until they are whole,
 * and temporary ones.
 *
 * A process that INT, TERM or HUP ends takes those away that it has begun, ends
 * the line it stands in, and dies of the signal, as if nobody had caught it.
 */
#ifndef UNFINISHED_H
#define UNFINISHED_H

/* "PATH.tmp-PID", for unfinished_end(). */
char *unfinished_begin(const char *path);

/* The same of a file that has a name, from malloc(); note it before it is made. */
void unfinished_note(const char *name);

/*
 * mkstemp() and mkdtemp(), the last six letters of `name`, but noted before
 * they are there: no signal comes between.  A folder goes where all that is in
 * it is noted, too.  A descriptor, or 0; -1 with errno.
 */
int unfinished_file(char *name);
int unfinished_folder(char *name);

/* It is renamed or removed by now; free()s it; accepts NULL. */
void unfinished_end(char *name);

/* From now on; what is ignored stays ignored. */
void unfinished_watch(void);

#endif
