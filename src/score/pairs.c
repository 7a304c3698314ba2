#include "score/pairs.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* One observation, with what makes it half of a pair. */
struct half {
    uint32_t group;
    double index;
    uint32_t repeat;
    bool is_original;
    size_t place; /* of the item in its file: an order among equals */
    const struct observation *observation;
};

/* Pairs together, the original first. */
static int compare(const void *a, const void *b)
{
    const struct half *x = a;
    const struct half *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->repeat != y->repeat)
        return x->repeat < y->repeat ? -1 : 1;
    if (x->is_original != y->is_original)
        return x->is_original ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static bool is_pair(const struct half *x, const struct half *y)
{
    return x->group == y->group && x->index == y->index
           && x->repeat == y->repeat && x->is_original && !y->is_original
           && !isnan(x->observation->verdict->value)
           && !isnan(y->observation->verdict->value);
}

/* Observations as halves, sorted; returns how many. */
static size_t read_halves(const struct observation *observations,
                          size_t num,
                          struct sample *sample,
                          struct half *out)
{
    const char *by = sample->params->by ? sample->params->by : "task";
    size_t kept = 0;

    for (size_t i = 0; i < num; i++) {
        const struct observation *one = &observations[i];
        const char *type = item_text(one->item, "type");
        const double index = sample_number(one->item, "index");
        const bool is_original = text_equal(type, "original");

        if (isnan(index) || (!is_original && !text_equal(type, "modified")))
            continue;
        out[kept++] = (struct half){
            .group = sample_group(sample, one->item, by),
            .index = index,
            .repeat = one->repeat,
            .is_original = is_original,
            .place = one->item->index,
            .observation = one,
        };
    }
    qsort(out, kept, sizeof *out, compare);
    return kept;
}

void pairs_read(struct sample *sample,
                const struct observation *observations,
                size_t num,
                const struct metric_params *params,
                pairs_fn wants)
{
    struct half *halves = mem_alloc(num, sizeof *halves);
    bool *has_pair;
    size_t kept;

    sample_init(sample, params);
    kept = read_halves(observations, num, sample, halves);
    has_pair = mem_alloc(sample->num_groups, sizeof *has_pair);
    for (size_t i = 0; i + 1 < kept; i++) {
        const struct half *half = &halves[i];
        double original;
        double modified;

        if (!is_pair(half, half + 1))
            continue;
        original = half->observation->verdict->value;
        modified = half[1].observation->verdict->value;
        has_pair[half->group] = true;
        if (!wants || wants(original, modified)) {
            sample_add(sample,
                       half->group,
                       half->observation,
                       original,
                       modified);
        }
    }
    /* before groups are numbered anew */
    for (size_t g = 0; g < sample->num_groups; g++)
        sample->lacks_part = sample->lacks_part || !has_pair[g];
    sample_finish(sample);
    free(has_pair);
    free(halves);
}
