#include "trustsweep/state.h"

#include "trustsweep/bug.h"

static const char *const names[NUM_STATES] = {
    [STATE_NONE] = "none",         [STATE_ANSWERED] = "answered",
    [STATE_REFUSED] = "refused",   [STATE_UNPARSED] = "unparsed",
    [STATE_EMPTY] = "empty",       [STATE_TRUNCATED] = "truncated",
    [STATE_NO_FINAL] = "no_final", [STATE_BLOCKED] = "blocked",
    [STATE_FAILED] = "failed",     [STATE_MISSING] = "missing",
    [STATE_OVERLONG] = "overlong", [STATE_UNJUDGED] = "unjudged",
};

const char *state_name(enum state state)
{
    if ((unsigned)state >= NUM_STATES) {
        BUG("no state %d", (int)state);
    }
    return names[state];
}

bool state_has_text(enum state state)
{
    return state == STATE_ANSWERED || state == STATE_TRUNCATED
           || state == STATE_EMPTY;
}
