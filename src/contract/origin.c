#include "trustsweep/bug.h"
#include "trustsweep/verdict.h"

const char *origin_name(enum origin origin)
{
    static const char *const names[NUM_ORIGINS] = { "rule",
                                                    "recorded",
                                                    "asked" };

    if ((unsigned)origin >= NUM_ORIGINS)
        BUG("no origin %d", (int)origin);
    return names[origin];
}
