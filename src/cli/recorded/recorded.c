#include "cli/recorded/recorded.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/recorded/recorded_report.h"
#include "cli/results/recorded_tapes.h"
#include "cli/sweep/sweep.h"
#include "follow/follow_up.h"
#include "gather/journal.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_tapes.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"
#include "trustsweep/record.h"
#include "trustsweep/request.h"
#include "trustsweep/state.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_MS = 100 };

struct recorded {
    const struct sweep *sweep;
    struct recorded_tapes *all; /* of models that replay */
    size_t model;               /* who is asked; SIZE_MAX = none yet */
    struct backend *backend;    /* of `model`, or: */
    struct replay_tapes *tapes; /* of `model`, borrowed from `all` */
    const struct replay_folders *folders; /* where these lie */
    bool is_trial;                        /* nothing is reported */
    size_t num_unread;                    /* tasks, as reported */
    bool is_unread;      /* the file of the last answer does not read */
    struct error unread; /* the first such */
    struct journal *journal;
    size_t num_answers;                 /* in it; and of these */
    size_t num_strange;                 /* so many to no unit of the sweep */
    uint64_t *places;                   /* [num_units]; 0 = none */
    struct follow_up_table *follow_ups; /* of the journal */
    struct role_backends *roles;        /* without a journal */
};

bool recorded_is_run(const char *folder)
{
    char *job = path_join(folder, "job.json");
    char *journal = path_join(folder, "journal");
    bool is_run = file_is_folder(journal)
                  && (file_exists(job) || journal_is_there(journal));

    free(journal);
    free(job);
    return is_run;
}

struct recorded *recorded_open_backends(const struct sweep *sweep,
                                        struct recorded_tapes *tapes)
{
    struct recorded *self = mem_alloc(1, sizeof *self);

    self->sweep = sweep;
    self->all = tapes;
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
    self->num_answers++;
    if (unit == SIZE_MAX) {
        self->num_strange++;
    } else {
        self->places[unit] = place;
    }
    return 0;
}

/* The journal knows its job by name only. */
static int check_answers(const struct recorded *self,
                         const char *folder,
                         struct error *err)
{
    if (self->num_strange > 0 && self->num_strange == self->num_answers) {
        return error_set(
            err,
            ERR_USAGE,
            "%s: none of the %zu answers in its journal is to what "
            "the job '%s' asks: other models, settings or data "
            "set; give the job file, and --dataset, of that run",
            folder,
            self->num_answers,
            self->sweep->job->name);
    }
    return 0;
}

struct recorded *recorded_open_run(const struct sweep *sweep,
                                   const char *folder,
                                   struct error *err)
{
    struct recorded *self = recorded_open_backends(sweep, NULL);
    char *path = path_join(folder, "journal");
    struct journal_params params;

    journal_params_defaults(&params);
    params.folder = path;
    params.is_read_only = true;
    params.job = sweep->job->name;
    self->places = mem_alloc(sweep->plan->num_units, sizeof *self->places);
    self->journal = journal_open(&params, remember, self, err);
    free(path);
    if (!self->journal || check_answers(self, folder, err) < 0) {
        recorded_close(self);
        return NULL;
    }
    return self;
}

size_t recorded_num_strange(const struct recorded *self)
{
    return self->num_strange;
}

static void close_model(struct recorded *self)
{
    if (self->tapes) {
        if (!self->is_trial) {
            self->num_unread += recorded_report(self->sweep,
                                                self->model,
                                                self->folders,
                                                self->tapes);
        }
        recorded_tapes_close(self->all, self->model);
    }
    self->tapes = NULL;
    backend_destroy(self->backend);
    self->backend = NULL;
}

/* The answers of a model that replays are asked without a backend around them,
 * so that what nobody asked for can be told. */
static int open_model(struct recorded *self, size_t model, struct error *err)
{
    const char *spec = self->sweep->specs[model];

    close_model(self);
    self->model = model;
    if (!recorded_tapes_are(spec)) {
        self->backend = backend_create(spec, NULL, err);
        return self->backend ? 0 : -1;
    }
    self->tapes =
        recorded_tapes_open(self->all, model, spec, &self->folders, err);
    return self->tapes ? 0 : -1;
}

