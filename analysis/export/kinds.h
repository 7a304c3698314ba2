/* Private to export/: the forms that export.c lists. */
#ifndef EXPORT_KINDS_H
#define EXPORT_KINDS_H

#include "analysis/export/export.h"

extern const struct export_ops export_csv;
extern const struct export_ops export_jsonl;
extern const struct export_ops export_toolkit;
extern const struct export_ops export_lm_eval;
extern const struct export_ops export_inspect;
extern const struct export_ops export_leaderboard;
extern const struct export_ops export_redacted;

#endif
