#include "cli/run/run_rates.h"

#include "base/mem.h"
#include "dispatch/coordinator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_MS = 30000, LOOKS = 32, LEAST_MS = 500 };

/* A look at the counts: those of the models, all of them behind the last. */
struct run_rates {
    size_t num_models;
    int64_t ms[LOOKS];  /* a ring */
    double *units;      /* [LOOKS][num_models + 1] */
    int64_t *before_ms; /* [num_models] the last look that saw none of it */
    size_t num;         /* looks so far */
};

struct run_rates *run_rates_create(size_t num_models)
{
    struct run_rates *self = mem_alloc(1, sizeof *self);

    self->num_models = num_models;
    self->units = mem_alloc(LOOKS * (num_models + 1), sizeof *self->units);
    self->before_ms = mem_alloc(num_models + 1, sizeof *self->before_ms);
    return self;
}

void run_rates_free(struct run_rates *self)
{
    if (!self)
        return;
    free(self->before_ms);
    free(self->units);
    free(self);
}

static double *units_of(const struct run_rates *self, size_t look)
{
    return self->units + look % LOOKS * (self->num_models + 1);
}

void run_rates_note(struct run_rates *self,
                    const struct ledger_view *ledger,
                    int64_t now_ms)
{
    double *units = units_of(self, self->num);

    memset(units, 0, (self->num_models + 1) * sizeof *units);
    for (size_t i = 0; i < ledger->num_rows; i++) {
        const struct ledger_row *row = &ledger->rows[i];

        if (row->model < 0 || (size_t)row->model >= self->num_models)
            continue;
        units[row->model] += (double)row->spent.units;
        units[self->num_models] += (double)row->spent.units;
    }
    for (size_t i = 0; i < self->num_models; i++) {
        if (units[i] <= 0)
            self->before_ms[i] = now_ms;
    }
    self->ms[self->num++ % LOOKS] = now_ms;
}

/* From the oldest look of the window to the last one. */
static double rate_now(const struct run_rates *self, size_t column)
{
    const size_t last = self->num - 1;
    size_t first = last;

    if (self->num == 0)
        return (double)NAN;
    while (first > 0 && last - first < LOOKS - 1
           && self->ms[last % LOOKS] - self->ms[(first - 1) % LOOKS]
                  <= WINDOW_MS)
        first--;
    const int64_t passed_ms = self->ms[last % LOOKS] - self->ms[first % LOOKS];

    if (passed_ms < LEAST_MS)
        return (double)NAN;
    return 1000 * (units_of(self, last)[column] - units_of(self, first)[column])
           / (double)passed_ms;
}

double run_rates_now(const struct run_rates *self)
{
    return rate_now(self, self->num_models);
}

double run_rates_model_now(const struct run_rates *self, size_t model)
{
    return rate_now(self, model);
}

double run_rates_model_mean(const struct run_rates *self, size_t model)
{
    const size_t last = self->num - 1;
    double passed_ms;

    if (self->num == 0 || units_of(self, last)[model] <= 0)
        return (double)NAN;
    passed_ms = (double)(self->ms[last % LOOKS] - self->before_ms[model]);
    return passed_ms < LEAST_MS
               ? (double)NAN
               : 1000 * units_of(self, last)[model] / passed_ms;
}
