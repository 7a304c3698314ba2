#include "schedule/schedule.h"

/* Slots that are needed to end at `end_s`; INFINITY when no number does. */
static double slots_needed(const double *work_s,
                           const double *load_s,
                           size_t num,
                           double end_s)
{
    double sum = 0;

    for (size_t i = 0; i < num; i++) {
        if (work_s[i] <= 0)
            continue;
        if (end_s <= load_s[i])
            return 1e300;
        sum += work_s[i] / (end_s - load_s[i]);
    }
    return sum;
}

double schedule_lower_bound(const double *work_s,
                            const double *load_s,
                            size_t num,
                            size_t slots)
{
    double low = 0;
    double high = 0;

    if (slots == 0)
        slots = 1;
    /* One slot doing everything is enough time for any number of slots. */
    for (size_t i = 0; i < num; i++) {
        if (work_s[i] <= 0)
            continue;
        high += work_s[i];
        low = load_s[i] > low ? load_s[i] : low;
    }
    if (high <= 0)
        return 0;
    high += low;
    /* The need falls as the end moves out, so halving finds the smallest. */
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;

        if (slots_needed(work_s, load_s, num, middle) <= (double)slots) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}