/* A file that does not read costs the answers in it, and no others. */
static int ask_tapes(struct recorded *self, size_t unit, struct reply *out)
{
    const struct item *item = plan_item(self->sweep->plan, unit);
    const struct replay_question of = { .task = item->task,
                                        .prompt = item->prompt,
                                        .item = item->hash,
                                        .occurrence = item->occurrence };
    struct error err = { 0 };

    *out = (struct reply){ .unit = self->sweep->plan->units[unit].id };
    self->is_unread = replay_tapes_answer(self->tapes, &of, out, &err) < 0;
    if (self->is_unread) {
        reply_fail(out, STATE_FAILED, err.text);
        if (self->unread.code == ERR_NONE)
            self->unread = err;
    }
    return 1;
}

static int ask_backend(struct recorded *self,
                       size_t unit,
                       struct record *out,
                       struct error *err)
{
    size_t model = self->sweep->plan->units[unit].model;
    struct request request = { 0 };
    int rc;

    if (model != self->model && open_model(self, model, err) < 0)
        return -1;
    if (self->tapes)
        return ask_tapes(self, unit, &out->reply);
    sweep_request(self->sweep, unit, &request);
    rc = self->backend->ops->submit(self->backend, &request, err);
    request_release(&request);
    while (rc == 0) {
        rc = self->backend->ops->step(self->backend, STEP_MS, &out->reply, err);
    }
    return rc;
}

void recorded_finish(struct recorded *self)
{
    close_model(self);
    self->model = SIZE_MAX;
}

/* Asks until an answer is there: 1, or 0 where none belongs to any item. */
static int ask_all(struct recorded *self, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; i < self->sweep->plan->num_units && rc == 0; i++) {
        struct record record = { 0 };

        rc = ask_backend(self, i, &record, err);
        if (rc == 1 && (record.reply.state == STATE_MISSING || self->is_unread))
            rc = 0;
        record_release(&record);
    }
    return rc;
}

/* Nothing belongs: each model's report says what its files hold. */
static int refuse_all(struct recorded *self, struct error *err)
{
    const struct sweep *sweep = self->sweep;

    close_model(self);
    self->model = SIZE_MAX;
    self->is_trial = false;
    (void)ask_all(self, err);
    recorded_finish(self);
    if (self->unread.code != ERR_NONE)
        return error_set(err, ERR_FORMAT, "%s", self->unread.text);
    return error_set(err,
                     ERR_USAGE,
                     "no recorded answer belongs to an item of the data set "
                     "%s%s",
                     sweep->job->dataset,
                     sweep->dataset->is_sample
                         ? "; name the one that they answer: --dataset PATH "
                           "(official zip, or a folder)"
                         : "");
}

int recorded_check(struct recorded *self, struct error *err)
{
    const struct sweep *sweep = self->sweep;
    int rc;

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        if (self->journal || !recorded_tapes_are(sweep->specs[i]))
            return 0;
    }
    self->is_trial = true;
    rc = ask_all(self, err);
    if (rc == 0)
        rc = refuse_all(self, err);
    if (rc > 0 && self->model != sweep->plan->units[0].model) {
        close_model(self); /* begin with the first model again */
        self->model = SIZE_MAX;
    }
    self->is_trial = rc < 0;
    return rc < 0 ? -1 : 0;
}

size_t recorded_num_unread(const struct recorded *self)
{
    return self->num_unread;
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
    return roles_take(&record, out);
}

struct answerer recorded_answerer(struct recorded *self)
{
    return (struct answerer){ .self = self, .answer = answer };
}

void recorded_close(struct recorded *self)
{
    if (self) {
        self->is_trial = true;
        close_model(self);
        journal_close(self->journal);
        follow_up_table_destroy(self->follow_ups);
        role_backends_destroy(self->roles);
        recorded_tapes_destroy(self->all);
        free(self->places);
        free(self);
    }
}
