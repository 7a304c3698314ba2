#include "cli/run/run_gpus.h"

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/gpu_types.h"
#include "cli/run/run.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule.h"
#include "trustsweep/record.h"

#include <stdint.h>
#include <stdlib.h>

/* Answers of one type; it may be one that the job does not name any more. */
struct from_type {
    char *name;
    uint64_t num;
};

struct answered {
    struct from_type *types;
    size_t num;
    size_t cap;
};

struct run_gpus {
    const struct job *job;
    struct answered *answered; /* [num_models + NUM_ROLES] of the job */
    size_t num_answered;
    uint16_t *of; /* [num_workers], their type; these once they are known */
    size_t num_models;
    size_t *row;    /* [num_models], into `answered` */
    int *begun;     /* [num_models], as slot_types_params.begun */
    char **kept_to; /* [num_models], or NULL */
    bool *waits;    /* [num_models]: its group is not here */
};

struct run_gpus *run_gpus_create(const struct job *job)
{
    struct run_gpus *self;

    if (job->num_gpu_types == 0)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->job = job;
    self->num_answered = job->num_models + NUM_ROLES;
    self->answered = mem_alloc(self->num_answered, sizeof *self->answered);
    return self;
}

void run_gpus_free(struct run_gpus *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_answered; i++) {
        for (size_t j = 0; j < self->answered[i].num; j++)
            free(self->answered[i].types[j].name);
        free(self->answered[i].types);
    }
    for (size_t i = 0; i < self->num_models; i++)
        free(self->kept_to[i]);
    free(self->answered);
    free(self->of);
    free(self->row);
    free(self->begun);
    free((void *)self->kept_to);
    free(self->waits);
    free(self);
}

static void count(struct answered *of, const char *name)
{
    for (size_t i = 0; i < of->num; i++) {
        if (text_equal(of->types[i].name, name)) {
            of->types[i].num++;
            return;
        }
    }
    of->types =
        mem_reserve(of->types, &of->cap, of->num + 1, sizeof *of->types);
    of->types[of->num++] =
        (struct from_type){ .name = mem_text(name), .num = 1 };
}

void run_gpus_count(struct run *run, size_t unit, const struct record *record)
{
    const struct plan *plan = run->sweep->plan;
    size_t row = run->sweep->job->num_models + (size_t)record->role;

    if (!run->gpus || !record->gpu_type || record->reply.state == STATE_FAILED)
        return;
    if (record->role == ROLE_ANSWER) {
        if (unit >= plan->num_units)
            return;
        row = plan->units[unit].model;
    }
    count(&run->gpus->answered[row], record->gpu_type);
}

void run_gpus_take(struct run *run, size_t unit, struct record *record)
{
    const struct run_gpus *self = run->gpus;
    uint16_t type;

    if (!self || record->rank == 0 || record->reply.state == STATE_FAILED
        || run->models[schedule_model_of(run->schedule, unit)].needs_no_gpu)
        return;
    type = self->of[record->rank - 1];
    if (type < self->job->num_gpu_types)
        record->gpu_type = self->job->gpu_types[type].type;
    run_gpus_count(run, unit, record);
}

static int group_of(const struct run_gpus *self,
                    const struct gpu_types *types,
                    const char *name)
{
    const size_t t = job_gpu_type_called(self->job, name);

    return t < self->job->num_gpu_types ? types->group[t]
                                        : SLOT_TYPES_ELSEWHERE;
}

/* What `group` in the job calls it, or the type that is one for itself. */
static const char *name_of(const struct run_gpus *self, int group, char *type)
{
    const char *name = group < (int)self->job->num_gpu_types
                           ? self->job->gpu_types[group].group
                           : NULL;

    return name ? name : type;
}

static bool is_here(const struct run_gpus *self,
                    const struct gpu_types *types,
                    size_t num_workers,
                    size_t model)
{
    const double *speed = &types->speed[model * types->params.num];

    for (size_t w = 0; w < num_workers; w++) {
        if (types->group[self->of[w]] == self->begun[model]
            && speed[self->of[w]] > 0)
            return true;
    }
    return false;
}

