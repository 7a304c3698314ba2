#include "schedule/simulate_jobs.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* Sizes that are tried where none is given. */
enum {
    MOST_SIZES = 40,
    HALVED = 8,     /* times, to 1 unit, while that is cheap */
    FEW_SHARDS = 16 /* up to them: always */
};

/* Units of a chunk; that and more always. */
static const size_t chunk = 500;

/* Else no size that makes more jobs for each slot, nor more of them times slots,
 * which are looked through for each. */
static const size_t most_each = 64;
static const size_t most_steps = 1 << 22;

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
    for (size_t i = first; i < first + width; i++) {
        if (slot_types_told_of(world->believed.types, i, (size_t)model) <= 0)
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

/* Units of the largest model. */
static size_t largest_model(const struct simulate_world *world)
{
    const struct schedule_params *all = &world->believed;
    size_t *num = mem_alloc(all->num_models, sizeof *num);
    size_t most = 0;

    for (size_t i = 0; i < all->num_units; i++) {
        const size_t of = ++num[all->unit_model[i]];

        most = of > most ? of : most;
    }
    free(num);
    return most;
}

/* Whether so many jobs are few enough to be tried. */
static bool is_cheap(const struct simulate_world *world, size_t num_jobs)
{
    const size_t num_slots = world->believed.num_slots;

    return num_slots > 0 && num_jobs <= most_each * num_slots
           && num_jobs <= most_steps / num_slots;
}

/* 500 units, and that halved and doubled, up to the first that holds all of any
 * model: how many. */
static size_t list_chunks(const struct simulate_world *world, size_t *sizes)
{
    const size_t most = largest_model(world);
    size_t num = 0;

    for (int i = -HALVED; num < MOST_SIZES; i++) {
        const size_t size = i < 0 ? chunk >> -i : chunk << i;

        if (i >= 0 || is_cheap(world, world->believed.num_units / size))
            sizes[num++] = size;
        if (size >= most)
            break;
    }
    return num;
}

/* 1, 2, 3, 4, 6, 8, 12 and so on, and as many as there are slots: how many. */
static size_t list_shards(const struct simulate_world *world, size_t *sizes)
{
    const size_t most = world->believed.num_slots;
    size_t size = 1;
    size_t num = 0;

    while (num + 1 < MOST_SIZES && (size <= FEW_SHARDS || size < most)
           && (size <= FEW_SHARDS
               || is_cheap(world, size * world->believed.num_models))) {
        sizes[num++] = size;
        size = num == 1 ? 2 : size % 3 == 0 ? size / 3 * 4 : size / 2 * 3;
    }
    if (most > FEW_SHARDS && is_cheap(world, most * world->believed.num_models))
        sizes[num++] = most;
    return num;
}

/* The best of some sizes. */
static size_t find_best(const struct simulate_world *world,
                        enum policy policy,
                        const size_t *sizes,
                        size_t num,
                        const struct simulate_outcome *empty)
{
    struct simulate_world quiet = *world;
    double best_s = (double)INFINITY;
    size_t best = 1;

    quiet.span = NULL;
    for (size_t i = 0; i < num; i++) {
        struct simulate_outcome one = *empty;

        try_size(&quiet, policy, sizes[i], &one);
        if (one.makespan_s < best_s) {
            best_s = one.makespan_s;
            best = sizes[i];
        }
    }
    return best;
}

/* Sizes about the best one, and those with which each slot gets one to four
 * chunks: how many. */
static size_t list_near(const struct simulate_world *world,
                        size_t best,
                        size_t *sizes)
{
    const size_t num_units = world->believed.num_units;
    size_t num = 0;

    sizes[num++] = best;
    if (is_cheap(world, num_units / (best - best / 4)))
        sizes[num++] = best - best / 4;
    sizes[num++] = best + best / 2;
    for (size_t each = 1; each <= 4; each++) {
        const size_t jobs = each * world->believed.num_slots;

        if (is_cheap(world, jobs))
            sizes[num++] = num_units / jobs + (num_units % jobs > 0);
    }
    return num;
}

static size_t choose_size(const struct simulate_world *world,
                          enum policy policy,
                          const struct simulate_outcome *empty)
{
    size_t sizes[MOST_SIZES];
    size_t num = policy == POLICY_CHUNK ? list_chunks(world, sizes)
                                        : list_shards(world, sizes);
    const size_t best = find_best(world, policy, sizes, num, empty);

    if (policy == POLICY_STATIC)
        return best;
    num = list_near(world, best, sizes);
    return find_best(world, policy, sizes, num, empty);
}

void simulate_jobs(const struct simulate_world *world,
                   enum policy policy,
                   size_t size,
                   struct simulate_outcome *out)
{
    if (policy == POLICY_PAIR)
        size = 1;
    if (size == 0)
        size = choose_size(world, policy, out);
    try_size(world, policy, size, out);
}
