/*
 * What is otherwise for some models and tasks, and what dimensions weigh.
 */
#include "job/job.h"
#include "job/job_table.h"

const struct option job_table_cells[] = {
    { .name = "models",
      .type = OPTION_ANY,
      .value = "text or array",
      .help = "Patterns of names of models. Default: all." },
    { .name = "tasks",
      .type = OPTION_ANY,
      .value = "text or array",
      .help = "Patterns of `dimension/task` names, such as `safety/*`. "
              "Default: all." },
    { .name = "skip",
      .type = OPTION_FLAG,
      .offset = offsetof(struct job_cells, skip),
      .fallback = "false",
      .help = "They are not asked; no later element asks them again." },
    { .name = "fraction",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct job_cells, fraction),
      .fallback = "nan",
      .max = 1,
      .help = "Replaces the model's `fraction` here. Default: the model's." },
    { .name = "limit",
      .type = OPTION_INT,
      .offset = offsetof(struct job_cells, limit),
      .fallback = "0",
      .max = 1e9,
      .unit = "items",
      .help = "The first so many items, of those that the job's `limit` "
              "leaves; a fraction is of these. 0 = all." },
    { .name = "generation",
      .type = OPTION_ANY,
      .value = "object",
      .help = "Generation settings here; they win over the model's." },
    { .name = NULL },
};

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member has none */
#define WEIGHT(dimension)                                                   \
    {                                                                       \
        .name = #dimension, .type = OPTION_DOUBLE,                          \
        .offset = offsetof(struct job_weights, dimension), .fallback = "1", \
        .max = 1000, .help = "Of each ranked column of that dimension."     \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

const struct option job_table_weights[] = {
    WEIGHT(truthfulness), WEIGHT(safety), WEIGHT(fairness), WEIGHT(robustness),
    WEIGHT(privacy),      WEIGHT(ethics), { .name = NULL },
};
