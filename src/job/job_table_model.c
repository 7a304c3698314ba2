/*
 * Who answers: models and roles, with what both have.
 */
#include "job/job.h"
#include "job/job_table.h"

const char *const job_table_access[] = { "open",
                                         "open-weight",
                                         "proprietary",
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
      .choices = job_table_access,
      .help = "Whether its weights can be had. `open-weight` is read as "
              "`open`. Default: unknown; for the analysis as the published "
              "board has it, where the model is on it." },
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
          "or its share of one. 0 = none: such a model is for the job's "
          "`api_workers`, as one behind an API. More than a node has only for a "
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
              "measured while a job runs; what `forecast_from` measured wins "
              "over it." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, tokens_per_s),
      .fallback = "nan",
      .max = 1e9,
      .unit = "tokens/s",
      .help = "Tokens that it reads and writes in a second on the GPUs it "
              "needs, all sequences together, for the forecast. Default: "
              "unknown. It is measured while a job runs, and until then taken "
              "for a guess; what `forecast_from` measured wins over it." },
    { .name = "checkpoint",
      .type = OPTION_FLAG,
      .offset = offsetof(struct job_model, is_checkpoint),
      .help =
          "That `checkpoints` has found it, as the rounds of a run write it: "
          "before it is measured it is taken to be as fast as those before "
          "it." },
    { .name = "on",
      .type = OPTION_ANY,
      .value = "text or array",
      .help = "Patterns of the job's `gpu_types` that it may have. Default: "
              "all whose memory it fits." },
    { .name = "rates",
      .type = OPTION_ANY,
      .value = "array",
      .help = "Its speed on types of GPUs; see below." },
    { .name = "stuck_after_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, stuck_after_s),
      .fallback = "nan",
      .max = 86400,
      .unit = "s",
      .help = "Of this model. Default: the job's." },
    ORIGIN(job_model),
    PRICES(job_model),
    { .name = "price_batch",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_model, price.batch),
      .fallback = "0.5",
      .max = 1,
      .help = "What a token costs in a batch file of the provider "
              "(`trustsweep offline`), as a share of its price." },
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
    { .name = "load_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_role, load_s),
      .fallback = "0",
      .max = 1e6,
      .unit = "s",
      .help = "As of a model." },
    { .name = "tokens_per_s",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_role, tokens_per_s),
      .fallback = "nan",
      .max = 1e9,
      .unit = "tokens/s",
      .help = "As of a model." },
    PRICES(job_role),
    /* job.json of earlier run directories has it */
    { .name = "price_batch",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_role, price.batch),
      .fallback = "0.5",
      .max = 1,
      .help = "Without effect: roles have no batch files, as what they are "
              "asked comes of replies." },
    { .name = "generation",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Generation settings of this role; what is unset is as the "
              "evaluator asks. The job's `generation` is for models only." },
    { .name = NULL },
};
