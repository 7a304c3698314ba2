#include "schedule/speeds.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* Seconds of measuring that weigh as much as what was thought before. */
static const double prior_s = 3;
/* The same for a cell against its model and task; and what one cell may weigh
 * at most among others. */
static const double cell_prior_s = 5;
static const double cell_weight_s = 120;
/* Older measurements fade: both sums are halved beyond this. */
static const double memory_s = 1800;
/* How far a guess is believed, in logs, against the mean of all models, until others
 * were measured: wrong by four times, it is taken for wrong by 1.3 times. */
static const double guess_part = 0.2;
/* What one model may weigh at most in what all of them are off by. */
static const double model_weight_s = 30;
/* All is fitted again when so many times more was measured, and this besides. */
static const double refit_factor = 1.01;
static const double refit_s = 0.005;

/* Of a fit: models and tasks are fitted in turn, each given the others. */
enum { ROUNDS = 6 };

struct sums {
    double tokens;
    double seconds;
};

struct model {
    double prior; /* seconds a token; 0 = unknown */
    bool is_guess;
    double off;     /* log of what it is off by */
    double seconds; /* measured */
};

struct task {
    double off;
    double seconds;
};

struct speeds {
    struct model *models; /* [num_models] */
    size_t num_models;
    struct task *tasks; /* [num_tasks] */
    size_t num_tasks;
    struct sums *cells; /* [num_models][num_tasks] */
    double *pace;       /* [num_tasks] for the caller */
    double guess;       /* for models without a prior */
    double part;        /* how far guesses are believed */
    double fitted_at_s; /* all measured seconds at the last fit */
    double total_s;
};

struct speeds *speeds_create(size_t num_models, size_t num_tasks)
{
    struct speeds *self = mem_alloc(1, sizeof *self);

    self->num_models = num_models;
    self->num_tasks = num_tasks;
    self->models = mem_alloc(num_models, sizeof *self->models);
    self->tasks = mem_alloc(num_tasks, sizeof *self->tasks);
    self->cells = mem_alloc(num_models * num_tasks, sizeof *self->cells);
    self->pace = mem_alloc(num_tasks, sizeof *self->pace);
    self->part = guess_part;
    return self;
}

void speeds_destroy(struct speeds *self)
{
    if (!self)
        return;
    free(self->models);
    free(self->tasks);
    free(self->cells);
    free(self->pace);
    free(self);
}

void speeds_expect(struct speeds *self,
                   size_t model,
                   double tokens_per_s,
                   bool is_guessed)
{
    self->models[model].prior = tokens_per_s > 0 ? 1 / tokens_per_s : 0;
    self->models[model].is_guess = is_guessed;
}

bool speeds_is_guess(const struct speeds *self, size_t model)
{
    return self->models[model].is_guess && self->models[model].seconds <= 0;
}

bool speeds_is_unsure(const struct speeds *self, size_t model)
{
    const struct model *of = &self->models[model];

    return of->seconds <= 0 && (of->is_guess || of->prior <= 0);
}

static struct sums *cell_of(const struct speeds *self, size_t m, size_t t)
{
    return &self->cells[m * self->num_tasks + t];
}

void speeds_observe(struct speeds *self,
                    size_t model,
                    size_t task,
                    double tokens,
                    double seconds)
{
    struct sums *cell = cell_of(self, model, task);

    if (!(tokens >= 0) || !(seconds >= 0))
        return;
    cell->tokens += tokens;
    cell->seconds += seconds;
    if (cell->seconds > memory_s) {
        cell->tokens /= 2;
        cell->seconds /= 2;
    }
    self->models[model].seconds += seconds;
    self->tasks[task].seconds += seconds;
    self->total_s += seconds;
}

/* Seconds a token where nothing was said: the mean of what is known, in logs;
 * 0 = nothing is. */
static double find_guess(const struct speeds *self)
{
    double sum = 0;
    size_t num = 0;

    for (size_t m = 0; m < self->num_models; m++) {
        if (self->models[m].prior > 0) {
            sum += log(self->models[m].prior);
            num++;
        }
    }
    if (num > 0)
        return exp(sum / (double)num);
    for (size_t i = 0; i < self->num_models * self->num_tasks; i++) {
        const struct sums *cell = &self->cells[i];

        if (cell->tokens > 0 && cell->seconds > 0) {
            sum += log(cell->seconds / cell->tokens);
            num++;
        }
    }
    return num > 0 ? exp(sum / (double)num) : 0;
}

