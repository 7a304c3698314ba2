/*
 * process.h - whether another process of this machine lives.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * When it began, in the kernel's ticks, so that a later process of the same
 * number is told apart.  "" when it is gone, a zombie (dead, and nobody has
 * asked how) or past its last step, or where there is no /proc.
 */
void process_began(int64_t pid, char *out, size_t size);

/* `began`: as process_began() gave it; NULL or "": any. */
bool process_lives(int64_t pid, const char *began);

/* Every process that `root` has brought about and that has not ended, but for
 * `root` itself: children, theirs and so on, [returned]; free(*out).  None where
 * there is no /proc. */
size_t process_family(int64_t root, int64_t **out);

/* A name for this machine since it was booted and for the numbers processes
 * have here (a container has its own); "" where there is no /proc. */
void process_machine(char *out, size_t size);

#endif
