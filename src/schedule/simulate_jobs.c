#include "schedule/simulate_jobs.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

struct job {
    int model;
    double work_s;
};

struct jobs {
    struct job *jobs; /* [num] */
    size_t num;
};

static void make_jobs(const struct simulate_world *world,
                      enum policy policy,
                      size_t size,
                      struct jobs *jobs)
{
    const struct schedule_params *all = &world->believed;
    const struct policy_units units = { .model = all->unit_model,
                                        .task = all->unit_task,
                                        .num = all->num_units };
    uint32_t *job = mem_alloc(all->num_units, sizeof *job);

    jobs->num = policy_assign(policy, size, &units, job);
    jobs->jobs = mem_alloc(jobs->num, sizeof *jobs->jobs);
    for (size_t i = 0; i < all->num_units; i++) {
        jobs->jobs[job[i]].model = all->unit_model[i];
        jobs->jobs[job[i]].work_s += (double)world->unit_s[i];
    }
    free(job);
}

/* Whether all of a block may have the model. */
static bool may_have(const struct simulate_world *world,
                     int model,
                     size_t first,
                     size_t width)
{
    const struct slot_types_params *types = world->believed.types;

    for (size_t i = first; types && i < first + width; i++) {
        if (types->speed[(size_t)model * types->num + types->of[i]] <= 0)
            return false;
    }
    return true;
}

static bool is_one_node(const struct simulate_world *world,
                        size_t first,
                        size_t width)
{
    const struct team_place *places = world->believed.places;

    return !places || places[first].node == places[first + width - 1].node;
}

static double job_seconds(const struct simulate_world *world,
                          const struct job *job,
                          size_t slot)
{
    return job->work_s / simulate_speed(world, (int)slot, job->model);
}

/* The neighbours that would end it first; a job of a model that fits nowhere
 * gets the first ones there are. */
static size_t find_slots(const struct simulate_world *world,
                         const struct job *job,
                         size_t width,
                         const double *free_s)
{
    double best_s = (double)INFINITY;
    size_t best = 0;

    for (size_t first = 0; first + width <= world->believed.num_slots;
         first += width) {
        double end_s = 0;

        if ((!world->believed.models[job->model].may_span
             && !is_one_node(world, first, width))
            || !may_have(world, job->model, first, width))
            continue;
        for (size_t i = first; i < first + width; i++)
            end_s = fmax(end_s, free_s[i]);
        end_s += job_seconds(world, job, first);
        if (end_s < best_s) {
            best_s = end_s;
            best = first;
        }
    }
    return best;
}

static void note_span(const struct simulate_world *world,
                      size_t slot,
                      const struct job *job,
                      double from_s,
                      double work_s)
{
    const double load_s = world->load_s[job->model];

    if (!world->span)
        return;
    world->span(world->context,
                (int)slot,
                job->model,
                SIMULATE_LOADS,
                from_s,
                from_s + load_s);
    world->span(world->context,
                (int)slot,
                job->model,
                SIMULATE_WORKS,
                from_s + load_s,
                from_s + load_s + work_s);
}

/* In the order they were made, each on the slots that are free first. */
static void run_jobs(const struct simulate_world *world,
                     const struct jobs *jobs,
                     struct simulate_outcome *out)
{
    const size_t num_slots = world->believed.num_slots;
    double *free_s = mem_alloc(num_slots, sizeof *free_s);

    for (size_t i = 0; i < jobs->num; i++) {
        const struct job *job = &jobs->jobs[i];
        const double load_s = world->load_s[job->model];
        const double wide = simulate_width(world, job->model);
        const size_t width =
            wide < (double)num_slots ? (size_t)wide : num_slots;
        const size_t first = find_slots(world, job, width, free_s);
        const double work_s = job_seconds(world, job, first);
        double from_s = 0;

        for (size_t j = first; j < first + width; j++)
            from_s = fmax(from_s, free_s[j]);
        note_span(world, first, job, from_s, work_s);
        for (size_t j = first; j < first + width; j++)
            free_s[j] = from_s + load_s + work_s;
        out->makespan_s = fmax(out->makespan_s, free_s[first]);
        out->num_loads++;
        if (simulate_is_apart(world, (int)first)) {
            out->apart_work_s += work_s;
            out->apart_end_s = fmax(out->apart_end_s, free_s[first]);
            continue;
        }
        out->load_s += load_s * wide;
        out->work_s += work_s * wide;
    }
    out->num_leases = jobs->num;
    free(free_s);
}

static void try_size(const struct simulate_world *world,
                     enum policy policy,
                     size_t size,
                     struct simulate_outcome *out)
{
    struct jobs jobs = { 0 };

    out->size = policy == POLICY_PAIR ? 0 : size;
    make_jobs(world, policy, size, &jobs);
    run_jobs(world, &jobs, out);
    free(jobs.jobs);
}

void simulate_jobs(const struct simulate_world *world,
                   enum policy policy,
                   size_t size,
                   struct simulate_outcome *out)
{
    enum { TRIED = 8 };
    static const size_t chunks[TRIED] = { 500,  1000,  2000,  4000,
                                          8000, 16000, 32000, 64000 };
    static const size_t shards[TRIED] = { 1, 2, 3, 4, 6, 8, 12, 16 };
    const size_t *sizes = policy == POLICY_CHUNK ? chunks : shards;
    const struct simulate_outcome empty = *out;
    struct simulate_world quiet = *world;
    double best_s = (double)INFINITY;

    if (policy == POLICY_PAIR || size > 0) {
        try_size(world, policy, size > 0 ? size : 1, out);
        return;
    }
    quiet.span = NULL;
    for (size_t i = 0; i < TRIED; i++) {
        struct simulate_outcome one = empty;

        try_size(&quiet, policy, sizes[i], &one);
        if (one.makespan_s < best_s) {
            best_s = one.makespan_s;
            size = sizes[i];
        }
    }
    try_size(world, policy, size, out);
}
