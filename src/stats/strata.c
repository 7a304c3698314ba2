#include "stats/strata.h"

#include "base/mem.h"

#include <stdlib.h>

size_t strata_count(const uint32_t *numbers, size_t num)
{
    size_t count = 0;

    for (size_t i = 0; i < num; i++) {
        if (numbers[i] >= count)
            count = (size_t)numbers[i] + 1;
    }
    return count;
}

void strata_join(uint32_t *strata, size_t num_units)
{
    const size_t num = strata_count(strata, num_units);
    size_t *counts = mem_alloc(num, sizeof *counts);
    size_t num_single = 0;
    size_t other = num;

    for (size_t i = 0; i < num_units; i++)
        counts[strata[i]]++;
    for (size_t s = 0; s < num; s++) {
        num_single += counts[s] == 1;
        if (counts[s] > 1)
            other = s;
    }
    if (num_single > 1)
        other = num;
    for (size_t i = 0; i < num_units; i++) {
        if (counts[strata[i]] == 1)
            strata[i] = (uint32_t)other;
    }
    free(counts);
}
