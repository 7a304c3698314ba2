#include "stats/mean.h"

#include "base/mem.h"
#include "stats/variance.h"

#include <math.h>
#include <stdlib.h>

/* How new data would come about. */
enum draw {
    DRAW_WITHIN = 0, /* clusters within each group */
    DRAW_ACROSS,     /* a cluster has entries in several groups */
    DRAW_GROUPS,     /* each group is one cluster */
};

struct group {
    double num;
    double mean;
    double shaped;
    double slope; /* of the shape, there */
};

struct work {
    const struct mean_input *in;
    const uint32_t *units; /* clusters, or items */
    enum draw draw;
    struct group *groups; /* [in->num_groups] */
    double weight;        /* of a group */
    double value;
    double *parts;    /* [in->num] */
    double differing; /* entries unlike most of their group */
    double reference; /* variance were all entries independent shares */
    bool is_one;      /* one unit: each group is worth one answer */
};

static double shaped(const struct mean_input *in, double mean)
{
    return in->shape ? in->shape(mean) : mean;
}

static double slope(const struct mean_input *in, double mean)
{
    const double from = fmax(0, mean - 1e-5);
    const double to = fmin(1, mean + 1e-5);

    return in->shape ? (in->shape(to) - in->shape(from)) / (to - from) : 1;
}

static void find_groups(struct work *work)
{
    const struct mean_input *in = work->in;
    size_t num_used = 0;

    work->groups = mem_alloc(in->num_groups, sizeof *work->groups);
    for (size_t i = 0; i < in->num; i++) {
        work->groups[in->groups[i]].mean += in->values[i];
        work->groups[in->groups[i]].num++;
    }
    for (size_t g = 0; g < in->num_groups; g++) {
        struct group *group = &work->groups[g];

        if (group->num > 0) {
            group->mean = fmin(1, group->mean / group->num);
            group->shaped = shaped(in, group->mean);
            group->slope = slope(in, group->mean);
            work->value += group->shaped;
            num_used++;
        }
    }
    if (in->num_weights > 0)
        num_used = in->num_weights;
    work->weight = 1 / (double)num_used;
    work->value *= work->weight;
}

static enum draw find_draw(const struct work *work)
{
    const struct mean_input *in = work->in;
    uint32_t *group_of = mem_alloc(in->num, sizeof *group_of);
    uint32_t *unit_of = mem_alloc(in->num_groups, sizeof *unit_of);
    size_t num_used = 0;
    bool is_across = false;
    bool is_single = true;

    /* 0: none yet */
    for (size_t i = 0; i < in->num; i++) {
        uint32_t *group = &group_of[work->units[i]];
        uint32_t *unit = &unit_of[in->groups[i]];

        num_used += *unit == 0;
        is_across = is_across || (*group != 0 && *group != in->groups[i] + 1);
        is_single = is_single && (*unit == 0 || *unit == work->units[i] + 1);
        *group = in->groups[i] + 1;
        *unit = work->units[i] + 1;
    }
    free(group_of);
    free(unit_of);
    if (is_across)
        return DRAW_ACROSS;
    return is_single && num_used > 1 ? DRAW_GROUPS : DRAW_WITHIN;
}

static void find_parts(struct work *work)
{
    const struct mean_input *in = work->in;

    work->parts = mem_alloc(in->num, sizeof *work->parts);
    for (size_t i = 0; i < in->num; i++) {
        const struct group *group = &work->groups[in->groups[i]];
        const double part = work->draw == DRAW_GROUPS
                                ? group->shaped - work->value
                                : group->slope * (in->values[i] - group->mean);

        work->parts[i] = part * work->weight / group->num;
    }
}

/* How many entries are unlike the rest, among those of `group`; of all groups
 * when it is in->num_groups.  Of shares it is the number of the rarer kind; a
 * probability counts by as much as it leans away, so that answers which a
 * classifier calls 0.999 and 0.998 are alike. */
static double count_differing(const struct mean_input *in, size_t group)
{
    double num = 0;
    double sum = 0;

    for (size_t i = 0; i < in->num; i++) {
        if (group == in->num_groups || in->groups[i] == group) {
            sum += in->values[i];
            num++;
        }
    }
    return fmax(0, fmin(sum, num - sum));
}

