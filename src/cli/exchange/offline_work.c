#include "cli/exchange/offline_work.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "gather/journal.h"
#include "generate/offline.h"
#include "trustsweep/error.h"

#include <stdlib.h>

bool offline_work_is_of_model(const struct offline_work *self, size_t unit)
{
    return self->sweep->plan->units[unit].model == self->model;
}

size_t offline_work_num_open(const struct offline_work *self)
{
    size_t num = 0;

    for (size_t u = 0; u < self->sweep->plan->num_units; u++)
        num += offline_work_is_of_model(self, u) && !self->is_done[u];
    return num;
}

/* What failed may go well by this way. */
static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct offline_work *self = context;
    const size_t unit = plan_find(self->sweep->plan, record->reply.unit);

    (void)place;
    (void)err;
    if (unit != SIZE_MAX)
        self->is_done[unit] = record->reply.state != STATE_FAILED;
    return 0;
}

struct journal *offline_work_journal(struct offline_work *self,
                                     bool is_read_only,
                                     struct error *err)
{
    struct journal_params params;
    struct journal *journal;
    char *folder = path_join(self->folder, "journal");

    journal_params_defaults(&params);
    params.folder = folder;
    params.job = self->sweep->job->name;
    params.is_read_only = is_read_only;
    journal = journal_open(&params, remember, self, err);
    free(folder);
    return journal;
}

static int no_such_model(const struct job *job,
                         const char *name,
                         struct error *err)
{
    struct text names = { 0 };

    for (size_t i = 0; i < job->num_models; i++)
        text_addf(&names, "%s%s", i > 0 ? ", " : "", job->models[i].name);
    (void)error_set(err,
                    ERR_USAGE,
                    "%s: no model '%.60s'; it has %.200s",
                    job->path,
                    name,
                    text_data(&names));
    text_release(&names);
    return -1;
}

static int find_model(struct offline_work *self,
                      const char *name,
                      struct error *err)
{
    const struct job *job = self->sweep->job;

    while (self->model < job->num_models
           && !text_equal(job->models[self->model].name, name))
        self->model++;
    if (self->model < job->num_models)
        return 0;
    for (int role = ROLE_ANSWER + 1; role < NUM_ROLES; role++) {
        if (!text_equal(role_name((enum role)role), name)
            && !(job->roles[role].name
                 && text_equal(job->roles[role].name, name)))
            continue;
        return error_set(err,
                         ERR_USAGE,
                         "%s: '%.60s' plays a role, and a role is asked as "
                         "replies come: batch files are for models",
                         job->path,
                         name);
    }
    return no_such_model(job, name, err);
}

int offline_work_open(struct offline_work *out,
                      const struct offline_options *given,
                      const struct sweep_params *params,
                      const char *model,
                      struct error *err)
{
    *out = (struct offline_work){ .given = given };
    out->sweep = sweep_open(params, err);
    if (!out->sweep)
        return -1;
    if (find_model(out, model, err) == 0)
        out->offline = offline_open(out->sweep->specs[out->model], err);
    if (!out->offline) {
        sweep_close(out->sweep);
        return -1;
    }
    out->folder = run_dir_choose(out->sweep->job, given->dir);
    out->taken = mem_alloc(out->sweep->plan->num_units, sizeof *out->taken);
    out->is_done = mem_alloc(out->sweep->plan->num_units, sizeof *out->is_done);
    out->files = json_new_array();
    out->complaints = json_new_array();
    return 0;
}

void offline_work_close(struct offline_work *self)
{
    json_free(self->files);
    json_free(self->complaints);
    offline_close(self->offline);
    free(self->is_done);
    free(self->taken);
    free(self->folder);
    sweep_close(self->sweep);
}
