#include "schedule/schedule_jobs.h"

#include "base/mem.h"
#include "schedule/schedule_parts.h"

#include <math.h>
#include <stdlib.h>

enum { NOBODY = -1, NO_JOB = -1 };

static const uint32_t in_no_job = UINT32_MAX;

struct job {
    int model;
    uint32_t end;   /* its units stand before that place of `units` */
    uint32_t done;  /* all before are done */
    uint32_t ready; /* none before waits, but those that came back */
    bool has_back;  /* some came back */
    int slot;       /* that has it, or had; NOBODY */
};

struct newcomer {
    uint16_t model;
    uint16_t task;
    uint32_t unit;
};

struct schedule_jobs {
    enum policy policy;
    size_t size;
    struct job *jobs; /* [num], in the order in which they begin */
    size_t num;
    size_t cap;
    size_t open;     /* all jobs before it have ended */
    uint32_t *units; /* [num_units], job after job */
    size_t num_units;
    size_t cap_units;
    uint32_t *job_of; /* [num_seen] by unit, or in_no_job */
    size_t num_seen;
    size_t cap_seen;
    struct newcomer *later; /* [num_later] questions that are put off */
    size_t num_later;
    size_t cap_later;
    int *of_slot; /* [num_slots] its job, or NO_JOB */
};

struct schedule_jobs *schedule_jobs_create(enum policy policy,
                                           size_t size,
                                           size_t num_slots)
{
    struct schedule_jobs *self;

    if (policy == POLICY_RESIDENT)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->policy = policy;
    self->size = size > 0 ? size : 1;
    self->of_slot = mem_alloc(num_slots, sizeof *self->of_slot);
    for (size_t i = 0; i < num_slots; i++)
        self->of_slot[i] = NO_JOB;
    return self;
}

void schedule_jobs_destroy(struct schedule_jobs *self)
{
    if (!self)
        return;
    free(self->jobs);
    free(self->units);
    free(self->job_of);
    free(self->later);
    free(self->of_slot);
    free(self);
}

static bool is_done(const struct schedule *self, size_t unit)
{
    return self->units.states[unit] == POOL_DONE;
}

static bool has_ended(const struct schedule *self, struct job *job)
{
    while (job->done < job->end && is_done(self, self->jobs->units[job->done]))
        job->done++;
    return job->done == job->end;
}

/* No slot has it, and one is to. */
static bool is_free(const struct schedule *self, struct job *job)
{
    return job->slot == NOBODY && !has_ended(self, job);
}

/* By model, then task, then as they came. */
static int compare_newcomers(const void *a, const void *b)
{
    const struct newcomer *left = a;
    const struct newcomer *right = b;

    if (left->model != right->model)
        return left->model < right->model ? -1 : 1;
    if (left->task != right->task)
        return left->task < right->task ? -1 : 1;
    return left->unit < right->unit ? -1 : left->unit > right->unit;
}

/* All that came since, with what was put off: [*num], free() */
static struct newcomer *find_new(struct schedule *self, size_t *num)
{
    struct schedule_jobs *jobs = self->jobs;
    const size_t most = self->num_units - jobs->num_seen + jobs->num_later;
    struct newcomer *found = mem_alloc(most, sizeof *found);

    for (*num = 0; *num < jobs->num_later; (*num)++)
        found[*num] = jobs->later[*num];
    jobs->num_later = 0;
    jobs->job_of = mem_reserve(jobs->job_of,
                               &jobs->cap_seen,
                               self->num_units,
                               sizeof *jobs->job_of);
    for (; jobs->num_seen < self->num_units; jobs->num_seen++) {
        const size_t unit = jobs->num_seen;

        jobs->job_of[unit] = in_no_job;
        found[(*num)++] = (struct newcomer){ self->unit_model[unit],
                                             self->units.tasks[unit],
                                             (uint32_t)unit };
    }
    return found;
}

static bool is_of_role(const struct schedule *self, const struct newcomer *of)
{
    return self->models[of->model].is_role;
}

/* Those that are to be cut into jobs now: what is done leaves, and questions are
 * put off while models have work.  How many of `found` stay. */
