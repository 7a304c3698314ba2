#include "cli/run/run_ledger.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/results/results_ledger.h"
#include "cli/run/run_ledger_file.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum { MAX_BYTES = 512 * 1024 * 1024 };

struct names {
    char **list; /* [num] */
    size_t num;
    size_t cap;
};

struct run_ledger {
    char *path;
    struct names models;
    struct names tasks;
    struct spent before; /* of earlier starts */
};

static void add_name(struct names *self, const char *name)
{
    self->list =
        mem_reserve(self->list, &self->cap, self->num + 1, sizeof *self->list);
    self->list[self->num++] = mem_text(name);
}

static int number_of(struct names *self, const char *name)
{
    if (!name[0])
        return -1;
    for (size_t i = 0; i < self->num; i++) {
        if (text_equal(self->list[i], name))
            return (int)i;
    }
    add_name(self, name);
    return (int)self->num - 1;
}

static void release_names(struct names *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->list[i]);
    free(self->list);
}

static int number_model(void *self, const char *name)
{
    return number_of(&((struct run_ledger *)self)->models, name);
}

static int number_task(void *self, const char *name)
{
    return number_of(&((struct run_ledger *)self)->tasks, name);
}

/* What it cost is lost then; what was answered is in the journal. */
static void read_before(struct run_ledger *self)
{
    const struct run_ledger_names names = { number_model, number_task, self };
    struct error err = { 0 };
    struct cJSON *root;

    if (!file_exists(self->path))
        return;
    root = json_read_regular(self->path, MAX_BYTES, &err);
    if (root && !run_ledger_file_take(root, &names, &self->before))
        (void)error_set(&err, ERR_FORMAT, "%s is damaged", self->path);
    json_free(root);
    if (err.code) {
        log_warn("%s; what earlier starts spent is not counted", err.text);
    }
}

struct run_ledger *run_ledger_open(const char *path,
                                   const struct sweep *sweep,
                                   size_t num_models)
{
    struct run_ledger *self = mem_alloc(1, sizeof *self);
    const size_t num_tasks = sweep->dataset->num_tasks + NUM_ROLES;

    self->path = mem_text(path);
    for (size_t i = 0; i < num_models; i++)
        add_name(&self->models, results_ledger_model(sweep, (int)i));
    for (size_t i = 0; i < num_tasks; i++)
        add_name(&self->tasks, results_ledger_task(sweep, i));
    read_before(self);
    return self;
}

void run_ledger_free(struct run_ledger *self)
{
    if (!self)
        return;
    spent_release(&self->before);
    release_names(&self->models);
    release_names(&self->tasks);
    free(self->path);
    free(self);
}

/* Of this start, by itself; to be released. */
static struct spent spent_now(const struct ledger_view *view,
                              const struct schedule *schedule,
                              int64_t began_ms)
{
    struct spent out = {
        .starts = mem_alloc(1, sizeof *out.starts),
        .num_starts = 1,
        .rows = mem_alloc(view->num_rows + 1, sizeof *out.rows),
        .num_rows = view->num_rows,
        .cells = mem_alloc(view->num_cells + 1, sizeof *out.cells),
        .num_cells = view->num_cells,
    };

    clock_format(began_ms, out.starts[0].began, sizeof out.starts[0].began);
    out.starts[0].workers = (int)view->num_ranks;
    out.starts[0].seconds = view->allocated_s;
    for (size_t i = 0; i < view->num_rows; i++) {
        const struct ledger_row *from = &view->rows[i];

        out.rows[i] = (struct spent_row){
            .rank = from->rank,
            .model = from->model,
            .is_apart = schedule_is_apart(schedule, from->rank - 1),
            .spent = from->spent,
        };
    }
    for (size_t i = 0; i < view->num_cells; i++)
        out.cells[i] = view->cells[i];
    return out;
}

struct spent run_ledger_sum(const struct run_ledger *self,
                            const struct ledger_view *view,
                            const struct schedule *schedule,
                            int64_t began_ms)
{
    struct spent now = spent_now(view, schedule, began_ms);

    if (self->before.num_starts > 0) {
        struct spent sum = spent_copy(&self->before);

        spent_add(&sum, &now);
        spent_release(&now);
        now = sum;
    }
    now.models = (const char *const *)self->models.list;
    now.num_models = self->models.num;
    now.tasks = (const char *const *)self->tasks.list;
    now.num_tasks = self->tasks.num;
    return now;
}

int run_ledger_write(const struct run_ledger *self,
                     const struct spent *spent,
                     struct error *err)
{
    struct cJSON *root = run_ledger_file_make(spent);
    struct text text = { 0 };
    int rc;

    json_write(root, &text);
    json_free(root);
    rc = file_write(self->path, text_data(&text), text.len, err);
    text_release(&text);
    return rc;
}
