#include "generate/parts/layers.h"

#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>

enum { MIB = 1024 * 1024, ALL_THERE_ARE = 99999 };

static double sum_of(const uint64_t *free, int num)
{
    double sum = 0;

    for (int i = 0; i < num; i++)
        sum += (double)free[i];
    return sum;
}

/* How many of `num` layers the GPUs before `gpu` have. */
static int32_t before(const uint64_t *free, int gpu, int num_gpus, int32_t num)
{
    const double all = sum_of(free, num_gpus);
    const double layers = all > 0 ? sum_of(free, gpu) / all * num : 0;
    const int32_t whole = (int32_t)layers;

    return (double)whole < layers ? whole + 1 : whole;
}

/* Blocks differ: so many of the largest one, and no more than all. */
static uint64_t bytes_of(const struct backend_layers *layers,
                         int32_t num_blocks,
                         bool has_output)
{
    const uint64_t most = layers->block * (uint64_t)num_blocks;

    return (most < layers->blocks ? most : layers->blocks)
           + (has_output ? layers->output : 0) + layers->compute
           + (uint64_t)LAYERS_MARGIN;
}

uint64_t layers_lack(const struct backend_layers *layers,
                     int32_t num_layers,
                     const uint64_t *free,
                     int num_gpus)
{
    uint64_t lack = 0;

    if (num_layers > layers->num)
        num_layers = layers->num;
    for (int gpu = 0; gpu < num_gpus; gpu++) {
        const int32_t first = before(free, gpu, num_gpus, num_layers);
        const int32_t end = gpu + 1 == num_gpus
                                ? num_layers
                                : before(free, gpu + 1, num_gpus, num_layers);
        const bool has_output = end == num_layers;
        uint64_t bytes;

        if (first == end)
            continue;
        bytes = bytes_of(layers, end - first - has_output, has_output);
        if (bytes > free[gpu] && bytes - free[gpu] > lack)
            lack = bytes - free[gpu];
    }
    return lack;
}

int32_t layers_choose(const struct backend_layers *layers,
                      const uint64_t *free,
                      int num_gpus)
{
    int32_t num = num_gpus > 0 ? layers->num : 0;

    while (num > 0 && layers_lack(layers, num, free, num_gpus) > 0)
        num--;
    return num;
}

/* "all take 12000 MiB, and 0 to compute with and 1024 left alone on each GPU; free
 * are 8000 + 8000 MiB" */
static void add_sizes(const struct backend_layers *layers,
                      const uint64_t *free,
                      int num_gpus,
                      struct text *out)
{
    text_addf(out,
              "all take %llu MiB, and %llu to compute with and %d left alone "
              "on each GPU; free are ",
              (unsigned long long)((layers->blocks + layers->output) / MIB),
              (unsigned long long)(layers->compute / MIB),
              LAYERS_MARGIN / MIB);
    for (int i = 0; i < num_gpus; i++) {
        text_addf(out,
                  "%s%llu",
                  i > 0 ? " + " : "",
                  (unsigned long long)(free[i] / MIB));
    }
    text_add(out, " MiB");
}

int32_t layers_settle(const struct backend_layers *layers,
                      int64_t wanted,
                      const uint64_t *free,
                      int num_gpus,
                      struct text *how,
                      struct error *err)
{
    struct text sizes = { 0 };
    int32_t num = wanted < layers->num ? (int32_t)wanted : layers->num;
    int rc = 0;

    if (num_gpus == 0)
        return 0;
    if (layers->num == 0) {
        text_add(how, "gpu_layers: the file does not say how many there are");
        return wanted < 0 || wanted > ALL_THERE_ARE ? ALL_THERE_ARE
                                                    : (int32_t)wanted;
    }
    add_sizes(layers, free, num_gpus, &sizes);
    if (wanted < 0) {
        num = layers_choose(layers, free, num_gpus);
        text_addf(how,
                  "gpu_layers auto: %d of %d; %s",
                  num,
                  layers->num,
                  text_data(&sizes));
    } else if (layers_lack(layers, num, free, num_gpus) == 0) {
        text_addf(how, "gpu_layers: %d of %d", num, layers->num);
    } else {
        rc = error_set(err,
                       ERR_IO,
                       "gpu_layers=%d of %d do not fit: %s; %d fit, as "
                       "gpu_layers=-1 finds, or lower cells=",
                       num,
                       layers->num,
                       text_data(&sizes),
                       layers_choose(layers, free, num_gpus));
    }
    text_release(&sizes);
    return rc < 0 ? -1 : num;
}