static size_t choose(struct schedule *self,
                     struct newcomer *found,
                     size_t num,
                     bool models_only)
{
    struct schedule_jobs *jobs = self->jobs;
    size_t kept = 0;

    for (size_t i = 0; i < num; i++) {
        if (is_done(self, found[i].unit))
            continue;
        if (!models_only || !is_of_role(self, &found[i])) {
            found[kept++] = found[i];
            continue;
        }
        jobs->later = mem_reserve(jobs->later,
                                  &jobs->cap_later,
                                  jobs->num_later + 1,
                                  sizeof *jobs->later);
        jobs->later[jobs->num_later++] = found[i];
    }
    return kept;
}

/* Units of new jobs stand in `units` job after job. */
static void place(struct schedule *self,
                  const struct policy_units *units,
                  const uint32_t *job,
                  size_t num_jobs)
{
    const uint32_t *index = units->index;
    const size_t num = units->num;
    struct schedule_jobs *jobs = self->jobs;
    struct job *first;

    jobs->jobs = mem_reserve(jobs->jobs,
                             &jobs->cap,
                             jobs->num + num_jobs,
                             sizeof *jobs->jobs);
    jobs->units = mem_reserve(jobs->units,
                              &jobs->cap_units,
                              jobs->num_units + num,
                              sizeof *jobs->units);
    first = jobs->jobs + jobs->num;
    for (size_t i = 0; i < num_jobs; i++)
        first[i] = (struct job){ .slot = NOBODY };
    for (size_t i = 0; i < num; i++)
        first[job[i]].end++;
    for (size_t i = 0; i < num_jobs; i++) {
        first[i].done = (uint32_t)jobs->num_units;
        first[i].ready = first[i].done;
        jobs->num_units += first[i].end;
        first[i].end = first[i].done; /* counts up again, below */
    }
    for (size_t i = 0; i < num; i++) {
        jobs->units[first[job[i]].end++] = index[i];
        jobs->job_of[index[i]] = (uint32_t)jobs->num + job[i];
        first[job[i]].model = self->unit_model[index[i]];
    }
    jobs->num += num_jobs;
}

static void cut_into_jobs(struct schedule *self)
{
    size_t num;
    struct newcomer *found = find_new(self, &num);
    uint32_t *index = mem_alloc(num, sizeof *index);
    uint32_t *job = mem_alloc(num, sizeof *job);
    struct policy_units units = { .model = self->unit_model,
                                  .task = self->units.tasks,
                                  .index = index };
    bool has_models = false;

    for (size_t i = 0; i < num; i++) {
        has_models =
            has_models
            || (!is_of_role(self, &found[i]) && !is_done(self, found[i].unit));
    }
    units.num = choose(self, found, num, has_models);
    qsort(found, units.num, sizeof *found, compare_newcomers);
    for (size_t i = 0; i < units.num; i++)
        index[i] = found[i].unit;
    place(self,
          &units,
          job,
          policy_assign(self->jobs->policy, self->jobs->size, &units, job));
    free(job);
    free(index);
    free(found);
}

static bool all_have_ended(struct schedule *self)
{
    struct schedule_jobs *jobs = self->jobs;

    while (jobs->open < jobs->num && has_ended(self, &jobs->jobs[jobs->open]))
        jobs->open++;
    return jobs->open == jobs->num;
}

/* The first one that nobody has and that the slot may have. */
static int next_job(struct schedule *self, int slot)
{
    struct schedule_jobs *jobs = self->jobs;

    if (all_have_ended(self)
        && (jobs->num_seen < self->num_units || jobs->num_later > 0))
        cut_into_jobs(self);
    for (size_t i = jobs->open; i < jobs->num; i++) {
        if (is_free(self, &jobs->jobs[i])
            && schedule_speed(self, slot, jobs->jobs[i].model) > 0)
            return (int)i;
    }
    return NO_JOB;
}

/* Moves `ready` to a unit that waits; false: there is none now. */
static bool find_ready(struct schedule *self, struct job *job, int64_t now_ms)
{
    const struct schedule_jobs *jobs = self->jobs;

    for (int pass = 0; pass < 2; pass++) {
        for (; job->ready < job->end; job->ready++) {
            if (self->units.states[jobs->units[job->ready]] == POOL_READY)
                return true;
        }
        if (!job->has_back)
            return false;
        pool_wake(self->models[job->model].pool, now_ms);
        job->ready = job->done;
    }
    return false;
}

