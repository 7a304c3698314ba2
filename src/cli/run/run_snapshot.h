/*
 * run_snapshot.h - whether the same model behind a role still answers.
 *
 * A provider may replace what it serves under a name.  Answers of two judges in
 * one column would be a number of neither, so that the role is asked no more.
 * Who answers is the model's name; fingerprints differ from one of a provider's
 * machines to the next, so that a second one is only told.
 */
#ifndef RUN_SNAPSHOT_H
#define RUN_SNAPSHOT_H

#include "trustsweep/record.h"

#include <stdbool.h>

struct run;

/* An answer of an earlier run: who gave it is who has to go on. */
void run_snapshot_remember(struct run *run, const struct record *record);

/*
 * An answer that came in.  The first one says who answers.
 *
 * returns  false: by another one; `record` holds the reason as a failure then,
 *          its reply the caller's to release, and the role is stopped
 */
bool run_snapshot_take(struct run *run, struct record *record);

/* Whether a stored answer is by who answers here; true while nobody has. */
bool run_snapshot_fits(const struct run *run,
                       enum role role,
                       const struct reply *reply);

/* Whether a role was stopped in this run. */
bool run_snapshot_has_changed(const struct run *run);

#endif
