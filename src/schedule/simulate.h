/*
 * simulate.h - a sweep in virtual time: the schedule that runs in production
 * against slots that take the time they are told to, or a simpler policy for
 * comparison.
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include "schedule/policy.h"
#include "schedule/schedule.h"

enum simulate_doing { SIMULATE_LOADS = 0, SIMULATE_WORKS };

/* What is so, whatever the schedule believes. */
struct simulate_world {
    struct schedule_params believed; /* its units are those that there are */
    const float *unit_s;             /* [num_units] on one slot */
    const double *load_s;            /* [num_models] */
    /* The last `num_after` units are not there from the start: each comes when
     * the unit after[i] is done, which is one of those before them.  Simpler
     * policies take them as if they were there. */
    const uint32_t *after; /* [num_after] */
    size_t num_after;
    /* So many times longer a slot takes for everything but loads, as nobody is
     * told; NULL: 1.  Resident policy only. */
    const double *slot_slow; /* [num_slots] */
    /* For a time line; NULL: none.  Spans of a slot come in order. */
    void (*span)(void *context,
                 int slot,
                 int model,
                 enum simulate_doing doing,
                 double from_s,
                 double to_s);
    void *context;
};

struct simulate_outcome {
    double makespan_s;
    double parted_bound_s; /* schedule_parted_bound() of what is so */
    double
        whole_bound_s; /* schedule_whole_bound(), or what follows if longer */
    double longest_s;  /* the longest unit with its load, where it is fastest */
    int longest_model;
    double
        kept_s; /* bound of models that only one type of slots may have, there;
                      0: there are none, or all slots are of one type */
    size_t kept_type;
    int kept_model; /* the one of them with most to do */
    double load_s;  /* over all slots with a GPU, as all that follow */
    double work_s;
    double wasted_s; /* on units that another slot had done by then */
    double idle_s;
    size_t num_apart;      /* slots that are apart: what they do is below */
    double apart_work_s;   /* over all of them */
    double apart_end_s;    /* of what they do */
    double apart_bound_s;  /* it cannot end sooner; within both bounds */
    double single_bound_s; /* of models that one slot does by itself, the last;
                              within both bounds */
    bool fits;  /* every model found the slots that it needs; what did not is
                  taken as if it needed one */
    int misfit; /* the first that did not; SCHEDULE_NO_MODEL: none is known */
    size_t num_loads;
    size_t num_leases; /* or jobs */
    size_t size;       /* of them, of a policy that has one */
};

/*
 * size  of a policy: units in a job (chunk), shards a model (static); 0 = what
 *       suits it best, tried out
 */
void simulate_run(const struct simulate_world *world,
                  enum policy policy,
                  size_t size,
                  struct simulate_outcome *out);

/* How fast a slot is with a model, beside what is said of the model; one that
 * must not be there is as fast as said. */
double simulate_speed(const struct simulate_world *world, int slot, int model);

/* Whether a slot is without a GPU: its time is not counted with the others'. */
bool simulate_is_apart(const struct simulate_world *world, int slot);

/* Slots that a model takes. */
double simulate_width(const struct simulate_world *world, int model);

#endif
