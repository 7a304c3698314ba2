/*
 * plan.h - job + items -> ordered units.
 *
 * Order is model, task (as in the manifest), item (as in the file), repeat.
 * It is the order of every table in results.h5.  A unit's place may change
 * when the job grows; its id does not.
 *
 * Kept small: 24 bytes a unit, and 8 to 16 more for finding one by its id.
 */
#ifndef PLAN_H
#define PLAN_H

#include "trustsweep/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct item;

/* What the plan needs to know of a model.  Borrowed for its lifetime. */
struct plan_model {
    const char *name;
    const char *const *identities; /* [num_tasks], what determines its replies
                                      to a task; backend_facts */
    const char *system;            /* system prompt or NULL */
    const struct sampling *samplings; /* [num_tasks], settings by task */
    const bool *weighs; /* [num_tasks], whether it weighs what an item offers
                           instead of writing; NULL: it writes */
};

/* A task's items, as the dataset holds them.  Borrowed for its lifetime. */
struct plan_task {
    const char *name;
    const char *dimension;
    const struct item *items; /* [num_items] */
    size_t num_items;
};

struct plan_params {
    const struct plan_model *models; /* [num_models] */
    size_t num_models;
    const struct plan_task *tasks; /* [num_tasks] */
    size_t num_tasks;
    uint32_t num_repeats; /* at least 1 */
};

struct plan_unit {
    struct hash128 id;
    uint32_t item; /* counted over all tasks: plan_item() */
    uint16_t model;
    uint16_t repeat;
};

struct plan {
    struct plan_params params;
    struct plan_unit *units; /* [num_units] */
    size_t num_units;
    size_t num_items;    /* of all tasks */
    size_t *first_items; /* [num_tasks + 1]: where a task's items begin */
    uint32_t *by_id;     /* [mask + 1] open addressing by id: a unit, or none */
    size_t mask;
};

/*
 * errors  ERR_USAGE when there is nothing to do, or more than 4 billion units,
 *         or two units have one id: a model listed twice under two names
 */
struct plan *plan_create(const struct plan_params *params, struct error *err);
void plan_destroy(struct plan *plan);

/* The unit of that id, or SIZE_MAX. */
size_t plan_find(const struct plan *plan, struct hash128 id);

/* The item of a unit, its task's index, and its settings. */
const struct item *plan_item(const struct plan *plan, size_t unit);
size_t plan_task_of(const struct plan *plan, size_t unit);
const struct sampling *plan_sampling(const struct plan *plan, size_t unit);

/* The first unit of a model's task; its units follow one another:
 * num_items * num_repeats of them. */
size_t plan_first_unit(const struct plan *plan, size_t model, size_t task);

#endif
