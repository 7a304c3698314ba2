#include "base/random.h"

#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <sys/random.h>

enum { RANDOM_AT_ONCE = 256 }; /* so many are never cut short */

uint64_t random_next(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = *state;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 31;
}

double random_unit(uint64_t *state)
{
    return (double)(random_next(state) >> 11) * 0x1p-53;
}

uint64_t random_below(uint64_t *state, uint64_t bound)
{
    if (bound == 0) {
        BUG("no number is below 0");
    }
    /* The lowest 2^64 mod bound numbers would make some results likelier. */
    uint64_t least = (UINT64_MAX - bound + 1) % bound;
    uint64_t number;
    do {
        number = random_next(state);
    } while (number < least);
    return number % bound;
}

int random_secret(void *out, size_t len, struct error *err)
{
    if (len > RANDOM_AT_ONCE) {
        BUG("%zu random bytes at once", len);
    }
    if (getrandom(out, len, 0) == (ssize_t)len)
        return 0;
    return error_set_errno(err, errno, "no %zu random bytes", len);
}
