/*
 * How near the schedule comes to the parted bound, in virtual time,
 * against the simpler policies; medians over seeds.
 *
 *     bench_schedule_sweeps              the sweeps of 16 models x 30 data sets
 *     bench_schedule_sweeps --grid       16 models x 16,441 units of TrustLLM
 *     bench_schedule_sweeps --guessed    both, with speeds that are right, but
 *                                        that the schedule takes for guesses
 *     bench_schedule_sweeps --wrong      both, with guesses wrong by 4x each way
 *     bench_schedule_sweeps --judge      both, with a judge in the pool, which
 *                                        is asked about replies: a small one, one
 *                                        that loads long, one with much to do
 *     bench_schedule_sweeps --many       1,024 slots, 1,000,000 units
 *     bench_schedule_sweeps --line SEED SLOTS [grid|judge]     one time line, as
 *                                        text; judge: the first one of --judge
 */
#include "base/clock.h"
#include "base/mem.h"
#include "schedule/simulate.h"
#include "schedule/target.h"
#include "sweeps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEEDS = 10 };

static const size_t slot_counts[] = { 8, 16, 32, 64 };

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static double median(double *values, size_t num)
{
    qsort(values, num, sizeof *values, compare);
    return (values[(num - 1) / 2] + values[num / 2]) / 2;
}

typedef struct sweep *(*make_fn)(uint64_t seed);

enum priors { PRIORS_MEASURED, PRIORS_GUESSED, PRIORS_WRONG };

static void set_guessed(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->world.believed.num_models; i++)
        sweep->models[i].is_guessed = true;
}

static void set_wrong(struct sweep *sweep, uint64_t seed)
{
    uint64_t random = seed;

    for (size_t i = 0; i < sweep->world.believed.num_models; i++) {
        random = random * 6364136223846793005ULL + 1442695040888963407ULL;
        sweep->models[i].tokens_per_s *= random >> 63 ? 4 : 0.25;
    }
}

/* By when one who knows all can end: a packing, so it can be done. */
static double known_end(const struct sweep *sweep)
{
    const struct schedule_params *units = &sweep->world.believed;
    struct target_model *models = mem_alloc(units->num_models, sizeof *models);
    double end_s;

    for (size_t i = 0; i < units->num_models; i++)
        models[i].load_s = sweep->load_s[i];
    for (size_t i = 0; i < units->num_units; i++)
        models[units->unit_model[i]].work_s += (double)sweep->unit_s[i];
    end_s =
        target_find(models, units->num_models, (double)units->num_slots).end_s;
    free(models);
    return end_s;
}

/* A pair is a job, so a judge's questions about one are one too: as the policy
 * would have it, and not all of them in a single job. */
static void simulate(struct sweep *sweep,
                     enum policy policy,
                     struct simulate_outcome *out)
{
    struct schedule_params *units = &sweep->world.believed;

    if (policy != POLICY_RESIDENT && sweep->pair_task)
        units->unit_task = sweep->pair_task;
    simulate_run(&sweep->world, policy, 0, out);
    units->unit_task = sweep->unit_task;
}

/* What came out at one number of slots, [seed - 1] each. */
struct outcomes {
    double ratios[NUM_POLICIES][SEEDS]; /* makespan over the parted bound */
    double gains[SEEDS];                /* the best policy over ours */
    double loads[SEEDS], idle[SEEDS], whole[SEEDS], known[SEEDS], regret[SEEDS];
    double worst; /* of ours */
};

static void add_ours(struct sweep *sweep,
                     size_t at,
                     const struct simulate_outcome *ours,
                     struct outcomes *out)
{
    const double ratio = out->ratios[POLICY_RESIDENT][at];
    const double slots = (double)sweep->world.believed.num_slots;

    out->loads[at] = (double)ours->num_loads;
    out->idle[at] = ours->idle_s / (ours->makespan_s * slots);
    out->whole[at] = ours->whole_bound_s / ours->parted_bound_s;
    out->known[at] = known_end(sweep) / ours->parted_bound_s;
    out->regret[at] = ratio / out->known[at];
    out->worst = fmax(out->worst, ratio);
}

