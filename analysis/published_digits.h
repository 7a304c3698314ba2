/*
 * published_digits.h - whether a value is what was printed.
 */
#ifndef PUBLISHED_DIGITS_H
#define PUBLISHED_DIGITS_H

enum published_digits {
    PUBLISHED_OTHER = 0,     /* another value                               */
    PUBLISHED_ROUNDED,       /* within half a unit of the last digit        */
    PUBLISHED_CUT_OFF,       /* its digits, without rounding                */
    PUBLISHED_ROUNDED_TWICE, /* rounded to one digit more before            */
};

/* printed  decimal, "-0.161"; how many digits it has counts */
enum published_digits published_digits(double value, const char *printed);

/* "rounded", "cut off", "rounded twice"; "" for PUBLISHED_OTHER. */
const char *published_digits_name(enum published_digits digits);

#endif
