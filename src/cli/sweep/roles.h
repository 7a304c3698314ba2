/*
 * roles.h - who answers what evaluators ask: the roles of a job, checked and
 * ready to be asked.
 */
#ifndef ROLES_H
#define ROLES_H

#include "evaluate/judge.h"
#include "trustsweep/backend.h"
#include "trustsweep/record.h"

struct error;
struct job;
struct refusal_classifier;

/* Priors of what a question takes, in tokens: the wording around a reply, the
 * mean of those in the manifest, and an answer of a word or two. */
enum { ROLES_WORDING_TOKENS = 70, ROLES_ANSWER_TOKENS = 8 };

struct role_player {
    bool is_set;   /* somebody plays this role */
    bool is_local; /* built in: answers at once, on rank 0 */
    char *spec;    /* of its backend, paths absolute */
    struct backend_facts facts;
};

struct roles {
    const struct job *job;         /* borrowed */
    const struct prompts *prompts; /* borrowed */
    unsigned asked;                /* bits 1u << ROLE_X: columns may ask them */
    struct role_player players[NUM_ROLES];
    struct refusal_classifier *classifier; /* NULL: another plays that role, or
                                              no column may ask it */
};

/*
 * Look at every role the job names, without loading anything.
 *
 * asked   bits 1u << ROLE_X: the roles that columns of this sweep may ask
 *
 * errors  as backend_probe(); ERR_USAGE when a backend cannot do what its role
 *         asks (an embedder without vectors)
 */
int roles_open(struct roles *out,
               const struct job *job,
               const struct prompts *prompts,
               unsigned asked,
               struct error *err);
void roles_close(struct roles *self);

/* The roles whose questions go to a backend: bits 1u << ROLE_X. */
unsigned roles_dispatched(const struct roles *self);

/* The name of the `at`th of those. */
const char *roles_name(const struct roles *self, size_t at);

/* The whole request of an ask, its id too: settings of the job, and a chat in
 * words where a role that classifies is played by a chat model.  False: nobody
 * plays that role.  out: request_release() */
bool roles_request(const struct roles *self,
                   const struct ask *ask,
                   struct request *out);

/* What a record of a role's answer says, moved into `out`; the record is
 * released.  ANSWER_NONE where it is missing since another model answered for
 * the role (run_snapshot.h): nobody did, whatever a rule makes of a failure. */
enum answer roles_take(struct record *record, struct reply *out);

/* What is built in answers here; ANSWER_NONE for all else. */
enum answer roles_now(const struct roles *self,
                      const struct ask *ask,
                      struct reply *out);

/* The backends of roles, loaded when first asked and asked one question after
 * the other: for scoring without a run. */
struct role_backends;
struct role_backends *role_backends_create(const struct roles *roles);
void role_backends_destroy(struct role_backends *self);
enum answer role_backends_ask(struct role_backends *self,
                              const struct ask *ask,
                              struct reply *out);

#endif
