/*
 * selected.h - the options of every command that takes a job and may take part
 * of it: --limit, --only, --set.  The struct has `int64_t limit`, and `char
 * *only, *set`, which list_args_take() takes out before the table sees them.
 */
#ifndef SELECTED_H
#define SELECTED_H

#include "base/options.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a struct has none */
#define SELECTED(of)                                                         \
    { .name = "limit",                                                       \
      .type = OPTION_INT,                                                    \
      .offset = offsetof(struct of, limit),                                  \
      .fallback = "-1",                                                      \
      .min = 0,                                                              \
      .max = 1e9,                                                            \
      .value = "N",                                                          \
      .help = "The first N items of each task; 0 = all." },                  \
        { .name = "only",                                                    \
          .type = OPTION_TEXT,                                               \
          .offset = offsetof(struct of, only),                               \
          .value = "GLOB",                                                   \
          .help = "Only tasks whose dimension/name matches, as 'ethics/*'; " \
                  "may be given several times." },                           \
    {                                                                        \
        .name = "set", .type = OPTION_TEXT,                                  \
        .offset = offsetof(struct of, set), .value = "KEY=VALUE",            \
        .help = "Replace a key of the job file, as "                         \
                "'generation.max_tokens=8'; may be given several times."     \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
