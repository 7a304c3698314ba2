/*
 * sweeps.h - made-up sweeps for trying the schedule: 16 models x 30 data sets of
 * heavy-tailed sizes, whose replies are longer or shorter by factors that nobody
 * is told; the TrustLLM grid with the reply lengths of datasets/; a large one.
 *
 * The first are those of a comparison in Python, seed for seed, so the draws
 * are those of its generator (MT19937 and what Python's random makes of it).
 */
#ifndef SWEEPS_H
#define SWEEPS_H

#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "schedule/simulate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sweep {
    struct simulate_world world;
    struct schedule_model *models;
    double *load_s;
    uint16_t *unit_model, *unit_task;
    float *unit_cost, *unit_s;
    uint32_t *after;     /* of a judge's questions; NULL: there is none */
    uint16_t *pair_task; /* as unit_task, but questions by model and data set */
};

/* Matsumoto, Nishimura 1998, "Mersenne Twister". */
struct twister {
    uint32_t state[624];
    size_t at;
};

static inline void twister_seed(struct twister *self, uint32_t seed)
{
    uint32_t *s = self->state;
    size_t at = 1;

    s[0] = 19650218U;
    for (uint32_t i = 1; i < 624; i++)
        s[i] = 1812433253U * (s[i - 1] ^ (s[i - 1] >> 30)) + i;
    for (size_t i = 0; i < 2 * 624 - 1; i++) {
        const uint32_t mixed = s[at - 1] ^ (s[at - 1] >> 30);

        if (i < 624) {
            s[at] = (s[at] ^ mixed * 1664525U) + seed;
        } else {
            s[at] = (s[at] ^ mixed * 1566083941U) - (uint32_t)at;
        }
        if (++at == 624) {
            s[0] = s[623];
            at = 1;
        }
    }
    s[0] = 0x80000000U;
    self->at = 624;
}

