#include "analysis/needs.h"

#include "store/reader.h"
#include "trustsweep/state.h"

#include <stdint.h>
#include <string.h>

const char *needs_lacking(const struct reader_column *column,
                          const struct reader_score *score)
{
    const char *comma = strrchr(column->needs, ',');
    uint64_t num = 0;

    for (int s = 0; s < NUM_STATES; s++)
        num += score->states[s];
    if (!comma || score->states[STATE_UNJUDGED] == num)
        return column->needs;
    return comma + 1 + strspn(comma + 1, " ");
}
