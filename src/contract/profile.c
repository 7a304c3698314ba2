#include "trustsweep/bug.h"
#include "trustsweep/verdict.h"

const char *profile_name(enum profile profile)
{
    static const char *const names[NUM_PROFILES] = {
        [PROFILE_PAPER] = "paper",
        [PROFILE_CORRECTED] = "corrected",
    };

    if ((unsigned)profile >= NUM_PROFILES) {
        BUG("no profile %d", (int)profile);
    }
    return names[profile];
}
