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

static double width_of(const struct schedule_demand *demand, size_t model)
{
    return demand->width && demand->width[model] > 1
               ? (double)demand->width[model]
               : 1;
}

static bool is_enough(const struct schedule_demand *demand,
                      double slots,
                      need_fn need,
                      double end_s)
{
    double sum = 0;

    for (size_t i = 0; i < demand->num; i++) {
        if (demand->work_s[i] <= 0)
            continue;
        if (end_s <= demand->load_s[i])
            return false;
        sum += width_of(demand, i)
               * need(demand->work_s[i], demand->load_s[i], end_s);
    }
    return sum <= slots * end_s;
}

static double find_bound(const struct schedule_demand *demand,
                         double slots,
                         need_fn need)
{
    double low = 0;
    double high = 0;

    if (slots <= 0)
        slots = 1;
    /* One slot doing everything is enough time for any number of slots. */
    for (size_t i = 0; i < demand->num; i++) {
        if (demand->work_s[i] <= 0)
            continue;
        /* as if each needed all slots it was given in turn */
        high += fmax(1, 1 / slots) * width_of(demand, i)
                * (demand->work_s[i] + demand->load_s[i]);
        low = demand->load_s[i] > low ? demand->load_s[i] : low;
    }
    if (high <= 0)
        return 0;
    /* The need falls as the end moves out, so halving finds the smallest. */
    for (int i = 0; i < 100; i++) {
        double middle = low + (high - low) / 2;

        if (is_enough(demand, slots, need, middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

double schedule_parted_bound(const struct schedule_demand *demand, double slots)
{
    return find_bound(demand, slots, need_parted);
}

double schedule_whole_bound(const struct schedule_demand *demand, double slots)
{
    return find_bound(demand, slots, need_whole);
}