static void find_reference(struct work *work)
{
    const struct mean_input *in = work->in;

    work->differing = 0;
    work->reference = 0;
    if (work->draw == DRAW_GROUPS) {
        work->differing = count_differing(in, in->num_groups);
        work->reference = work->value * (1 - work->value) / (double)in->num;
        return;
    }
    for (size_t g = 0; g < in->num_groups; g++) {
        const struct group *group = &work->groups[g];
        const double factor = group->slope * work->weight;

        if (group->num > 0) {
            work->differing += count_differing(in, g);
            work->reference +=
                factor * factor * group->mean * (1 - group->mean) / group->num;
        }
    }
}

/*
 * The design effect: by how much the variance exceeds that of independent
 * shares.  What was seen of it hangs on the entries that differ from the rest,
 * so one more of these is thought to be there, of the worst effect possible:
 * units that are all alike.
 */
static double design_effect(const struct work *work,
                            const struct variance *variance)
{
    const double worst = (double)work->in->num / (double)variance->num_units;
    const double seen =
        work->reference > 0 ? variance->value / work->reference : 0;

    return (work->differing * seen + worst) / (work->differing + 1);
}

/* How many independent answers a group's own are worth. */
static double worth(const struct work *work,
                    const struct group *group,
                    double effect)
{
    return work->is_one ? 1 : group->num / effect;
}

static struct interval combine(const struct work *work,
                               double effect,
                               double quantile)
{
    const struct mean_input *in = work->in;
    double low = 0;
    double high = 0;

    if (work->draw == DRAW_GROUPS) {
        return interval_wilson_effective(work->value,
                                         (double)in->num / effect,
                                         quantile);
    }
    for (size_t g = 0; g < in->num_groups; g++) {
        const struct group *group = &work->groups[g];
        struct interval one;

        if (group->num == 0)
            continue;
        one = interval_wilson_effective(group->mean,
                                        worth(work, group, effect),
                                        quantile);
        low = hypot(low, group->shaped - shaped(in, one.low));
        high = hypot(high, shaped(in, one.high) - group->shaped);
    }
    return (struct interval){ work->value - work->weight * low,
                              work->value + work->weight * high };
}

/* Each answer its own item, right or wrong. */
static bool is_independent(const struct mean_input *in)
{
    for (size_t i = 0; i < in->num; i++) {
        if (in->clusters || in->items[i] != i
            || (in->values[i] != 0 && in->values[i] != 1))
            return false;
    }
    return true;
}

/* Of one unit no variance is seen; no value in [0, 1] varies more than a share
 * of the same mean, so it is taken as one answer. */
static struct interval interval_of(struct work *work,
                                   const struct variance *variance)
{
    const double quantile = interval_quantile(variance->freedom);

    work->is_one = variance->num_units == 1;
    if (work->is_one)
        return combine(work, 1, interval_quantile((double)INFINITY));
    if (isnan(quantile))
        return interval_none();
    return combine(work, design_effect(work, variance), quantile);
}

static void find_intervals(struct work *work, struct mean *out)
{
    const struct mean_input *in = work->in;
    const struct variance variance =
        variance_of_sum(work->parts,
                        work->units,
                        work->draw == DRAW_WITHIN ? in->groups : NULL,
                        in->num);
    const double sampling =
        variance_of_sampling(work->parts, in->items, in->asks, in->num);
    struct variance within;

    out->interval = is_independent(in)
                        ? combine(work, 1, interval_quantile((double)INFINITY))
                        : interval_of(work, &variance);
    if (!isnan(sampling)) {
        out->se_sampling = sqrt(sampling);
        out->se_items = variance.value > sampling
                            ? sqrt(variance.value - sampling)
                            : variance.value * 0; /* NaN stays NaN */
    }
    if (in->clusters) {
        work->draw = DRAW_WITHIN;
        free(work->parts);
        find_parts(work);
        find_reference(work);
        within = variance_of_sum(work->parts, in->items, in->clusters, in->num);
        out->within = interval_of(work, &within);
    }
}

struct mean mean_compute(const struct mean_input *input)
{
    struct work work = { .in = input,
                         .units =
                             input->clusters ? input->clusters : input->items };
    struct mean out = { (double)NAN,
                        interval_none(),
                        interval_none(),
                        (double)NAN,
                        (double)NAN };

    if (input->num == 0)
        return out;
    find_groups(&work);
    work.draw = find_draw(&work);
    find_parts(&work);
    find_reference(&work);
    out.value = work.value;
    find_intervals(&work, &out);
    free(work.groups);
    free(work.parts);
    return out;
}
