#include "job/job.h"
#include "job/job_table.h"

static const char *const order_words[] = { "oldest", "newest", NULL };
static const char *const too_late_words[] = { "subset", "cheap", NULL };

const struct option job_table_checkpoints[] = {
    { .name = "files",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, files),
      .is_required = true,
      .help = "FOLDER/PATTERN of files or folders, one a checkpoint. Of a GGUF "
              "file in parts the first one is taken." },
    { .name = "backend",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, backend),
      .fallback = "llama:{}",
      .help = "As of a model; `{}` is the path of the checkpoint." },
    { .name = "marker",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, marker),
      .help = "A checkpoint is complete once this file exists: in its folder, "
              "or for a file NAME as NAME.MARKER. Default: once it and all "
              "parts that its index or its name speak of are there and have "
              "stopped changing." },
    { .name = "settle_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_checkpoints, settle_s),
      .fallback = "60",
      .max = 86400,
      .unit = "s",
      .help = "Unchanged for so long is stopped." },
    { .name = "order",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_checkpoints, order),
      .fallback = "oldest",
      .choices = order_words,
      .help = "Which go at all, with `most` or a `deadline`: by the time of "
              "their last change, not by name. In a round and in the results "
              "those with the lowest numbers in their names stand first, with "
              "`newest` the highest." },
    { .name = "most",
      .type = OPTION_INT,
      .offset = offsetof(struct job_checkpoints, most),
      .fallback = "0",
      .max = 4096,
      .help = "So many are evaluated; 0 = all." },
    { .name = "until",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, until),
      .help = "New ones are waited for until then: HH:MM, the next one, or "
              "YYYY-MM-DDTHH:MM, local time. Over, no run begins; one that "
              "has begun goes on with those that are there. Default: only "
              "those that are there." },
    { .name = "deadline",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, deadline),
      .help = "As `until`, and not before it: what is not expected to be done "
              "by then is cut, see `too_late`. Two HH:MM are of one day where "
              "`until` is the earlier one. No new one is asked after it; what "
              "is being asked then is asked to its end. Default: none." },
    { .name = "too_late",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_checkpoints, too_late),
      .fallback = "subset",
      .choices = too_late_words,
      .help =
          "`subset`: part of the items of every task. `cheap`: all items of "
          "the tasks that cost least." },
    { .name = "widest",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_checkpoints, widest),
      .fallback = "0.25",
      .max = 1,
      .help = "A subset that leaves a wider 95 % interval of a rate than +- "
              "this (the task in the middle) is not asked: checkpoints, the "
              "last in `order` first, are left out until it is narrower. 1: "
              "any." },
    { .name = "access",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_checkpoints, access),
      .choices = job_table_access,
      .help = "As of a model." },
    { .name = "creator",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, creator),
      .help = "As of a model." },
    { .name = "family",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, family),
      .help = "As of a model." },
    { .name = "system",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, system),
      .help = "As of a model." },
    { .name = "gpus",
      .type = OPTION_INT,
      .offset = offsetof(struct job_checkpoints, gpus),
      .fallback = "-1",
      .min = -1,
      .max = 1024,
      .help = "As of a model." },
    { .name = "load_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_checkpoints, load_s),
      .fallback = "0",
      .max = 1e6,
      .unit = "s",
      .help = "As of a model, of the first ones: what was measured of those "
              "before it wins." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_checkpoints, tokens_per_s),
      .fallback = "nan",
      .max = 1e9,
      .unit = "tokens/s",
      .help = "As of a model, of the first ones: what was measured of those "
              "before it wins." },
    { .name = NULL },
};
