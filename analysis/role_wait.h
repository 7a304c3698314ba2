/*
 * role_wait.h - whether what a role was asked, or would have been, was still open
 * when a results file was written: from its provenance.
 */
#ifndef ROLE_WAIT_H
#define ROLE_WAIT_H

#include <stdbool.h>

struct cJSON;
struct reader;

struct role_wait { /* what a file says of its roles and of the end of its run */
    const struct reader *reader;
    struct cJSON *roles; /* NULL: nothing */
    bool is_open;        /* the run had not ended its work */
};

/* Read once a file, as boards ask for each cell.  The reader must outlive it. */
void role_wait_read(struct role_wait *out, const struct reader *reader);
void role_wait_release(struct role_wait *self);

/*
 * Whether the run had not ended its work and has somebody for each of these roles,
 * so that the same command gets the answers.
 *
 * needs    as a column names them: "refusal, toxicity"
 * returns  false of a file that says nothing of its run: merged, or scored again
 */
bool role_wait_is_pending(const struct role_wait *self, const char *needs);

#endif
