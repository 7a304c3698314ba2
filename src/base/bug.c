#include "trustsweep/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void bug_abort(const char *file, int line, const char *fmt, ...)
{
    char text[480];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    (void)fprintf(stderr, "trustsweep: bug: %s:%d: %s\n", file, line, text);
    abort();
}
