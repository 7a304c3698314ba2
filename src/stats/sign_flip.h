/*
 * sign_flip.h - whether two models differ, from how each unit moves their
 * difference: were they alike, any unit could as well have moved it the other
 * way.
 */
#ifndef SIGN_FLIP_H
#define SIGN_FLIP_H

#include <stdbool.h>
#include <stddef.h>

struct sign_flip {
    double difference; /* sum of the parts */
    double se;         /* of it, when the signs are chance */
    double p;          /* two-sided; 1 when nothing moves it */
    bool is_exact;     /* all signs tried; else the normal law */
    size_t num_moving; /* parts that are not 0 */
};

/*
 * parts    [num], one a unit (a whole cluster), finite
 * Exact up to 16 parts that are not 0.  With one part or none p is 1: that
 * shows nothing.
 */
struct sign_flip sign_flip_test(const double *parts, size_t num);

/* Two-sided p of Student's t for a difference with that standard error; 1 when
 * both are 0, NaN below one degree of freedom and where one of them is NaN. */
double sign_flip_t(double difference, double se, double freedom);

#endif