/* One seed's sweep, by every policy. */
static void add_outcomes(struct sweep *sweep, size_t at, struct outcomes *out)
{
    double best = (double)INFINITY;

    for (int policy = 0; policy < NUM_POLICIES; policy++) {
        struct simulate_outcome one;

        simulate(sweep, (enum policy)policy, &one);
        out->ratios[policy][at] = one.makespan_s / one.parted_bound_s;
        if (policy == POLICY_RESIDENT)
            add_ours(sweep, at, &one, out);
        else
            best = fmin(best, out->ratios[policy][at]);
    }
    out->gains[at] = best / out->ratios[POLICY_RESIDENT][at];
}

static void print_outcomes(size_t num_slots, struct outcomes *out)
{
    printf("%5zu  %10.3f  %5.3f  %7.3f  %7.3f  %10.3f  %5.0f  %4.1f%%  %6.2f  "
           "%6.2f  %6.2f  %9.2f\n",
           num_slots,
           median(out->ratios[POLICY_RESIDENT], SEEDS),
           out->worst,
           median(out->whole, SEEDS),
           median(out->known, SEEDS),
           median(out->regret, SEEDS),
           median(out->loads, SEEDS),
           100 * median(out->idle, SEEDS),
           median(out->ratios[POLICY_PAIR], SEEDS),
           median(out->ratios[POLICY_CHUNK], SEEDS),
           median(out->ratios[POLICY_STATIC], SEEDS),
           median(out->gains, SEEDS));
    (void)fflush(stdout);
}

static void print_sweeps(const char *title,
                         make_fn make,
                         enum priors priors,
                         const struct sweep_judge *judge)
{
    printf("%s, %d seeds, medians\n", title, SEEDS);
    printf(
        "T is the parted bound, `whole` the same with loads that "
        "cannot be parted;\n"
        "`known` is a schedule of one who knows all costs: the best one ends "
        "between these two\n"
        "slots  makespan/T  worst  whole/T  known/T  ours/known  loads   idle  "
        "  pair   chunk  static  best/ours\n");
    for (size_t i = 0; i < sizeof slot_counts / sizeof *slot_counts; i++) {
        struct outcomes outcomes = { .worst = 0 };

        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct sweep *sweep =
                judge ? sweep_judged(make(seed), seed, judge) : make(seed);

            sweep->world.believed.num_slots = slot_counts[i];
            if (priors != PRIORS_MEASURED)
                set_guessed(sweep);
            if (priors == PRIORS_WRONG)
                set_wrong(sweep, seed);
            add_outcomes(sweep, seed - 1, &outcomes);
            sweep_destroy(sweep);
        }
        print_outcomes(slot_counts[i], &outcomes);
    }
}

static void print_many(size_t num_units)
{
    struct sweep *sweep = sweep_many(num_units);
    struct simulate_outcome out;
    clock_t start;

    sweep->world.believed.num_slots = 1024;
    start = clock();
    simulate_run(&sweep->world, POLICY_RESIDENT, 0, &out);
    printf("1024 slots, %zu units: %.2f s of CPU, %zu leases, %.1f us a lease, "
           "%zu loads, makespan %.0f s, %.3f of T\n",
           num_units,
           (double)(clock() - start) / CLOCKS_PER_SEC,
           out.num_leases,
           1e6 * (double)(clock() - start) / CLOCKS_PER_SEC
               / (double)out.num_leases,
           out.num_loads,
           out.makespan_s,
           out.makespan_s / out.parted_bound_s);
    sweep_destroy(sweep);
}

struct span {
    int model;
    enum simulate_doing doing;
    double from_s, to_s;
};

struct line {
    struct span *spans; /* [num] of one slot, joined */
    size_t num, cap;
};

