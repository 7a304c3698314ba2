#include "cli/run/run_counts.h"

#include "base/mem.h"
#include "cli/run/run.h"
#include "cli/sweep/sweep.h"
#include "schedule/schedule.h"

#include <stdint.h>
#include <stdlib.h>

struct count {
    uint32_t units;
    uint32_t failed;
};

struct run_counts {
    struct count *counts; /* [num_models][num_tasks] */
    size_t num_tasks;
};

static struct count *count_of(const struct run_counts *self,
                              size_t model,
                              size_t task)
{
    return &self->counts[model * self->num_tasks + task];
}

struct run_counts *run_counts_create(const struct run *run)
{
    struct run_counts *self = mem_alloc(1, sizeof *self);
    const struct sweep *sweep = run->sweep;
    const struct schedule *schedule = run->schedule;

    self->num_tasks = schedule_num_tasks(schedule);
    self->counts = mem_alloc(schedule_num_models(schedule) * self->num_tasks,
                             sizeof *self->counts);
    for (size_t i = 0; i < sweep->plan->num_units; i++) {
        struct count *count = count_of(self,
                                       (size_t)schedule_model_of(schedule, i),
                                       schedule_task_of(schedule, i));

        if (run->places[i] == 0 && sweep->is_skipped && sweep->is_skipped[i])
            continue;
        count->units++;
        count->failed += run->has_failed[i];
    }
    return self;
}

void run_counts_free(struct run_counts *self)
{
    if (!self)
        return;
    free(self->counts);
    free(self);
}

void run_counts_add(struct run_counts *self, size_t model, size_t task)
{
    count_of(self, model, task)->units++;
}

void run_counts_fail(struct run_counts *self, size_t model, size_t task)
{
    count_of(self, model, task)->failed++;
}

size_t run_counts_units(const struct run_counts *self,
                        size_t model,
                        size_t task)
{
    return count_of(self, model, task)->units;
}

size_t run_counts_failed(const struct run_counts *self,
                         size_t model,
                         size_t task)
{
    return count_of(self, model, task)->failed;
}
