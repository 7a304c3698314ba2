#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

char *text_format(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        BUG("cannot format '%s'", fmt);
    }
    char *out = mem_alloc((size_t)len + 1, 1);
    va_start(args, fmt);
    (void)vsnprintf(out, (size_t)len + 1, fmt, args);
    va_end(args);
    return out;
}

void text_format_bytes(char *out, size_t size, uint64_t bytes)
{
    static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
    double number = (double)bytes / 1000;
    size_t unit = 0;

    if (bytes < 1000) {
        (void)snprintf(out, size, "%u B", (unsigned)bytes);
        return;
    }
    /* 999.95 would be written as 1000.0. */
    while (number >= 999.95 && unit + 1 < ARRAY_LEN(units)) {
        number /= 1000;
        unit++;
    }
    (void)snprintf(out, size, "%.1f %s", number, units[unit]);
}

void text_format_seconds(char *out, size_t size, double seconds)
{
    if (!isfinite(seconds) || seconds < 0 || seconds > 1e12) {
        (void)snprintf(out, size, "unknown");
    } else if (seconds < 0.9995) {
        (void)snprintf(out, size, "%.0f ms", seconds * 1000);
    } else if (seconds < 59.95) {
        (void)snprintf(out, size, "%.1f s", seconds);
    } else {
        long long whole = (long long)(seconds + 0.5);
        if (whole < 3600) {
            (void)
                snprintf(out, size, "%lld min %lld s", whole / 60, whole % 60);
        } else if (whole < 86400) {
            (void)snprintf(out,
                           size,
                           "%lld h %lld min",
                           whole / 3600,
                           whole % 3600 / 60);
        } else {
            (void)snprintf(out,
                           size,
                           "%lld d %lld h",
                           whole / 86400,
                           whole % 86400 / 3600);
        }
    }
}

void text_format_left(char *out, size_t size, double seconds)
{
    if (seconds >= 0 && seconds < 1) {
        (void)snprintf(out, size, "1 s");
    } else {
        text_format_seconds(out, size, seconds);
    }
}
