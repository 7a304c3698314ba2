/*
 * reader_costs.h - what an earlier run cost, by model: speed, load, and how long
 * its replies to each task were.  A forecast begins with it.
 */
#ifndef READER_COSTS_H
#define READER_COSTS_H

struct error;
struct reader;
struct reader_costs;

/* errors  as reader_open() */
struct reader_costs *reader_costs_read(const char *path, struct error *err);
void reader_costs_destroy(struct reader_costs *self); /* accepts NULL */

/* The file itself; borrowed, lives as long as `self`. */
const struct reader *reader_costs_reader(const struct reader_costs *self);

/* Of one rank, or of as many together as the model takes, prompts and replies; 0 =
 * nothing is known of that model, or role. */
double reader_costs_tokens_per_s(const struct reader_costs *self,
                                 const char *model);
/* One load, the mean over ranks; 0 = unknown. */
double reader_costs_load_s(const struct reader_costs *self, const char *model);

/* Tokens of a mean reply; of that model, else of all; NaN = unknown. */
double reader_costs_reply_tokens(const struct reader_costs *self,
                                 const char *model,
                                 const char *task);

#endif
