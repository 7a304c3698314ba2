/* Whole-string numbers.  The strto functions skip white space and take forms
 * that nobody means in a job file, so the first look is our own. */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool text_to_int64(const char *text, int64_t *out)
{
    char *end;

    if (!is_digit(text[text[0] == '-'])) {
        return false;
    }
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0') {
        return false;
    }
    *out = number;
    return true;
}

bool text_to_uint64(const char *text, uint64_t *out)
{
    char *end;

    if (!is_digit(text[0])) {
        return false;
    }
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0') {
        return false;
    }
    *out = number;
    return true;
}

bool text_to_double(const char *text, double *out)
{
    char *end;

    /* Leaves out white space, hexadecimal, nan and inf. */
    if (text[0] == '\0' || strspn(text, "+-.0123456789eE") != strlen(text)) {
        return false;
    }
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(number)) {
        return false;
    }
    *out = number;
    return true;
}
