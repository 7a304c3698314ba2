/*
 * lengths.h - how long replies are expected to be, before any was seen: from
 * datasets/reply_lengths.json, what was counted in recorded answers.
 */
#ifndef LENGTHS_H
#define LENGTHS_H

struct error;
struct lengths;

/* errors  ERR_IO, ERR_FORMAT: the file has another shape */
struct lengths *lengths_read(const char *path, struct error *err);
void lengths_destroy(struct lengths *self); /* accepts NULL */

/*
 * Tokens of a mean reply.
 *
 * models   [2] names that the model may be listed under, NULL for none; one that
 *          is not listed replies as the others do
 * returns  NaN for a task that nothing is known of
 */
double lengths_tokens(const struct lengths *self,
                      const char *task,
                      const char *const *models);

#endif