static inline uint32_t twister_next(struct twister *self)
{
    uint32_t *s = self->state;
    uint32_t y;

    if (self->at == 624) {
        for (size_t i = 0; i < 624; i++) {
            y = (s[i] & 0x80000000U) | (s[(i + 1) % 624] & 0x7FFFFFFFU);
            s[i] = s[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908B0DFU : 0);
        }
        self->at = 0;
    }
    y = s[self->at++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680U;
    y ^= (y << 15) & 0xEFC60000U;
    return y ^ (y >> 18);
}

static inline double twister_unit(struct twister *self)
{
    const double high = twister_next(self) >> 5;
    const double low = twister_next(self) >> 6;

    return (high * 67108864.0 + low) / 9007199254740992.0;
}

/* Kinderman, Monahan 1977: a ratio of uniform deviates. */
static inline double twister_normal(struct twister *self)
{
    const double magic = 4 * exp(-0.5) / sqrt(2.0);

    for (;;) {
        const double u = twister_unit(self);
        const double v = 1.0 - twister_unit(self);
        const double z = magic * (u - 0.5) / v;

        if (z * z / 4.0 <= -log(v))
            return z;
    }
}

static inline size_t twister_below(struct twister *self, size_t bound)
{
    unsigned bits = 0;
    uint32_t drawn;

    while (bound >> bits)
        bits++;
    do {
        drawn = twister_next(self) >> (32 - bits);
    } while (drawn >= bound);
    return drawn;
}

static inline struct sweep *sweep_make(size_t num_models,
                                       size_t num_tasks,
                                       size_t num_units)
{
    struct sweep *self = mem_alloc(1, sizeof *self);

    self->models = mem_alloc(num_models, sizeof *self->models);
    self->load_s = mem_alloc(num_models, sizeof *self->load_s);
    self->unit_model = mem_alloc(num_units, sizeof *self->unit_model);
    self->unit_task = mem_alloc(num_units, sizeof *self->unit_task);
    self->unit_cost = mem_alloc(num_units, sizeof *self->unit_cost);
    self->unit_s = mem_alloc(num_units, sizeof *self->unit_s);
    self->world = (struct simulate_world){
        .believed = { .models = self->models,
                      .num_models = num_models,
                      .num_units = num_units,
                      .unit_model = self->unit_model,
                      .unit_cost = self->unit_cost,
                      .lease_s = 8,
                      .max_lease = 256,
                      .unit_task = self->unit_task,
                      .num_tasks = num_tasks },
        .unit_s = self->unit_s,
        .load_s = self->load_s,
    };
    return self;
}

static inline void sweep_destroy(struct sweep *self)
{
    free(self->after);
    free(self->pair_task);
    free(self->models);
    free(self->load_s);
    free(self->unit_model);
    free(self->unit_task);
    free(self->unit_cost);
    free(self->unit_s);
    free(self);
}

enum { SWEEP_MODELS = 16, SWEEP_TASKS = 30, SWEEP_PIECE = 200 };

static inline struct sweep *sweep_synthetic(uint64_t seed)
{
    static const double factors[] = { 0.3, 1, 1, 2, 4 };
    struct twister random;
    double per_1000_s[SWEEP_MODELS];
    double load_s[SWEEP_MODELS];
    double factor[SWEEP_TASKS];
    size_t sizes[SWEEP_TASKS];
    struct sweep *self;
    size_t num = 0;
    size_t at = 0;

    twister_seed(&random, (uint32_t)seed);
    for (size_t m = 0; m < SWEEP_MODELS; m++) {
        const bool is_small = m < 12;
        const double speed = twister_unit(&random);
        const double load = twister_unit(&random);

        per_1000_s[m] = 60 * (is_small ? 0.6 + 1.9 * speed : 3 + 3 * speed);
        load_s[m] = is_small ? 40 + 160 * load : 180 + 240 * load;
    }
    for (size_t t = 0; t < SWEEP_TASKS; t++) {
        double size = exp(6.6 + 1.0 * twister_normal(&random));

        sizes[t] = (size_t)fmin(10000, fmax(100, size));
        num += sizes[t];
    }
    for (size_t t = 0; t < SWEEP_TASKS; t++)
        factor[t] = factors[twister_below(&random, 5)];
    self = sweep_make(SWEEP_MODELS, SWEEP_TASKS, SWEEP_MODELS * num);
    for (size_t m = 0; m < SWEEP_MODELS; m++) {
        self->load_s[m] = load_s[m];
        self->models[m] = (struct schedule_model){
            .load_s = load_s[m],
            .tokens_per_s = 1000 / per_1000_s[m],
        };
        for (size_t t = 0; t < SWEEP_TASKS; t++) {
            double noise = 1;

            for (size_t i = 0; i < sizes[t]; i++, at++) {
                if (i % SWEEP_PIECE == 0)
                    noise = 0.9 + 0.2 * twister_unit(&random);
                self->unit_model[at] = (uint16_t)m;
                self->unit_task[at] = (uint16_t)t;
                self->unit_cost[at] = 1;
                self->unit_s[at] =
                    (float)(per_1000_s[m] / 1000 * factor[t] * noise);
            }
        }
    }
    return self;
}

static inline double normal(uint64_t *random)
{
    double u = 1.0 - random_unit(random);

    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * random_unit(random));
}

/* Reply lengths of a task: [models], NaN where none were recorded. */
struct lengths {
    double mean[SWEEP_MODELS], p50[SWEEP_MODELS], p95[SWEEP_MODELS];
};

static inline void read_row(const struct cJSON *task,
                            const char *key,
                            double *out)
{
    for (size_t m = 0; m < SWEEP_MODELS; m++)
        out[m] = json_number(json_element(json_member(task, key), m));
}

/* Of a task that nobody recorded: as a middling one. */
static inline void read_lengths(const struct cJSON *file,
                                const char *name,
                                struct lengths *out)
{
    const struct cJSON *task = json_first(json_member(file, "tasks"));

    while (task && strcmp(json_member_text(task, "name"), name) != 0)
        task = json_next(task);
    for (size_t m = 0; m < SWEEP_MODELS; m++)
        out->mean[m] = out->p50[m] = out->p95[m] = (double)NAN;
    if (!task)
        return;
    read_row(task, "mean", out->mean);
    read_row(task, "p50", out->p50);
    read_row(task, "p95", out->p95);
}

/* The mean over models but one; that of the file's middle when there is none. */
static inline double mean_of_others(const struct lengths *lengths, size_t but)
{
    double sum = 0;
    size_t num = 0;

    for (size_t m = 0; m < SWEEP_MODELS; m++) {
        if (m == but || isnan(lengths->mean[m]))
            continue;
        sum += lengths->mean[m];
        num++;
    }
    return num > 0 ? sum / (double)num : 200;
}

