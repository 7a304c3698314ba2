/*
 * submission.h - one submission, from a job file to a job in the queue.
 */
#ifndef SUBMISSION_H
#define SUBMISSION_H

#include "base/text.h"
#include "cli/batch/submit.h"

#include <stdbool.h>

struct error;
struct sweep;
struct sweep_params;

/* As far as it has come. */
struct submission {
    struct sweep *sweep;
    struct site site;
    struct cluster queue;
    bool has_queue;
    struct submit_size size;
    char *output; /* absolute */
    bool is_part; /* something is asked on the login node */
    struct text script;
    char *job_id;
    char *answer; /* what Slurm's own check said; or NULL */
};

/*
 * Work out size and script, and let the queue and Slurm check them; writes
 * nothing.  Without a queue that is told on stderr for a dry run, and an error
 * else.
 *
 * self  for submission_release() in any case
 */
int submission_prepare(struct submission *self,
                       const struct submit_options *given,
                       const struct sweep_params *params,
                       struct error *err);

/* Write DIR/batch.sh, hand it to Slurm, note that in DIR/submit.json. */
int submission_submit(struct submission *self, struct error *err);

/* What submit.json holds; appended. */
void submission_json(const struct submission *self, struct text *out);

void submission_release(struct submission *self);

#endif
