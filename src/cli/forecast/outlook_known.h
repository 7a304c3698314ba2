/*
 * outlook_known.h - what is known of the speed and the load of a model or role,
 * of several sources the last.
 */
#ifndef OUTLOOK_KNOWN_H
#define OUTLOOK_KNOWN_H

#include "cli/forecast/outlook.h"

struct backend_account;
struct backend_facts;
struct outlook_setting;
struct reader_costs;

struct outlook_said {
    const char *name;
    const struct backend_facts *facts;
    double tokens_per_s; /* of the job; not above 0 = unknown */
    double load_s;
    int64_t gpus;
    size_t at; /* model or role of the job, as api_workers_may_take() */
    bool is_checkpoint; /* as fast as those before it */
};

/* An earlier results file. */
struct outlook_earlier {
    struct reader_costs *costs;
    struct outlook_setting *setting;
    double like_tokens_per_s; /* of the last checkpoint that it has; 0 = none */
    double like_load_s;
};

/* Speed and load from the backend, an earlier results file (NULL: none) and the
 * job; `out` is one of self->models. */
void outlook_know(struct outlook *self,
                  struct outlook_model *out,
                  const struct outlook_said *said,
                  const struct outlook_earlier *earlier);

/* Models that are asked, and whose speed nobody knows, for people: "'a', 'b'";
 * free(). */
char *outlook_without_speed(const struct outlook *self);

/* Models and roles that are asked, and whose load nobody knows, in the same way;
 * NULL: none. */
char *outlook_without_load(const struct outlook *self);

/* No faster than its account allows, divided evenly among all models and roles of
 * the job that ask on it.  `out->tokens` and `num_asked` are set. */
void outlook_heed_account(struct outlook_model *out,
                          const struct sweep *sweep,
                          const struct backend_account *account);

#endif
