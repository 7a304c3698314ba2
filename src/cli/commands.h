/*
 * commands.h - all commands of the program.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "cli/parts/command.h"

struct text;

extern const struct command command_run;
extern const struct command command_plan;
extern const struct command command_prepare;
extern const struct command command_submit;
extern const struct command command_batch;
extern const struct command command_watch;
extern const struct command command_score;
extern const struct command command_analyze;
extern const struct command command_report;
extern const struct command command_export;
extern const struct command command_merge;
extern const struct command command_label;
extern const struct command command_offline;
extern const struct command command_calibrate;
extern const struct command command_digest;
extern const struct command command_status;
extern const struct command command_explain;
extern const struct command command_check;
extern const struct command command_dataset;
extern const struct command command_doctor;
extern const struct command command_version;
extern const struct command command_docs;
extern const struct command command_backend_child;
extern const struct command command_server_guard;

/* It is long. */
extern const struct command_field command_status_fields[];

const struct command *const *commands_list(void); /* NULL-terminated */
const struct command *commands_find(const char *name);

/* The help text of the program. */
void commands_overview(struct text *out);

#endif
