#include "analysis/measured.h"

#include "store/reader.h"

#include <math.h>

bool measured_is_of_nothing(const struct reader_score *score)
{
    return score->num == 0 && !isnan(score->value);
}

double measured_value(const struct reader_score *score)
{
    return measured_is_of_nothing(score) ? (double)NAN : score->value;
}