/* Characters that a reply costs its slot before it begins: reading the prompt. */
static const double before_chars = 40;

static inline double draw_chars(const struct lengths *lengths,
                                size_t model,
                                uint64_t *random)
{
    double middle = lengths->p50[model];
    double high = lengths->p95[model];
    double spread;

    if (isnan(middle)) {
        middle = mean_of_others(lengths, model) * 0.8;
        high = 3 * middle;
    }
    middle = fmax(middle, 1);
    high = fmax(high, middle);
    spread = log(high / middle) / 1.645;
    return fmin(middle * exp(spread * normal(random)), 4 * high);
}

static inline struct cJSON *read_share(const char *file)
{
    const char *share = getenv("TRUSTSWEEP_SHARE");
    char path[4096];
    struct cJSON *json;

    (void)snprintf(path,
                   sizeof path,
                   "%s/datasets/%s",
                   share ? share : ".",
                   file);
    json = json_read(path, 1 << 22, NULL);
    if (!json) {
        fprintf(stderr, "%s: run this in the source folder\n", path);
        exit(3);
    }
    return json;
}

/* What is known beforehand of how long replies are: of this model, or only of
 * others. */
static inline double expect_chars(const struct lengths *lengths,
                                  size_t model,
                                  bool is_stranger)
{
    if (!is_stranger && !isnan(lengths->mean[model]))
        return lengths->mean[model];
    return mean_of_others(lengths, model);
}

/* 25 to 130 s of work per 1,000 units and 60 to 420 s to load, each drawn for
 * itself. */
static inline struct sweep *sweep_grid_of(uint64_t seed, bool are_strangers)
{
    struct cJSON *manifest = read_share("trustllm.json");
    struct cJSON *file = read_share("reply_lengths.json");
    const struct cJSON *tasks = json_member(manifest, "tasks");
    const size_t num_tasks = json_count(tasks);
    uint64_t random = seed * 7919;
    struct sweep *self;
    size_t num = 0;
    size_t at = 0;

    for (size_t t = 0; t < num_tasks; t++)
        num += (size_t)json_member_number(json_element(tasks, t), "num_items");
    self = sweep_make(SWEEP_MODELS, num_tasks, SWEEP_MODELS * num);
    for (size_t m = 0; m < SWEEP_MODELS; m++) {
        const size_t first = at;
        const double speed = random_unit(&random);
        const double load = random_unit(&random);
        const double work_s = (double)num / 1000 * (25 + 105 * speed);
        double chars = 0;

        self->load_s[m] = 60 + 360 * load;
        for (size_t t = 0; t < num_tasks; t++) {
            const struct cJSON *task = json_element(tasks, t);
            const size_t items = (size_t)json_member_number(task, "num_items");
            struct lengths lengths;

            read_lengths(file, json_member_text(task, "name"), &lengths);
            for (size_t i = 0; i < items; i++, at++) {
                double drawn = before_chars + draw_chars(&lengths, m, &random);

                self->unit_model[at] = (uint16_t)m;
                self->unit_task[at] = (uint16_t)t;
                self->unit_cost[at] =
                    (float)(before_chars
                            + expect_chars(&lengths, m, are_strangers));
                self->unit_s[at] = (float)drawn;
                chars += drawn;
            }
        }
        for (size_t i = first; i < at; i++)
            self->unit_s[i] *= (float)(work_s / chars);
        self->models[m] = (struct schedule_model){
            .load_s = self->load_s[m],
            .tokens_per_s = chars / work_s,
        };
    }
    json_free(manifest);
    json_free(file);
    return self;
}

static inline struct sweep *sweep_grid(uint64_t seed)
{
    return sweep_grid_of(seed, false);
}

static inline struct sweep *sweep_strangers(uint64_t seed)
{
    return sweep_grid_of(seed, true);
}

/* A judge in the pool, in the units of the sweep's costs. */
struct sweep_judge {
    double load_s;
    double share;      /* of the data sets, whose replies it is asked about */
    double work_share; /* its work, of that of all models */
};