/* Of a role it is not known yet what is left. */
static bool is_left(const struct run *run, size_t model)
{
    const struct plan *plan = run->sweep->plan;

    for (size_t i = 0; i < plan->num_units; i++) {
        if (plan->units[i].model == model && run->places[i] == 0
            && !(run->sweep->is_skipped && run->sweep->is_skipped[i]))
            return true;
    }
    return false;
}

/* The group of most answers; they may be of several where `mix` was another
 * one, or what two folders hold was brought together. */
static void begin_model(struct run *run,
                        const struct gpu_types *types,
                        size_t num_workers,
                        size_t model)
{
    struct run_gpus *self = run->gpus;
    const struct answered *of = &self->answered[self->row[model]];
    const char *label = run->models[model].name;
    const char *group;
    size_t most = 0;

    self->begun[model] = SLOT_TYPES_ANYWHERE;
    if (of->num == 0 || run->models[model].needs_no_gpu)
        return;
    for (size_t i = 1; i < of->num; i++) {
        if (of->types[i].num > of->types[most].num)
            most = i;
    }
    self->begun[model] = group_of(self, types, of->types[most].name);
    group = name_of(self, self->begun[model], of->types[most].name);
    for (size_t i = 0; i < of->num; i++) {
        if (group_of(self, types, of->types[i].name) != self->begun[model]) {
            log_warn("model '%s' has answers of GPUs of more than one group, "
                     "such as '%s' and type '%s'; run.json counts them",
                     label,
                     group,
                     of->types[i].name);
        }
    }
    self->kept_to[model] = text_format("it was begun on GPUs of group '%s', "
                                       "\"mix\" keeps it to that group",
                                       group);
    run->models[model].kept_to = self->kept_to[model];
    self->waits[model] = !is_here(self, types, num_workers, model);
    if (self->waits[model] && is_left(run, model)) {
        log_warn("model '%s' was begun on GPUs of group '%s'; no worker of "
                 "that group is here, and what is left of it waits for one",
                 label,
                 group);
    }
}

void run_gpus_begin(struct run *run,
                    struct gpu_types *types,
                    size_t num_workers)
{
    struct run_gpus *self = run->gpus;

    if (!self)
        return;
    self->of = mem_copy(types->of, num_workers * sizeof *self->of);
    self->num_models = run->num_models;
    self->row = mem_alloc(run->num_models, sizeof *self->row);
    self->begun = mem_alloc(run->num_models, sizeof *self->begun);
    self->kept_to = mem_alloc(run->num_models, sizeof(char *));
    self->waits = mem_alloc(run->num_models, sizeof *self->waits);
    for (size_t i = 0; i < self->job->num_models; i++)
        self->row[i] = i;
    for (int role = 0; role < NUM_ROLES; role++) {
        if (roles_dispatched(&run->sweep->roles) & 1u << role) {
            self->row[run->model_of_role[role]] =
                self->job->num_models + (size_t)role;
        }
    }
    if (!types->params.group)
        return;
    for (size_t i = 0; i < run->num_models; i++)
        begin_model(run, types, num_workers, i);
    types->params.begun = self->begun;
}

bool run_gpus_wait(const struct run *run)
{
    for (size_t i = 0; run->gpus && i < run->gpus->num_models; i++) {
        if (run->gpus->waits[i] && coordinator_given_up(run->coordinator, i))
            return true;
    }
    return false;
}

void run_gpus_add(struct cJSON *model,
                  const struct run_gpus *self,
                  size_t number)
{
    const struct answered *of;
    struct cJSON *object;

    if (!self || number >= self->num_models)
        return;
    of = &self->answered[self->row[number]];
    object = json_add_object(model, "gpus");
    for (size_t i = 0; i < of->num; i++)
        json_add_number(object, of->types[i].name, (double)of->types[i].num);
}
