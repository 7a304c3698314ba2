#include "job/job_table.h"

#include "job/job.h"

static const char *const access_words[] = { "open",
                                            "open-weight",
                                            "proprietary",
                                            NULL };
static const char *const ask_words[] = { "letters", "answers", NULL };
static const char *const by_words[] = { "auto",
                                        "likelihood",
                                        "generation",
                                        NULL };

static const char *const where_words[] = { "compute", "login", NULL };

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a struct has none */
#define ORIGIN(of)                                                             \
    { .name = "where",                                                         \
      .type = OPTION_CHOICE,                                                   \
      .offset = offsetof(struct of, origin.where),                             \
      .fallback = "compute",                                                   \
      .choices = where_words,                                                  \
      .help = "Where it is asked when the job is run in parts: `compute`, or " \
              "`login`, as for an API that compute nodes do not reach." },     \
        { .name = "source",                                                    \
          .type = OPTION_TEXT,                                                 \
          .offset = offsetof(struct of, origin.source),                        \
          .help = "URL of its file, for `prepare`." },                         \
        { .name = "sha256",                                                    \
          .type = OPTION_TEXT,                                                 \
          .offset = offsetof(struct of, origin.sha256),                        \
          .help = "What its file must have, checked by `prepare` and "         \
                  "`doctor`." },                                               \
    {                                                                          \
        .name = "made_from", .type = OPTION_TEXT,                              \
        .offset = offsetof(struct of, origin.made_from),                       \
        .help = "What its file was made of and how, as `prepare` writes it "   \
                "when it quantises one. For the results only."                 \
    }
#define PRICES(of)                                                           \
    { .name = "price_in",                                                    \
      .type = OPTION_DOUBLE,                                                 \
      .offset = offsetof(struct of, price.prompt),                           \
      .fallback = "0",                                                       \
      .max = 1e9,                                                            \
      .help = "Of a million prompt tokens, in any currency." },              \
        { .name = "price_out",                                               \
          .type = OPTION_DOUBLE,                                             \
          .offset = offsetof(struct of, price.reply),                        \
          .fallback = "0",                                                   \
          .max = 1e9,                                                        \
          .help = "Of a million reply tokens, reasoning included." },        \
        { .name = "price_batch",                                             \
          .type = OPTION_DOUBLE,                                             \
          .offset = offsetof(struct of, price.batch),                        \
          .fallback = "0.5",                                                 \
          .max = 1,                                                          \
          .help = "What a token costs in a batch file of the provider "      \
                  "(`trustsweep offline`), as a share of its price." },      \
    {                                                                        \
        .name = "cost_limit", .type = OPTION_DOUBLE,                         \
        .offset = offsetof(struct of, price.limit), .fallback = "0",         \
        .max = 1e12,                                                         \
        .help = "Nothing more is asked when so much is spent, earlier runs " \
                "of the same run directory included; what is left is "       \
                "recorded as failed and is asked with a higher limit. "      \
                "0 = none."                                                  \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

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
    { .name = "gpu_memory_gb",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job, gpu_memory_gb),
      .fallback = "0",
      .max = 1e6,
      .unit = "GB",
      .help =
          "Memory of one GPU: a model whose file is larger than that of "
          "the GPUs it gets is refused before the start. 0 = not checked." },
    { .name = "forecast_from",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job, forecast_from),
      .value = "FILE.h5",
      .help = "An earlier results file: its speeds, loads and reply lengths "
              "are what `plan` forecasts from and `run` begins with." },
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

