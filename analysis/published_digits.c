#include "analysis/published_digits.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* A tie may have been rounded up or down, and binary numbers miss it a bit. */
static const double slack = 1e-9;

static double unit_of(const char *printed)
{
    const char *point = strchr(printed, '.');

    return point ? pow(10, -(double)strlen(point + 1)) : 1;
}

static int is_near(double a, double b, double distance)
{
    return fabs(a - b) <= distance + slack;
}

enum published_digits published_digits(double value, const char *printed)
{
    const double unit = unit_of(printed);
    double number;

    if (!isfinite(value) || !text_to_double(printed, &number))
        return PUBLISHED_OTHER;
    if (is_near(value, number, unit / 2))
        return PUBLISHED_ROUNDED;
    if (is_near(trunc(value / unit) * unit, number, 0))
        return PUBLISHED_CUT_OFF;
    if (is_near(round(value / unit * 10) * unit / 10, number, unit / 2))
        return PUBLISHED_ROUNDED_TWICE;
    return PUBLISHED_OTHER;
}

const char *published_digits_name(enum published_digits digits)
{
    static const char *const names[] = {
        "",
        "rounded",
        "cut off",
        "rounded twice",
    };

    return names[digits];
}
