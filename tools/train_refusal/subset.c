#include "tools/train_refusal/subset.h"

#include "base/mem.h"
#include "base/random.h"
#include "tools/train_refusal/examples.h"

#include <stdlib.h>

void subset_init(struct subset *out,
                 const struct examples *examples,
                 int left_out,
                 uint64_t seed)
{
    size_t num_models = 0;

    *out = (struct subset){ .seed = seed };
    out->order = mem_alloc(examples->num, sizeof *out->order);
    out->weights = mem_alloc(examples->num_models, sizeof *out->weights);
    for (size_t i = 0; i < examples->num; i++) {
        if ((int)examples->items[i].model != left_out) {
            out->order[out->num++] = i;
            out->weights[examples->items[i].model] += 1;
        }
    }
    for (size_t m = 0; m < examples->num_models; m++) {
        num_models += out->weights[m] > 0;
    }
    for (size_t m = 0; m < examples->num_models; m++) {
        if (out->weights[m] > 0) {
            out->weights[m] =
                (double)out->num / ((double)num_models * out->weights[m]);
        }
    }
}

void subset_shuffle(struct subset *subset)
{
    for (size_t i = subset->num; i > 1; i--) {
        size_t other = (size_t)random_below(&subset->seed, i);
        size_t kept = subset->order[i - 1];
        subset->order[i - 1] = subset->order[other];
        subset->order[other] = kept;
    }
}

void subset_release(struct subset *subset)
{
    free(subset->order);
    free(subset->weights);
    *subset = (struct subset){ 0 };
}