const struct option job_table_model[] = {
    { .name = "name",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_model, name),
      .is_required = true,
      .help = "Unique in the job; the model's row in every table." },
    { .name = "backend",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_model, backend),
      .is_required = true,
      .help =
          "What answers: `llama:FILE.gguf`, `http:MODEL`, "
          "`replay:FOLDER`, `sim:...`. Specs nest: `isolated:...`, `fault:...:...`." },
    { .name = "access",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_model, access),
      .fallback = "open",
      .choices = access_words,
      .help = "Whether its weights can be had. `open-weight` is read as "
              "`open`." },
    { .name = "creator",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_model, creator),
      .help = "Who made it." },
    { .name = "family",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_model, family),
      .help = "Models that share weights or data have the same one." },
    { .name = "published_as",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_model, published_as),
      .help = "Its name on the published board." },
    { .name = "parameters_b",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, parameters_b),
      .fallback = "nan",
      .max = 1e6,
      .unit = "billions",
      .help = "Size. Default: unknown." },
    { .name = "system",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_model, system),
      .help = "System prompt. Default: none, as the benchmark does." },
    { .name = "gpus",
      .type = OPTION_INT,
      .offset = offsetof(struct job_model, gpus),
      .fallback = "-1",
      .min = -1,
      .max = 1024,
      .help =
          "GPUs that it needs at once. One worker drives it; those whose "
          "GPUs it takes lend them and rest. -1 = what a worker has: a GPU, "
          "or its share of one. 0 = none. More than a node has only for a "
          "backend that serves over several nodes." },
    { .name = "only",
      .type = OPTION_ANY,
      .value = "text or array",
      .help = "Patterns of the tasks that this model is asked, of those of the "
              "job. Default: all." },
    { .name = "fraction",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, fraction),
      .fallback = "1",
      .max = 1,
      .help = "Of the items of each task that this model is asked: the same "
              "items for all models with the same fraction, at least one." },
    { .name = "load_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, load_s),
      .fallback = "0",
      .max = 1e6,
      .unit = "s",
      .help = "How long loading it takes, for the forecast; 0 = unknown. It is "
              "measured while a job runs." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, tokens_per_s),
      .fallback = "nan",
      .max = 1e9,
      .unit = "tokens/s",
      .help = "Tokens that it reads and writes in a second on the GPUs it "
              "needs, all sequences together, for the forecast. Default: "
              "unknown. It is measured while a job runs." },
    { .name = "stuck_after_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, stuck_after_s),
      .fallback = "nan",
      .max = 86400,
      .unit = "s",
      .help = "Of this model. Default: the job's." },
    ORIGIN(job_model),
    PRICES(job_model),
    { .name = "generation",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Generation settings of this model; they win over the job's." },
    { .name = "facts",
      .type = OPTION_ANY,
      .value = "object",
      .help = "What is known of it, for the sheet of transparency and "
              "accountability; no score follows from it; see below." },
    { .name = NULL },
};

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member has none */
#define FACT(member, means)                                         \
    {                                                               \
        .name = #member, .type = OPTION_TEXT,                       \
        .offset = offsetof(struct job_facts, member), .help = means \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

const struct option job_table_facts[] = {
    FACT(weights, "How the weights can be had: download, service only."),
    FACT(licence, "Under which licence or terms."),
    FACT(data, "What is told of the training data."),
    FACT(techniques, "How it was made trustworthy, as far as that is known."),
    FACT(moderator, "What stands in front of it and withholds answers."),
    FACT(source, "Where that can be read. The sheet says \"job file\" too."),
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
      .help = "Which go first, and with `most` which go at all." },
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
              "YYYY-MM-DDTHH:MM, local time. Default: only those that are "
              "there." },
    { .name = "deadline",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_checkpoints, deadline),
      .help = "As `until`: what is not expected to be done by then is cut, see "
              "`too_late`. Default: none." },
    { .name = "too_late",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_checkpoints, too_late),
      .fallback = "subset",
      .choices = too_late_words,
      .help =
          "`subset`: part of the items of every task. `cheap`: all items of "
          "the tasks that cost least." },
    { .name = "access",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct job_checkpoints, access),
      .fallback = "open",
      .choices = access_words,
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
      .help = "As of a model. Default: as of those before it." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_checkpoints, tokens_per_s),
      .fallback = "nan",
      .max = 1e9,
      .unit = "tokens/s",
      .help = "As of a model. Default: as of those before it." },
    { .name = NULL },
};

const struct option job_table_roles[] = {
    { .name = "judge",
      .type = OPTION_ANY,
      .value = "text or object",
      .offset = offsetof(struct job, roles[ROLE_JUDGE]),
      .help = "A chat model that reads an answer and says whether it is right. "
              "Needed by `internal`, `sycophancy_preference`, "
              "`adv_factuality`, `ood_generalization_f1`, `ethics_acc` and "
              "parts of `stereotype_recognition` and `stereotype_agreement`." },
    { .name = "refusal",
      .type = OPTION_ANY,
      .value = "text or object",
      .offset = offsetof(struct job, roles[ROLE_REFUSAL]),
      .fallback = "builtin",
      .help = "Says whether an answer refuses. Needed by the nine refusal "
              "rates `jailbreak_rta`, `misuse_rta`, `exaggerated_safety_rta`, "
              "`stereotype_query_rta`, `preference_rta`, `ood_detection_rta`, "
              "`awareness_normal_rta`, `awareness_aug_rta`, "
              "`moralchoice_high_rta`, and by `toxicity_avg`. `builtin` is "
              "the classifier that comes with the program." },
    { .name = "embedder",
      .type = OPTION_ANY,
      .value = "text or object",
      .offset = offsetof(struct job, roles[ROLE_EMBEDDER]),
      .help = "Makes a vector of a text, to tell how alike two answers are. "
              "Needed by `sycophancy_persona` and `advinstruction_sim_pct`." },
    { .name = "toxicity",
      .type = OPTION_ANY,
      .value = "text or object",
      .offset = offsetof(struct job, roles[ROLE_TOXICITY]),
      .help = "Scores how toxic an answer is that does not refuse. Needed by "
              "`toxicity_avg`. A scorer "
              "(`http:TOXICITY,dialect=perspective`), or a chat model: one "
              "that weighs words (`llama`) says how much likelier yes is than "
              "no, another is asked for a number from 0 to 100." },
    { .name = NULL },
};

const struct option job_table_role[] = {
    { .name = "backend",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_role, backend),
      .is_required = true,
      .help = "What answers: a spec as in `models`. No keys or tokens in it: "
              "it is copied into the results." },
    { .name = "name",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_role, name),
      .help = "What results call it. Default: the role's name." },
    { .name = "system",
      .type = OPTION_TEXT,
      .offset = offsetof(struct job_role, system),
      .help = "System prompt. Default: what the evaluator asks with." },
    ORIGIN(job_role),
    { .name = "gpus",
      .type = OPTION_INT,
      .offset = offsetof(struct job_role, gpus),
      .fallback = "-1",
      .min = -1,
      .max = 1024,
      .help = "As of a model." },
    PRICES(job_role),
    { .name = "generation",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Generation settings of this role; what is unset is as the "
              "evaluator asks. The job's `generation` is for models only." },
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
