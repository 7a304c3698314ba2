#include "schedule/schedule.h"

#include <math.h>

/* Seconds of slots that are needed to end at `end_s`. */
typedef double (*need_fn)(double work_s, double load_s, double end_s);

static double need_parted(double work_s, double load_s, double end_s)
{
    return work_s / (end_s - load_s) * end_s;
}

static double need_whole(double work_s, double load_s, double end_s)
{
    return work_s + ceil(work_s / (end_s - load_s)) * load_s;
}

static bool is_enough(const double *work_s,
                      const double *load_s,
                      size_t num,
                      double slots,
                      need_fn need,
                      double end_s)
{
    double sum = 0;

    for (size_t i = 0; i < num; i++) {
        if (work_s[i] <= 0)
            continue;
        if (end_s <= load_s[i])
            return false;
        sum += need(work_s[i], load_s[i], end_s);
    }
    return sum <= slots * end_s;
}

static double find_bound(const double *work_s,
                         const double *load_s,
                         size_t num,
                         size_t slots,
                         need_fn need)
{
    double low = 0;
    double high = 0;

    if (slots == 0)
        slots = 1;
    /* One slot doing everything is enough time for any number of slots. */
    for (size_t i = 0; i < num; i++) {
        if (work_s[i] <= 0)
            continue;
        high += work_s[i] + load_s[i];
        low = load_s[i] > low ? load_s[i] : low;
    }
    if (high <= 0)
        return 0;
    /* The need falls as the end moves out, so halving finds the smallest. */
    for (int i = 0; i < 100; i++) {
        double middle = low + (high - low) / 2;

        if (is_enough(work_s, load_s, num, (double)slots, need, middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

double schedule_lower_bound(const double *work_s,
                            const double *load_s,
                            size_t num,
                            size_t slots)
{
    return find_bound(work_s, load_s, num, slots, need_parted);
}

double schedule_whole_bound(const double *work_s,
                            const double *load_s,
                            size_t num,
                            size_t slots)
{
    return find_bound(work_s, load_s, num, slots, need_whole);
}
