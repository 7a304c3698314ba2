/*
 * rank_files.h - the model files of a run are those that its rank 0 looked at.
 *
 * Replies are recorded with the identity that rank 0 found at the start.  A file
 * that is replaced while the run goes on would answer under the name of the old
 * one when a worker loads it again.
 */
#ifndef RANK_FILES_H
#define RANK_FILES_H

struct error;
struct job;
struct rank_files;

/* Looks at the files of all models and roles; accepts NULL. */
struct rank_files *rank_files_note(const struct job *job);

/*
 * Before a model is loaded.  A file that was not noted is from now on.  Folders,
 * into which servers write, are not compared.
 *
 * errors  ERR_FORMAT: it is another file, or another time of change
 */
int rank_files_check(struct rank_files *self,
                     const char *spec,
                     struct error *err);

void rank_files_free(struct rank_files *self); /* accepts NULL */

#endif
