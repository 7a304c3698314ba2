/*
 * mem.h - memory that is there or ends the process.
 *
 * Running out of memory prints one line and exits with 3: the journal makes
 * that safe, and half of all error paths need not exist.
 */
#ifndef MEM_H
#define MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed.  Never NULL; `num` and `size` may be 0. */
void *mem_alloc(size_t num, size_t size);
void *mem_resize(void *old, size_t num, size_t size);
void *mem_copy(const void *bytes, size_t len);

/* A NUL-terminated copy; NULL gives NULL. */
char *mem_text(const char *text);
char *mem_text_len(const char *text, size_t len);

/*
 * Room for `need` items of `size` bytes in an array that grows by doubling.
 * Updates *cap; what is new is not zeroed.
 *
 *     list->items = mem_reserve(list->items, &list->cap, list->num + 1,
 *                               sizeof *list->items);
 */
void *mem_reserve(void *items, size_t *cap, size_t need, size_t size);

/*
 * Whether this process cannot get 256 MiB at once, as where a limit of its address
 * space is near: libraries that fail or crash then say other things.  May be called
 * in a handler of a signal.
 */
bool mem_is_short(void);

/* " (ulimit -v: 110 MiB)"; "" where there is no such limit.  64 bytes hold it. */
void mem_describe_limit(char *out, size_t size);

#endif
