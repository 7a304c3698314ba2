#include "base/mem.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MIB = 1 << 20, SPARE = 256 * MIB };

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

bool mem_is_short(void)
{
    const int zeros = open("/dev/zero", O_RDWR | O_CLOEXEC);
    void *spare;

    if (zeros < 0)
        return false;
    spare = mmap(NULL, SPARE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zeros, 0);
    (void)close(zeros);
    if (spare == MAP_FAILED)
        return true;
    (void)munmap(spare, SPARE);
    return false;
}

void mem_describe_limit(char *out, size_t size)
{
    struct rlimit limit;

    out[0] = '\0';
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        (void)snprintf(out,
                       size,
                       " (ulimit -v: %llu MiB)",
                       (unsigned long long)limit.rlim_cur / MIB);
    }
}
