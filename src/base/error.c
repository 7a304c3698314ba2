#include "trustsweep/error.h"

#include "base/text_show.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = sizeof((struct error *)0)->text };

/* `text` was cut at its buffer's end: say so, and leave no half character. */
static void mark_cut(char text[TEXT_SIZE])
{
    size_t len = TEXT_SIZE - sizeof "...";

    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) {
        len--;
    }
    memcpy(text + len, "...", sizeof "...");
}

static void format(char out[TEXT_SIZE], const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

static void format(char out[TEXT_SIZE], const char *fmt, va_list args)
{
    int len = vsnprintf(out, TEXT_SIZE, fmt, args);

    if (len < 0) {
        out[0] = '\0';
    } else if (len >= TEXT_SIZE) {
        mark_cut(out);
    }
    text_show_clean(out, ' '); /* one line, whatever names hold */
}

/* "before: after"; neither may be part of `out`. */
static void join(char out[TEXT_SIZE], const char *before, const char *after)
{
    int len = snprintf(out, TEXT_SIZE, "%s: %s", before, after);

    if (len >= TEXT_SIZE) {
        mark_cut(out);
    }
}

int error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
    char text[TEXT_SIZE]; /* the arguments may point into err->text */
    va_list args;

    if (!err) {
        return -1;
    }
    va_start(args, fmt);
    format(text, fmt, args);
    va_end(args);
    err->code = code;
    memcpy(err->text, text, strlen(text) + 1);
    return -1;
}

int error_set_errno(struct error *err, int number, const char *fmt, ...)
{
    char text[TEXT_SIZE];
    char reason[128];
    va_list args;

    if (!err) {
        return -1;
    }
    va_start(args, fmt);
    format(text, fmt, args);
    va_end(args);
    if (strerror_r(number, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", number);
    }
    err->code = ERR_IO;
    join(err->text, text, reason);
    return -1;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
    char context[TEXT_SIZE];
    char text[TEXT_SIZE];
    va_list args;

    if (!err) {
        return -1;
    }
    va_start(args, fmt);
    format(context, fmt, args);
    va_end(args);
    memcpy(text, err->text, sizeof text);
    join(err->text, context, text);
    return -1;
}

int error_exit_status(const struct error *err)
{
    return err->code == ERR_USAGE ? 2 : 3;
}
