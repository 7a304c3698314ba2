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

/* The same of a file that has such a name already, from malloc(); or a folder,
 * which goes where all that is in it is noted, too. */
void unfinished_note(const char *name);

/* It is renamed or removed by now; free()s it; accepts NULL. */
void unfinished_end(char *name);

/* From now on; what is ignored stays ignored. */
void unfinished_watch(void);

#endif
