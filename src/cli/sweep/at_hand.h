/*
 * at_hand.h - what a model or role finds on this machine beside its files: told
 * alike by `plan` and `prepare`, which may run elsewhere, and `doctor`.
 */
#ifndef AT_HAND_H
#define AT_HAND_H

#include "trustsweep/backend.h"

struct pieces;

/* Who answers; spec NULL: nobody that is loaded. */
struct at_hand {
    const char *kind; /* "model", "role" */
    const char *name;
    const char *spec;
    const struct backend_facts *facts;
};

/* `is_bad`: it cannot start here.  Else it can, and not as one would think. */
typedef void (*at_hand_fn)(void *context,
                           const struct at_hand *who,
                           bool is_bad,
                           const char *what);

/*
 * Names only; starts and asks nothing.
 *
 * num_gpus  of this machine
 * context   for `tell`; borrowed
 * returns   whether all could start
 */
bool at_hand_check(const struct at_hand *list,
                   size_t num,
                   int num_gpus,
                   at_hand_fn tell,
                   void *context);

/* The same of the models and roles of a job that are ready. */
bool at_hand_check_pieces(const struct pieces *pieces,
                          int num_gpus,
                          at_hand_fn tell,
                          void *context);

/* Tells it as a warning on stderr: what is missing where a command is used need
 * not be where the job runs.
 *
 * command  const char *, its name */
void at_hand_warn(void *command,
                  const struct at_hand *who,
                  bool is_bad,
                  const char *what);

#endif
