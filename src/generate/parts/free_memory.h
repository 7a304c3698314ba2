/*
 * free_memory.h - how much memory a process may still take.
 */
#ifndef FREE_MEMORY_H
#define FREE_MEMORY_H

#include <stdint.h>

/*
 * What the machine can give away, and no more than the cgroups of this process
 * leave, those of versions 1 and 2 and all above them: a batch system's job has
 * less than its node.  Pages of files that a cgroup can drop are free.
 *
 * root     "" for this machine; else a folder that stands in for /
 * returns  bytes; 0 = unknown
 */
uint64_t free_memory(const char *root);

/* Bytes of files that this process has mapped and in memory; free_memory()
 * counts them as free.  0 = unknown. */
uint64_t free_memory_mapped(const char *root);

#endif
