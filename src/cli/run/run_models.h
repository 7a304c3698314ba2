/*
 * run_models.h - whether the model files of a run are those that its answers are
 * of.
 *
 * DIR/models.json notes who answered under each name.  Another file under the
 * same name would be asked everything anew, and the answers of the first one
 * left out, without a word of either.
 */
#ifndef RUN_MODELS_H
#define RUN_MODELS_H

struct error;
struct run;

/*
 * Compare and note.  After the journal was read.
 *
 * errors  ERR_USAGE: a file of a model or role is another one than its answers
 *         in the journal are of; names it and the way out
 */
int run_models_check(const struct run *run, struct error *err);

#endif
