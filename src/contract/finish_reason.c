#include "trustsweep/bug.h"
#include "trustsweep/reply.h"

const char *finish_reason_name(enum finish_reason reason)
{
    static const char *const names[NUM_FINISH_REASONS] = {
        [FINISH_NONE] = "none",     [FINISH_STOP] = "stop",
        [FINISH_LENGTH] = "length", [FINISH_FILTER] = "content_filter",
        [FINISH_ERROR] = "error",
    };

    if ((unsigned)reason >= NUM_FINISH_REASONS) {
        BUG("no finish reason %d", (int)reason);
    }
    return names[reason];
}
