#include "cli/recorded.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/sweep.h"
#include "follow/follow_up.h"
#include "gather/journal.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_MS = 100 };

struct recorded {
    const struct sweep *sweep;
    struct backend *backend; /* of `model` */
    size_t model;
    struct journal *journal;
    uint64_t *places;                   /* [num_units]; 0 = none */
    struct follow_up_table *follow_ups; /* of the journal */
    struct role_backends *roles;        /* without a journal */
};

bool recorded_is_run(const char *folder)
{
    char *job = path_join(folder, "job.json");
    char *journal = path_join(folder, "journal");
    bool is_run = file_exists(job) && file_is_folder(journal);

    free(journal);
    free(job);
    return is_run;
}

/* Whether a folder looks like one model's answers. */
static bool holds_answers(const char *folder)
{
    static const char *const dimensions[] = { "truthfulness", "safety",
                                              "fairness",     "robustness",
                                              "privacy",      "ethics" };
    bool found = false;

    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
        char *path = path_join(folder, dimensions[i]);

        found = found || file_is_folder(path);
        free(path);
    }
    return found;
}

static void add_model(struct cJSON *models, const char *folder)
{
    struct cJSON *model = json_new_object();
    char *spec = text_format("replay:%s", folder);

    json_add_text(model, "name", path_name(folder));
    json_add_text(model, "backend", spec);
    json_append(models, model);
    free(spec);
}

static int add_models(struct cJSON *models,
                      const char *folder,
                      struct error *err)
{
    struct name_list names = { 0 };
    size_t before = json_count(models);

    if (holds_answers(folder)) {
        add_model(models, folder);
        return 0;
    }
    if (file_list(folder, &names, err) < 0)
        return -1;
    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(folder, names.names[i]);

        if (holds_answers(path))
            add_model(models, path);
        free(path);
    }
    name_list_release(&names);
    if (json_count(models) > before)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s is neither a run directory (job.json, journal/) nor "
                     "recorded answers (MODEL/DIMENSION/FILE.json[.gz])",
                     folder);
}

struct cJSON *recorded_job(const char *const *folders,
                           size_t num,
                           const char *dataset,
                           struct error *err)
{
    struct cJSON *job = json_new_object();
    struct cJSON *models;

    json_add_text(job, "name", "score");
    json_add_text(job, "dataset", dataset);
    models = json_add_array(job, "models");
    for (size_t i = 0; i < num; i++) {
        char *path = path_absolute(folders[i], err);
        int rc = path ? add_models(models, path, err) : -1;

        free(path);
        if (rc < 0) {
            json_free(job);
            return NULL;
        }
    }
    return job;
}

struct recorded *recorded_open_backends(const struct sweep *sweep)
{
    struct recorded *self = mem_alloc(1, sizeof *self);

    self->sweep = sweep;
    self->model = SIZE_MAX;
    self->follow_ups = follow_up_table_create();
    self->roles = role_backends_create(&sweep->roles);
    return self;
}

static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct recorded *self = context;
    size_t unit = plan_find(self->sweep->plan, record->reply.unit);

    (void)err;
    if (record->role != ROLE_ANSWER) {
        follow_up_get(self->follow_ups, record->reply.unit)->place = place;
        return 0;
    }
    if (unit != SIZE_MAX && self->places[unit] == 0)
        self->places[unit] = place;
    return 0;
}

struct recorded *recorded_open_run(const struct sweep *sweep,
                                   const char *folder,
                                   struct error *err)
{
    struct recorded *self = recorded_open_backends(sweep);
    char *path = path_join(folder, "journal");
    struct journal_params params;

    journal_params_defaults(&params);
    params.folder = path;
    params.is_read_only = true;
    self->places = mem_alloc(sweep->plan->num_units, sizeof *self->places);
    self->journal = journal_open(&params, remember, self, err);
    free(path);
    if (!self->journal) {
        recorded_close(self);
        return NULL;
    }
    return self;
}

static int ask_backend(struct recorded *self,
                       size_t unit,
                       struct record *out,
                       struct error *err)
{
    size_t model = self->sweep->plan->units[unit].model;
    struct request request = { 0 };
    int rc;

    if (model != self->model) {
        backend_destroy(self->backend);
        self->model = model;
        self->backend = backend_create(self->sweep->specs[model], NULL, err);
        if (!self->backend)
            return -1;
    }
    sweep_request(self->sweep, unit, &request);
    rc = self->backend->ops->submit(self->backend, &request, err);
    request_release(&request);
    while (rc == 0) {
        rc = self->backend->ops->step(self->backend, STEP_MS, &out->reply, err);
    }
    return rc;
}

static int get_record(void *context,
                      size_t unit,
                      struct record *out,
                      struct error *err)
{
    struct recorded *self = context;

    if (!self->journal)
        return ask_backend(self, unit, out, err);
    if (self->places[unit] == 0)
        return 0;
    return journal_read(self->journal, self->places[unit], out, err) < 0 ? -1
                                                                         : 1;
}

struct reply_source recorded_source(struct recorded *self)
{
    return (struct reply_source){ .self = self, .record = get_record };
}

static enum answer answer(void *context,
                          const struct ask *ask,
                          struct reply *out)
{
    struct recorded *self = context;
    struct request request = { 0 };
    struct record record = { 0 };
    struct error err = { 0 };
    const struct follow_up_entry *entry;
    enum answer now;

    if (!self->journal)
        return role_backends_ask(self->roles, ask, out);
    now = roles_now(&self->sweep->roles, ask, out);
    if (now != ANSWER_NONE
        || !roles_request(&self->sweep->roles, ask, &request))
        return now;
    entry = follow_up_find(self->follow_ups, request.unit);
    request_release(&request);
    if (!entry || journal_read(self->journal, entry->place, &record, &err) < 0)
        return ANSWER_NONE;
    *out = record.reply;
    record.reply = (struct reply){ 0 };
    record_release(&record);
    return ANSWER_THERE;
}

struct answerer recorded_answerer(struct recorded *self)
{
    return (struct answerer){ .self = self, .answer = answer };
}

void recorded_close(struct recorded *self)
{
    if (self) {
        backend_destroy(self->backend);
        journal_close(self->journal);
        follow_up_table_destroy(self->follow_ups);
        role_backends_destroy(self->roles);
        free(self->places);
        free(self);
    }
}
