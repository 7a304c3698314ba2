#include "job/job_table.h"

#include "job/job.h"

static const char *const ask_words[] = { "letters", "answers", NULL };
static const char *const mix_words[] = { "any", "group", NULL };
static const char *const by_words[] = { "auto",
                                        "likelihood",
                                        "generation",
                                        NULL };

const struct option job_table[] = {
    { .name = "name",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job, name),
      .help = "Name of the run; a run directory belongs to one name. Default: "
              "the file's name without its ending." },
    { .name = "dataset",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job, dataset),
      .fallback = "sample",
      .help = "The official zip, an unpacked folder, or `sample` for the small "
              "set that comes with the program." },
    { .name = "models",
      .type = OPTION_ANY,
      .value = "array",
      .help = "An array of models, at least one where there are no "
              "`checkpoints`; see below." },
    { .name = "checkpoints",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Models that are found: files or folders that appear; see "
              "below." },
    { .name = "output",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job, output),
      .help = "Run directory. Default: `runs/NAME` below the working folder." },
    { .name = "only",
      .type = OPTION_ANY,
      .value = "text or array",
      .help = "A pattern, or an array of patterns, of `dimension/task` names "
              "to keep, such as `safety/*`. Default: all." },
    { .name = "cells",
      .type = OPTION_ANY,
      .value = "array",
      .help = "What is otherwise for some tasks of some models: left out, "
              "fewer items, other settings; see below." },
    { .name = "weights",
      .type = OPTION_ANY,
      .value = "object",
      .help = "What each dimension counts in the overall mean rank; see "
              "below." },
    { .name = "limit",
      .type = OPTION_INT,
      .offset = offsetof(struct job, limit),
      .fallback = "0",
      .max = 1e9,
      .unit = "items",
      .help = "The first so many items of each task; 0 = all." },
    { .name = "repeats",
      .type = OPTION_INT,
      .offset = offsetof(struct job, repeats),
      .fallback = "1",
      .min = 1,
      .max = 1000,
      .help = "How often each item is asked." },
    { .name = "seed",
      .type = OPTION_INT,
      .offset = offsetof(struct job, seed),
      .fallback = "0",
      .max = 9e15,
      .help = "Of sampling and of bootstrap intervals." },
    { .name = "max_attempts",
      .type = OPTION_INT,
      .offset = offsetof(struct job, max_attempts),
      .fallback = "3",
      .min = 1,
      .max = 100,
      .help = "Tries of one item before it is recorded as failed." },
    { .name = "lease_ms",
      .type = OPTION_INT,
      .offset = offsetof(struct job, lease_ms),
      .fallback = "60000",
      .min = 5000,
      .max = 86400000,
      .unit = "ms",
      .help = "A worker that is silent for so long is taken for lost and its "
              "items go to others. Workers themselves promise a sign of life "
              "within 30 s, so more changes nothing; while a model loads "
              "it does not count." },
    { .name = "stuck_after_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job, stuck_after_s),
      .fallback = "0",
      .max = 86400,
      .unit = "s",
      .help = "A model that has loaded, has work and answers nothing for so "
              "long is taken to be stuck: its items go to others and it is "
              "loaded again. 0 = twenty times what its longest item should "
              "take as measured, 60 to 600 s." },
    { .name = "share",
      .type = OPTION_INT,
      .offset = offsetof(struct job, share),
      .fallback = "1",
      .min = 1,
      .max = 16,
      .help = "Workers on one GPU, each with a model of its own, for small "
              "models. A model with `gpus` of 1 or more has its GPUs alone." },
    { .name = "api_workers",
      .type = OPTION_INT,
      .offset = offsetof(struct job, api_workers),
      .fallback = "-1",
      .min = -1,
      .max = 256,
      .help =
          "Workers without a GPU, beside the others, for models and roles "
          "that need none: `http`, `replay`, and those with `gpus` of 0. These "
          "are asked there and nowhere else, so no GPU waits for an API. "
          "-1 = one for each, at most 16; none where all need no GPU. 0 = any "
          "worker asks any model." },
    { .name = "gpu_memory_gb",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job, gpu_memory_gb),
      .fallback = "0",
      .max = 1e6,
      .unit = "GB",
      .help =
          "Memory of one GPU: a model whose file is larger than that of "
          "the GPUs it gets, or of its share of one (`share`), is refused before "
          "the start. 0 = not checked." },
    { .name = "gpu_types",
      .type = OPTION_ANY,
      .value = "array",
      .help = "The types of GPUs that nodes have, where they differ; see "
              "below." },
    { .name = "mix",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job, mix),
      .fallback = "any",
      .choices = mix_words,
      .help = "Which types of GPUs may work on one model: `any`, or those of "
              "one `group`, as replies may differ in the last bits between "
              "types. The first worker that takes a model decides; a run "
              "that goes on keeps a model to the group that its answers in the "
              "journal are of, and leaves it undone where no worker of that "
              "group is there." },
    { .name = "forecast_from",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job, forecast_from),
      .value = "FILE.h5",
      .help = "An earlier results file: its speeds, loads and reply lengths "
              "are what `plan` forecasts from and `run` begins with. They win "
              "over `tokens_per_s` and `load_s` of this file, unless they "
              "were measured of another model file, with other `gpus` or "
              "`share`, or on `gpu_types` that this file does not name; where "
              "the two differ by more than 1.5 times, that is said." },
    { .name = "role_cache",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job, role_cache),
      .value = "DIR",
      .help = "Folder in which answers of roles are kept for other runs, by "
              "who answers, the question as rendered and all settings. "
              "Several runs may share it at the same time. Default: none; the "
              "journal of a run directory keeps its own answers." },
    { .name = "utility",
      .type = OPTION_ANY,
      .value = "array",
      .help = "Imported multiple-choice questions to ask beside the benchmark, "
              "for how useful a model is; see below." },
    { .name = "generation",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Generation settings of all models; see below." },
    { .name = "roles",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Who answers what evaluators ask: judge, refusal classifier, "
              "embedder, toxicity scorer; see below." },
    { .name = NULL },
};

