/*
 * reader_costs.h - what an earlier run cost, by model: speed, load, and how long
 * its replies to each task were.  A forecast begins with it.
 */
#ifndef READER_COSTS_H
#define READER_COSTS_H

struct error;
struct reader;
struct reader_costs;
struct text;

/* errors  ERR_IO; `reader` is not kept */
struct reader_costs *reader_costs_read(const struct reader *reader,
                                       struct error *err);
void reader_costs_destroy(struct reader_costs *self); /* accepts NULL */

/* As bytes, for another process of this program; NULL when they are none of it. */
void reader_costs_pack(const struct reader_costs *self, struct text *out);
struct reader_costs *reader_costs_unpack(const struct text *packed);

/* "job", "models", "roles" or "run" of the provenance; borrowed, NULL where the
 * file has none. */
const char *reader_costs_provenance(const struct reader_costs *self,
                                    const char *name);

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
