/*
 * submission_say.h - what a batch job asks for, in words.
 */
#ifndef SUBMISSION_SAY_H
#define SUBMISSION_SAY_H

struct submission;

/* Its size and times, and what Slurm answered, on stderr. */
void submission_say(const struct submission *self);

#endif
