/*
 * report_mask.h - texts that can be given away.
 *
 * Masked texts: e-mail addresses and long numbers are blotted out everywhere.
 * Texts of a task are shown beyond that where we know its prompts to be
 * harmless.  Of all others, and of tasks that we do not know, only their length
 * is; of a reply that refuses, the words that say so are, where it begins with
 * them.
 */
#ifndef REPORT_MASK_H
#define REPORT_MASK_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct text;

/* Whether texts of the task of that name ("ethics/awareness") may be shown but
 * for what is personal. */
bool report_mask_shows(const char *task);

/* Whether an item's member may be shown whatever the task: it says which
 * kind of item this is, in a few characters. */
bool report_mask_is_fact(const char *name, const char *value);

/* Adds `bytes` [len], valid UTF-8 or mended, with addresses and numbers of seven
 * digits or more blotted out. */
void report_mask_personal(const char *bytes, size_t len, struct text *out);

/* The same for the first bytes alone, [shown] of valid UTF-8 [len]: what goes on
 * behind them is blotted out in them, too. */
void report_mask_start(const char *bytes,
                       size_t shown,
                       size_t len,
                       struct text *out);

/* Whether an answer of a judge is so short that it is a verdict and no text. */
bool report_mask_is_verdict(size_t len);

/*
 * What stands beside a recorded reply, such as a judge's answer ("eval_res") or a
 * classifier's ("toxicity"), where it is more than a verdict or a number: it may
 * quote the reply.  Masked in `recorded`, a JSON object, or its length put in its
 * place.  What a backend says of how it asked, and who answered, stays.
 *
 * shows    whether texts of the task are
 * returns  whether anything was changed
 */
bool report_mask_recorded(struct cJSON *recorded, bool shows);

/* How many of the first bytes of why there is no reply say it without what the
 * server said, which may quote the prompt: "HTTP 400". */
size_t report_mask_cause(const char *bytes, size_t len);

/* How many of the first bytes say no and nothing else ("I'm sorry"); 0: it does
 * not begin so. */
size_t report_mask_opening(const char *bytes, size_t len);

#endif