static void add_span(void *context,
                     int slot,
                     int model,
                     enum simulate_doing doing,
                     double from_s,
                     double to_s)
{
    struct line *line = (struct line *)context + slot;
    struct span *last = line->num > 0 ? &line->spans[line->num - 1] : NULL;

    if (last && last->model == model && last->doing == doing
        && from_s - last->to_s < 1e-6) {
        last->to_s = to_s;
        return;
    }
    line->spans = mem_reserve(line->spans,
                              &line->cap,
                              line->num + 1,
                              sizeof *line->spans);
    line->spans[line->num++] = (struct span){ model, doing, from_s, to_s };
}

/* A row a slot: lower case loads, upper case works, '.' idle. */
static void print_line(struct sweep *sweep, size_t num_slots)
{
    enum { WIDTH = 100 };
    struct line *lines = mem_alloc(num_slots, sizeof *lines);
    struct simulate_outcome out;

    sweep->world.believed.num_slots = num_slots;
    sweep->world.span = add_span;
    sweep->world.context = lines;
    simulate_run(&sweep->world, POLICY_RESIDENT, 0, &out);
    printf("makespan %.0f s, T %.0f s, ratio %.3f, loads %zu\n",
           out.makespan_s,
           out.parted_bound_s,
           out.makespan_s / out.parted_bound_s,
           out.num_loads);
    for (size_t i = 0; i < num_slots; i++) {
        char row[WIDTH + 1];

        memset(row, '.', WIDTH);
        row[WIDTH] = '\0';
        for (size_t j = 0; j < lines[i].num; j++) {
            const struct span *span = &lines[i].spans[j];
            int from = (int)(span->from_s / out.makespan_s * WIDTH);
            int to = (int)ceil(span->to_s / out.makespan_s * WIDTH);

            for (int x = from; x < to && x < WIDTH; x++) {
                row[x] = (char)((span->doing == SIMULATE_LOADS ? 'a' : 'A')
                                + span->model);
            }
        }
        printf("%4zu %s\n", i, row);
        free(lines[i].spans);
    }
    free(lines);
}

static const struct {
    const char *name;
    struct sweep_judge judge;
} judges[] = {
    { "a small judge: 30 s to load, 5 % of the work", { 30, 0.4, 0.05 } },
    { "a judge that loads 300 s, 10 % of the work", { 300, 0.4, 0.1 } },
    { "a judge that loads 300 s, 50 % of the work", { 300, 0.4, 0.5 } },
};

static void print_judged(void)
{
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++) {
        printf("%s\n", judges[i].name);
        print_sweeps("sweeps",
                     sweep_synthetic,
                     PRIORS_MEASURED,
                     &judges[i].judge);
        print_sweeps("grid", sweep_grid, PRIORS_MEASURED, &judges[i].judge);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    const enum priors priors = strcmp(what, "--wrong") == 0 ? PRIORS_WRONG
                               : strcmp(what, "--guessed") == 0
                                   ? PRIORS_GUESSED
                                   : PRIORS_MEASURED;

    if (strcmp(what, "--many") == 0) {
        print_many(250000);
        print_many(1000000);
    } else if (strcmp(what, "--judge") == 0) {
        print_judged();
    } else if (strcmp(what, "--line") == 0 && argc > 3) {
        uint64_t seed = strtoull(argv[2], NULL, 10);
        const char *kind = argc > 4 ? argv[4] : "";
        struct sweep *sweep = strcmp(kind, "grid") == 0 ? sweep_grid(seed)
                                                        : sweep_synthetic(seed);

        if (strcmp(kind, "judge") == 0)
            sweep = sweep_judged(sweep, seed, &judges[0].judge);

        print_line(sweep, strtoull(argv[3], NULL, 10));
        sweep_destroy(sweep);
    } else {
        if (strcmp(what, "--grid") != 0)
            print_sweeps("sweeps", sweep_synthetic, priors, NULL);
        if (*what) {
            print_sweeps("grid", sweep_grid, priors, NULL);
            print_sweeps("grid, models never seen",
                         sweep_strangers,
                         priors,
                         NULL);
        }
    }
    return 0;
}
