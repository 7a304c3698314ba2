#include "cli/forecast/plan_grid.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/role_costs.h"
#include "cli/sweep/sweep.h"

#include <stdio.h>
#include <stdlib.h>

struct cell {
    size_t num; /* units that are asked */
    double tokens;
};

/* Models, then roles that workers answer for, with a question about each reply
 * that they may be asked about. */
struct grid {
    const char **dimensions; /* [num] in the order of tasks */
    size_t num;
    struct cell *cells; /* [num_models + num_roles][num_tasks] */
};

static void see_task(struct grid *self,
                     const struct sweep *sweep,
                     const struct outlook *outlook,
                     size_t task)
{
    const size_t at = self->num - 1;
    const size_t num =
        sweep->tasks[task].num_items * (size_t)sweep->job->repeats;

    for (size_t m = 0; m < sweep->job->num_models; m++) {
        struct cell *cell = &self->cells[m * sweep->dataset->num_tasks + at];
        const size_t first = plan_first_unit(sweep->plan, m, task);

        for (size_t u = first; u < first + num; u++) {
            cell->num += !sweep->is_skipped || !sweep->is_skipped[u];
            cell->tokens += (double)outlook->unit_cost[u];
        }
    }
}

static size_t dimension_of(const struct grid *self,
                           const struct sweep *sweep,
                           size_t task)
{
    size_t at = 0;

    while (!text_equal(self->dimensions[at], sweep->tasks[task].dimension))
        at++;
    return at;
}

/* `at`: which of the outlook's roles. */
static void see_questions(struct grid *self,
                          const struct sweep *sweep,
                          const struct outlook *outlook,
                          size_t at)
{
    const size_t num_tasks = sweep->dataset->num_tasks;
    struct cell *row = &self->cells[(sweep->job->num_models + at) * num_tasks];
    float *tokens = role_costs_by_unit(sweep, outlook, outlook->roles[at]);

    for (size_t u = 0; u < sweep->plan->num_units; u++) {
        struct cell *cell =
            &row[dimension_of(self, sweep, outlook->unit_task[u])];

        cell->num += tokens[u] > 0;
        cell->tokens += (double)tokens[u];
    }
    free(tokens);
}

static void grid_make(struct grid *out,
                      const struct sweep *sweep,
                      const struct outlook *outlook)
{
    const size_t num_tasks = sweep->dataset->num_tasks;

    *out = (struct grid){
        .dimensions = mem_alloc(num_tasks, sizeof *out->dimensions),
        .cells =
            mem_alloc((sweep->job->num_models + outlook->num_roles) * num_tasks,
                      sizeof *out->cells),
    };
    /* tasks of a dimension follow one another */
    for (size_t t = 0; t < num_tasks; t++) {
        const char *dimension = sweep->tasks[t].dimension;

        if (out->num == 0
            || !text_equal(out->dimensions[out->num - 1], dimension))
            out->dimensions[out->num++] = dimension;
        see_task(out, sweep, outlook, t);
    }
    for (size_t i = 0; i < outlook->num_roles; i++)
        see_questions(out, sweep, outlook, i);
}

static void grid_release(struct grid *self)
{
    free((void *)self->dimensions);
    free(self->cells);
}

static const struct cell *cell_of(const struct grid *self,
                                  const struct sweep *sweep,
                                  size_t model,
                                  size_t dimension)
{
    return &self->cells[model * sweep->dataset->num_tasks + dimension];
}

static void print_weights(const struct grid *grid, const struct sweep *sweep)
{
    bool is_plain = true;

    for (size_t d = 0; d < grid->num; d++) {
        is_plain = is_plain && job_weight(sweep->job, grid->dimensions[d]) == 1;
    }
    if (is_plain)
        return;
    printf("%-24s", "weight in the mean rank");
    for (size_t d = 0; d < grid->num; d++)
        printf(" %12g", job_weight(sweep->job, grid->dimensions[d]));
    printf("\n");
}

static const char *role_called(const struct sweep *sweep,
                               const struct outlook *outlook,
                               size_t at)
{
    return sweep->job->roles[outlook->roles[at]].name;
}

/* Rows of roles below those of models. */
static void print_questions(const struct grid *grid,
                            const struct sweep *sweep,
                            const struct outlook *outlook)
{
    size_t all = 0;
    double tokens = 0;

    for (size_t i = 0; i < outlook->num_roles; i++) {
        size_t sum = 0;

        printf("%-24s", role_called(sweep, outlook, i));
        for (size_t d = 0; d < grid->num; d++) {
            const struct cell *cell =
                cell_of(grid, sweep, sweep->job->num_models + i, d);

            printf(" %12zu", cell->num);
            sum += cell->num;
            tokens += cell->tokens;
        }
        printf(" %9zu\n", sum);
        all += sum;
    }
    if (outlook->num_roles > 0) {
        printf("at most %zu questions to roles, of about %.0f tokens\n",
               all,
               tokens);
    }
}

void plan_grid_print(const struct sweep *sweep, const struct outlook *outlook)
{
    struct grid grid;
    size_t all = 0;

    grid_make(&grid, sweep, outlook);
    printf("\n%-24s", "units");
    for (size_t d = 0; d < grid.num; d++)
        printf(" %12s", grid.dimensions[d]);
    printf(" %9s\n", "all");
    for (size_t m = 0; m < sweep->job->num_models; m++) {
        size_t sum = 0;

        printf("%-24s", sweep->job->models[m].name);
        for (size_t d = 0; d < grid.num; d++) {
            const size_t num = cell_of(&grid, sweep, m, d)->num;

            printf(" %12zu", num);
            sum += num;
        }
        printf(" %9zu\n", sum);
        all += sum;
    }
    print_weights(&grid, sweep);
    printf("%zu units: %zu model%s x %zu item%s x %lld repeat%s",
           all,
           sweep->job->num_models,
           sweep->job->num_models == 1 ? "" : "s",
           sweep->plan->num_items,
           sweep->plan->num_items == 1 ? "" : "s",
           (long long)sweep->job->repeats,
           sweep->job->repeats == 1 ? "" : "s");
    if (all < sweep->plan->num_units)
        printf(", %zu of them left out", sweep->plan->num_units - all);
    printf("\n");
    print_questions(&grid, sweep, outlook);
    grid_release(&grid);
}

void plan_grid_json(struct cJSON *root,
                    const struct sweep *sweep,
                    const struct outlook *outlook)
{
    const size_t num_models = sweep->job->num_models;
    struct cJSON *list = json_add_array(root, "grid");
    struct cJSON *weights = json_add_object(root, "weights");
    struct grid grid;
    size_t asked = 0;

    grid_make(&grid, sweep, outlook);
    for (size_t m = 0; m < num_models + outlook->num_roles; m++) {
        for (size_t d = 0; d < grid.num; d++) {
            const struct cell *of = cell_of(&grid, sweep, m, d);
            struct cJSON *cell = json_new_object();

            if (m < num_models) {
                json_add_text(cell, "model", sweep->job->models[m].name);
                asked += of->num;
            } else {
                json_add_text(cell,
                              "role",
                              role_called(sweep, outlook, m - num_models));
            }
            json_add_text(cell, "dimension", grid.dimensions[d]);
            json_add_number(cell, "units", (double)of->num);
            json_add_number(cell, "tokens", of->tokens);
            json_append(list, cell);
        }
    }
    json_add_number(root, "asked_units", (double)asked);
    for (size_t d = 0; d < grid.num; d++) {
        json_add_number(weights,
                        grid.dimensions[d],
                        job_weight(sweep->job, grid.dimensions[d]));
    }
    grid_release(&grid);
}