static size_t take(struct schedule *self,
                   struct job *job,
                   int64_t now_ms,
                   size_t *out)
{
    size_t num = 0;

    while (num < self->max_lease && find_ready(self, job, now_ms)) {
        const size_t unit = self->jobs->units[job->ready++];

        pool_take_unit(self->models[job->model].pool, unit);
        out[num++] = unit;
    }
    return num;
}

static struct job *job_of_slot(const struct schedule *self, int slot)
{
    const int at = self->jobs->of_slot[slot];

    return at == NO_JOB ? NULL : &self->jobs->jobs[at];
}

bool schedule_jobs_lets_go(const struct schedule *self, int slot)
{
    struct job *job = job_of_slot(self, slot);

    return !job || has_ended(self, job);
}

size_t schedule_jobs_lease(struct schedule *self,
                           int slot,
                           int held,
                           int64_t now_ms,
                           int *model,
                           size_t *out)
{
    struct job *job;
    size_t num;

    if (schedule_jobs_lets_go(self, slot)) {
        self->jobs->of_slot[slot] =
            held == SCHEDULE_NO_MODEL ? next_job(self, slot) : NO_JOB;
        job = job_of_slot(self, slot);
        if (!job)
            return 0;
        job->slot = slot;
    }
    job = job_of_slot(self, slot);
    num = take(self, job, now_ms, out);
    if (num == 0)
        return 0;
    if (self->slots[slot].model != job->model) {
        schedule_hold(self, slot, job->model);
        schedule_set_loading(self, slot, now_ms);
    }
    self->slots[slot].is_idle = false;
    *model = job->model;
    return num;
}

bool schedule_jobs_goes_on(struct schedule *self, int slot, int64_t now_ms)
{
    struct job *job = job_of_slot(self, slot);

    return job && find_ready(self, job, now_ms);
}

size_t schedule_jobs_free(struct schedule *self, int model)
{
    struct schedule_jobs *jobs = self->jobs;
    size_t num = 0;

    for (size_t i = jobs->open; i < jobs->num; i++) {
        struct job *job = &jobs->jobs[i];

        num += job->model == model && is_free(self, job);
    }
    return num;
}

/* Of all models; NaN: the speed of one is not known. */
static double work_left_s(struct schedule *self)
{
    double sum_s = 0;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct pool *pool = self->models[i].pool;
        const double work_s =
            pool_left_seconds(pool, speeds_of(self->speeds, i));

        if (pool_num_left(pool) > 0)
            sum_s += work_s > 0 ? work_s : (double)NAN;
    }
    return sum_s;
}

double schedule_jobs_eta(struct schedule *self)
{
    struct schedule_jobs *jobs = self->jobs;
    const bool is_all_cut =
        jobs->num_seen == self->num_units && jobs->num_later == 0;
    double sum_s = work_left_s(self);
    size_t num_slots = 0;
    size_t num_jobs = 0;

    for (size_t i = 0; i < self->num_slots; i++)
        num_slots += self->slots[i].is_alive;
    for (size_t i = jobs->open; i < jobs->num; i++) {
        num_jobs += !has_ended(self, &jobs->jobs[i]);
        if (is_free(self, &jobs->jobs[i]))
            sum_s += schedule_load_s(self, jobs->jobs[i].model);
    }
    if (is_all_cut && num_jobs < num_slots)
        num_slots = num_jobs;
    if (num_slots == 0)
        return sum_s > 0 || isnan(sum_s) ? (double)NAN : 0;
    return sum_s / (double)num_slots;
}

void schedule_jobs_returned(struct schedule *self, size_t unit)
{
    const struct schedule_jobs *jobs = self->jobs;

    if (unit < jobs->num_seen && jobs->job_of[unit] != in_no_job)
        jobs->jobs[jobs->job_of[unit]].has_back = true;
}

void schedule_jobs_lost(struct schedule *self, int slot)
{
    struct job *job = job_of_slot(self, slot);

    if (job)
        job->slot = NOBODY;
    self->jobs->of_slot[slot] = NO_JOB;
}