static inline size_t count_judged(const struct sweep *self,
                                  const bool *is_judged)
{
    size_t num = 0;

    for (size_t i = 0; i < self->world.believed.num_units; i++)
        num += is_judged[self->unit_task[i]];
    return num;
}

static inline void make_room_for(struct sweep *self, size_t num)
{
    const size_t all = self->world.believed.num_units + num;

    self->unit_model =
        mem_resize(self->unit_model, all, sizeof *self->unit_model);
    self->unit_task = mem_resize(self->unit_task, all, sizeof *self->unit_task);
    self->unit_cost = mem_resize(self->unit_cost, all, sizeof *self->unit_cost);
    self->unit_s = mem_resize(self->unit_s, all, sizeof *self->unit_s);
    self->pair_task = mem_alloc(all, sizeof *self->pair_task);
    self->after = mem_alloc(num, sizeof *self->after);
}

/* One more model, a role: a question about each reply to data sets drawn, all of
 * one length but for 10 % either way. */
static inline struct sweep *sweep_judged(struct sweep *self,
                                         uint64_t seed,
                                         const struct sweep_judge *judge)
{
    struct schedule_params *units = &self->world.believed;
    const size_t num = units->num_units;
    const size_t tasks = units->num_tasks;
    const size_t at = units->num_models;
    bool *is_judged = mem_alloc(tasks, sizeof *is_judged);
    uint64_t random = seed + 1000;
    double work_s = 0;
    size_t num_after;

    for (size_t i = 0; i < num; i++)
        work_s += (double)self->unit_s[i];
    for (size_t t = 0; t < tasks; t++)
        is_judged[t] = random_unit(&random) < judge->share;
    is_judged[seed % tasks] = true;
    num_after = count_judged(self, is_judged);
    make_room_for(self, num_after);
    for (size_t i = 0; i < num; i++) {
        const size_t to = num + self->world.num_after;

        self->pair_task[i] = self->unit_task[i];
        if (!is_judged[self->unit_task[i]])
            continue;
        self->after[self->world.num_after++] = (uint32_t)i;
        self->unit_model[to] = (uint16_t)at;
        self->unit_task[to] = (uint16_t)tasks;
        self->pair_task[to] =
            (uint16_t)((1 + self->unit_model[i]) * tasks + self->unit_task[i]);
        self->unit_cost[to] = 1;
        self->unit_s[to] =
            (float)(judge->work_share * work_s / (double)num_after
                    * (0.9 + 0.2 * random_unit(&random)));
    }
    free(is_judged);
    self->models = mem_resize(self->models, at + 1, sizeof *self->models);
    self->load_s = mem_resize(self->load_s, at + 1, sizeof *self->load_s);
    self->load_s[at] = judge->load_s;
    self->models[at] = (struct schedule_model){
        .load_s = judge->load_s,
        .tokens_per_s = (double)num_after / (judge->work_share * work_s),
        .is_role = true,
    };
    units->models = self->models;
    units->num_models = at + 1;
    units->num_units = num + num_after;
    units->num_tasks = tasks + 1;
    units->unit_model = self->unit_model;
    units->unit_task = self->unit_task;
    units->unit_cost = self->unit_cost;
    self->world.unit_s = self->unit_s;
    self->world.load_s = self->load_s;
    self->world.after = self->after;
    return self;
}

static inline struct sweep *sweep_many(size_t num_units)
{
    enum { MODELS = 32, TASKS = 30 };
    struct sweep *self = sweep_make(MODELS, TASKS, num_units);
    uint64_t random = 5;

    for (size_t m = 0; m < MODELS; m++) {
        self->load_s[m] = 20 + 40 * random_unit(&random);
        self->models[m] = (struct schedule_model){
            .load_s = self->load_s[m],
            .tokens_per_s = 1 + random_unit(&random),
        };
    }
    for (size_t i = 0; i < num_units; i++) {
        const size_t m = i * MODELS / num_units;

        self->unit_model[i] = (uint16_t)m;
        self->unit_task[i] =
            (uint16_t)(i % (num_units / MODELS) * TASKS / (num_units / MODELS));
        self->unit_cost[i] = 1;
        self->unit_s[i] = (float)((0.5 + random_unit(&random))
                                  / self->models[m].tokens_per_s);
    }
    return self;
}

#endif