static double prior_of(const struct speeds *self, size_t model)
{
    const struct model *of = &self->models[model];

    if (of->prior > 0 && of->is_guess && self->guess > 0)
        return self->guess * pow(of->prior / self->guess, self->part);
    return of->prior > 0 ? of->prior : self->guess;
}

/* What a cell is off by, as a log, and how much that weighs; 0 = nothing. */
static double look_at(const struct speeds *self,
                      size_t model,
                      size_t task,
                      double *off)
{
    const struct sums *cell = cell_of(self, model, task);

    if (!(cell->seconds > 0) || !(cell->tokens > 0))
        return 0;
    *off = log(cell->seconds / cell->tokens / prior_of(self, model));
    return fmin(cell->seconds, cell_weight_s);
}

/* What was guessed of a model, as a log beside the mean of all; 0 = nothing. */
static double guess_of(const struct speeds *self, size_t model)
{
    const struct model *of = &self->models[model];

    return of->is_guess && of->prior > 0 ? log(of->prior / self->guess) : 0;
}

/* Guesses are right or wrong together, as they have one source: how far they are
 * believed is the slope of what the measured ones came to over what was guessed,
 * in which `guess_part` weighs as much as one model more. */
static void fit_part(struct speeds *self)
{
    double all = 0; /* squares of all guesses, then of the measured ones */
    double guessed = 0;
    double found = 0;
    size_t num = 0;
    size_t num_measured = 0;
    double slope;

    for (size_t m = 0; m < self->num_models; m++) {
        const double of = guess_of(self, m);

        all += of * of;
        num += self->models[m].is_guess;
        if (!self->models[m].is_guess || self->models[m].seconds < prior_s)
            continue;
        guessed += of;
        found += self->part * of + self->models[m].off;
        num_measured++;
    }
    if (num_measured < 2 || all <= 0)
        return;
    guessed /= (double)num_measured;
    found /= (double)num_measured;
    all /= (double)num;
    slope = guess_part * all;
    for (size_t m = 0; m < self->num_models; m++) {
        const double of = guess_of(self, m);

        if (!self->models[m].is_guess || self->models[m].seconds < prior_s)
            continue;
        slope +=
            (of - guessed) * (self->part * of + self->models[m].off - found);
        all += (of - guessed) * (of - guessed);
    }
    self->part = fmin(fmax(slope / all, 0), 1);
}

/* What each model is off by, given the tasks.  One that was not measured is off
 * by what the others are, together. */
static void fit_models(struct speeds *self)
{
    double all = 0;
    double weights = prior_s;

    for (size_t m = 0; m < self->num_models; m++) {
        double weight = self->models[m].seconds;

        weight = fmin(weight, model_weight_s);
        all += weight * self->models[m].off;
        weights += weight;
    }
    all /= weights;
    for (size_t m = 0; m < self->num_models; m++) {
        double sum = prior_s * all;

        weights = prior_s;
        for (size_t t = 0; t < self->num_tasks; t++) {
            double off = 0;
            double weight = look_at(self, m, t, &off);

            sum += weight * (off - self->tasks[t].off);
            weights += weight;
        }
        self->models[m].off = sum / weights;
    }
}

static void fit_tasks(struct speeds *self)
{
    for (size_t t = 0; t < self->num_tasks; t++) {
        double sum = 0;
        double weights = prior_s;

        if (self->tasks[t].seconds <= 0)
            continue;
        for (size_t m = 0; m < self->num_models; m++) {
            double off = 0;
            double weight = look_at(self, m, t, &off);

            sum += weight * (off - self->models[m].off);
            weights += weight;
        }
        self->tasks[t].off = sum / weights;
    }
}

static void fit(struct speeds *self)
{
    if (self->total_s < refit_factor * self->fitted_at_s + refit_s)
        return;
    self->fitted_at_s = self->total_s;
    self->guess = find_guess(self);
    if (self->guess <= 0)
        return;
    for (int round = 0; round < ROUNDS; round++) {
        fit_part(self);
        fit_tasks(self);
        fit_models(self);
    }
}

const double *speeds_of(struct speeds *self, size_t model)
{
    double base;

    if (self->guess <= 0)
        self->guess = find_guess(self);
    fit(self);
    base = prior_of(self, model) * exp(self->models[model].off);
    for (size_t t = 0; t < self->num_tasks; t++) {
        const struct sums *cell = cell_of(self, model, t);
        double pace = base * exp(self->tasks[t].off);

        if (pace > 0) {
            pace = (cell->seconds + cell_prior_s)
                   / (cell->tokens + cell_prior_s / pace);
        }
        self->pace[t] = pace;
    }
    return self->pace;
}