const struct option job_table_utility[] = {
    { .name = "task",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_utility, task),
      .is_required = true,
      .help = "Name of the imported set: `mmlu` is `utility/mmlu.json` of its "
              "data set." },
    { .name = "dataset",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_utility, dataset),
      .help = "The folder it was imported into, or `sample`. Default: the "
              "job's `dataset`." },
    { .name = "name",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_utility, name),
      .help = "What results call it; one set may be asked twice under two "
              "names. Default: as `task`." },
    { .name = "shots",
      .type = OPTION_INT,
      .offset = offsetof(struct job_utility, shots),
      .fallback = "-1",
      .min = -1,
      .max = 32,
      .help = "Solved examples before each question, of its subject. -1 = 5 of "
              "a set in MMLU's form (as many as there are), none of one in "
              "ARC's." },
    { .name = "limit",
      .type = OPTION_INT,
      .offset = offsetof(struct job_utility, limit),
      .fallback = "0",
      .max = 1e9,
      .unit = "questions",
      .help = "So many questions, spread evenly over the subjects; 0 = the "
              "job's `limit`." },
    { .name = "ask",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_utility, ask),
      .fallback = "letters",
      .choices = ask_words,
      .help = "`letters`: the options are shown and a letter is asked for. "
              "`answers`: only the question is shown, and each answer is "
              "weighed by its likelihood a character; the model must weigh." },
    { .name = "by",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_utility, by),
      .fallback = "auto",
      .choices = by_words,
      .help = "`likelihood`: the likeliest option is taken; `generation`: the "
              "model writes and a letter is read from it; `auto`: likelihood "
              "of models that weigh, generation of others." },
    { .name = NULL },
};

const struct option job_table_generation[] = {
    { .name = "max_tokens",
      .type = OPTION_INT,
      .offset = offsetof(struct job_generation, max_tokens),
      .fallback = "-1",
      .min = -1,
      .max = 1e6,
      .unit = "tokens",
      .help = "Of the final text. -1 = the benchmark's 512." },
    { .name = "thinking_tokens",
      .type = OPTION_INT,
      .offset = offsetof(struct job_generation, thinking_tokens),
      .fallback = "-1",
      .min = -1,
      .max = 1e6,
      .unit = "tokens",
      .help = "Extra for reasoning before it. -1 = none." },
    { .name = "temperature",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_generation, temperature),
      .fallback = "nan",
      .max = 10,
      .help = "0 = greedy. Default: what the task prescribes (0 or 1)." },
    { .name = "top_p",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_generation, top_p),
      .fallback = "nan",
      .max = 1,
      .help = "Nucleus sampling. Default: 1, off." },
    { .name = "top_k",
      .type = OPTION_INT,
      .offset = offsetof(struct job_generation, top_k),
      .fallback = "-1",
      .min = -1,
      .max = 1e6,
      .help = "0 or -1 = off." },
    { .name = "repetition_penalty",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_generation, repetition_penalty),
      .fallback = "nan",
      .max = 10,
      .help = "Default: 1, off." },
    { .name = NULL },
};
