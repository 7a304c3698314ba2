/*
 * reply_lengths.h - how long replies are expected to be, before any was seen: from
 * datasets/reply_lengths.json, what was counted in recorded answers.
 */
#ifndef REPLY_LENGTHS_H
#define REPLY_LENGTHS_H

struct error;
struct reply_lengths;

/* errors  ERR_IO, ERR_FORMAT: the file has another shape */
struct reply_lengths *reply_lengths_read(const char *path, struct error *err);
void reply_lengths_destroy(struct reply_lengths *self); /* accepts NULL */

/*
 * Tokens of a mean reply.
 *
 * models   [2] names that the model may be listed under, NULL for none; one that
 *          is not listed replies as the others do
 * returns  NaN for a task that nothing is known of
 */
double reply_lengths_tokens(const struct reply_lengths *self,
                            const char *task,
                            const char *const *models);

#endif
