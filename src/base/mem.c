#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No formatting and no clean-up: both could need memory. */
static _Noreturn void out_of_memory(void)
{
    static const char line[] = "trustsweep: out of memory\n";

    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    _exit(3);
}

void *mem_alloc(size_t num, size_t size)
{
    void *fresh = num == 0 || size == 0 ? calloc(1, 1) : calloc(num, size);

    if (!fresh) {
        out_of_memory();
    }
    return fresh;
}

void *mem_resize(void *old, size_t num, size_t size)
{
    size_t len = num * size;

    if (size != 0 && num > SIZE_MAX / size) {
        out_of_memory();
    }
    void *fresh = realloc(old, len == 0 ? 1 : len);
    if (!fresh) {
        out_of_memory();
    }
    return fresh;
}

void *mem_copy(const void *bytes, size_t len)
{
    void *fresh = mem_resize(NULL, len, 1);

    if (len > 0) {
        memcpy(fresh, bytes, len);
    }
    return fresh;
}

char *mem_text(const char *text)
{
    return text ? mem_text_len(text, strlen(text)) : NULL;
}

char *mem_text_len(const char *text, size_t len)
{
    if (!text) {
        return NULL;
    }
    if (len == SIZE_MAX) {
        out_of_memory();
    }
    char *fresh = mem_resize(NULL, len + 1, 1);
    memcpy(fresh, text, len);
    fresh[len] = 0;
    return fresh;
}

void *mem_reserve(void *items, size_t *cap, size_t need, size_t size)
{
    size_t room = *cap < 8 ? 8 : *cap;

    if (items && need <= *cap) {
        return items;
    }
    while (room < need) {
        if (room > SIZE_MAX / 2) {
            out_of_memory();
        }
        room *= 2;
    }
    items = mem_resize(items, room, size);
    *cap = room;
    return items;
}
