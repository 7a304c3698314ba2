/*
 * role_wait.h - whether what a role was asked, or would have been, was still open
 * when a results file was written: from its provenance.
 */
#ifndef ROLE_WAIT_H
#define ROLE_WAIT_H

#include <stdbool.h>

struct reader;

/*
 * Whether the run had not ended its work and has somebody for each of these roles,
 * so that the same command gets the answers.
 *
 * needs    as a column names them: "refusal, toxicity"
 * returns  false of a file that says nothing of its run: merged, or scored again
 */
bool role_wait_is_on(const struct reader *reader, const char *needs);

#endif
