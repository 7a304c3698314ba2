#include "trustsweep/bug.h"
#include "trustsweep/unit.h"

const char *role_name(enum role role)
{
    static const char *const names[NUM_ROLES] = {
        [ROLE_ANSWER] = "answer",     [ROLE_JUDGE] = "judge",
        [ROLE_REFUSAL] = "refusal",   [ROLE_EMBEDDER] = "embedder",
        [ROLE_TOXICITY] = "toxicity",
    };

    if ((unsigned)role >= NUM_ROLES) {
        BUG("no role %d", (int)role);
    }
    return names[role];
}
