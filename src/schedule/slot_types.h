/*
 * slot_types.h - slots that are not alike: GPUs of several types.
 *
 * How fast a slot is with a model, whether the model may be there at all, and
 * which types may work on one model together.
 */
#ifndef SLOT_TYPES_H
#define SLOT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is told of them; all arrays are copied. */
struct slot_types_params {
    size_t num;            /* of types */
    const uint16_t *of;    /* [num_slots] below num */
    const double *speed;   /* [num_models][num] times what is said of the model;
                               0: it must not be there */
    const uint16_t *group; /* [num]: a model stays with the group of the first
                               slot that takes it; NULL: all types may mix */
    const int *begun; /* [num_models]: the group it was begun on, if of none
                         that is here SLOT_TYPES_ELSEWHERE; or
                         SLOT_TYPES_ANYWHERE; NULL: none was begun */
};

enum { SLOT_TYPES_ANYWHERE = -1, SLOT_TYPES_ELSEWHERE = UINT16_MAX };

/* What is told of a model on slots of a type. */
static inline double slot_types_told(const struct slot_types_params *params,
                                     size_t type,
                                     size_t model)
{
    return params->speed[model * params->num + type];
}

/* The same on one slot; 1 where all are alike, so `params` is NULL. */
static inline double slot_types_told_of(const struct slot_types_params *params,
                                        size_t slot,
                                        size_t model)
{
    return params ? slot_types_told(params, params->of[slot], model) : 1;
}

struct slot_types;

/* params  NULL: all slots are alike */
struct slot_types *slot_types_create(const struct slot_types_params *params,
                                     size_t num_models,
                                     size_t num_slots);
void slot_types_destroy(struct slot_types *self);

size_t slot_types_num(const struct slot_types *self);
size_t slot_types_of(const struct slot_types *self, int slot);

/* Whether there may be a model that must not be on some of them. */
bool slot_types_differ(const struct slot_types *self);

/* Of a model on slots of a type, now; 0: it must not be there. */
double slot_types_speed(const struct slot_types *self,
                        size_t type,
                        size_t model);

/* Whether slots of both may hold one model together. */
bool slot_types_may_mix(const struct slot_types *self,
                        size_t one,
                        size_t other);

/* What a slot of `other` is worth, in slots of `type`: the mean over models that
 * may be on both; 0: none may. */
double slot_types_worth(const struct slot_types *self,
                        size_t other,
                        size_t type);

/* Whether a model may not be on a type that another one may be on beside one of
 * its own. */
bool slot_types_is_picky(const struct slot_types *self, size_t model);

/* A slot of that type takes it; the first one decides on its group. */
void slot_types_take(struct slot_types *self, size_t type, size_t model);

/* It may be anywhere from now on: what it could be on is lost. */
void slot_types_free(struct slot_types *self, size_t model);

#endif
