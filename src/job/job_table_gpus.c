/*
 * Types of GPUs, and rates of models on them.
 */
#include "job/job.h"
#include "job/job_table.h"

const struct option job_table_gpu_type[] = {
    { .name = "type",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_gpu_type, type),
      .is_required = true,
      .help =
          "Its name: `on` and `rates` of models and `plan --gpus` use it." },
    { .name = "hosts",
      .type = OPTION_ANY,
      .value = "text or array",
      .help = "Patterns of the nodes that have it. A node that sets "
              "`TRUSTSWEEP_GPU_TYPE` has that one." },
    { .name = "memory_gb",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_gpu_type, memory_gb),
      .fallback = "0",
      .max = 1e6,
      .unit = "GB",
      .help = "Of one GPU: models whose files are larger than that of the GPUs "
              "they get are not put there. 0 = the job's `gpu_memory_gb`." },
    { .name = "speed",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_gpu_type, speed),
      .fallback = "1",
      .max = 1e6,
      .help = "Times `tokens_per_s` of models that name no rate for it." },
    { .name = "price_h",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_gpu_type, price_h),
      .fallback = "0",
      .max = 1e9,
      .help = "Of one GPU for an hour, in any currency, for the forecast." },
    { .name = "group",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_gpu_type, group),
      .help = "Types of one group may work on one model together where `mix` "
              "is `group`. Default: a group of its own." },
    { .name = NULL },
};

const struct option job_table_rate[] = {
    { .name = "gpu_type",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_rate, gpu_type),
      .is_required = true,
      .help = "One of the job's `gpu_types`." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_rate, tokens_per_s),
      .is_required = true,
      .max = 1e9,
      .unit = "tokens/s",
      .help = "As `tokens_per_s` of the model, on that type." },
    { .name = NULL },
};
