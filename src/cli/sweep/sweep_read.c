#include "cli/sweep/sweep_read.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/text.h"
#include "choice/choice_tasks.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one model's replies to one task. */
struct identity {
    bool is_own; /* and not that of all its replies */
    char text[BACKEND_IDENTITY];
};

struct reading {
    struct sweep *sweep;
    const struct identifier *identifier; /* NULL: the backends */
    struct dataset_params wanted;
    struct dataset_task *utilities; /* [num_utilities of the job] */
    const char **tasks;             /* [num_tasks], those wanted */
    size_t num_tasks;
    struct identity *identities; /* [num_models][num_tasks] */
    struct error *errors;        /* [FIRST_MODEL + num_models]; "" = none */
    atomic_bool is_broken;       /* what has not begun need not */
};

enum { PIECE_DATASET = 0, PIECE_ROLES, FIRST_MODEL };

/* What a model's backend says of itself. */
static int probe(struct sweep *sweep, size_t model, struct error *err)
{
    const char *spec = sweep->job->models[model].backend;
    struct backend_facts *facts = &sweep->facts[model];

    sweep->specs[model] = backend_resolve(spec, sweep->job->folder, err);
    if (!sweep->specs[model]
        || backend_probe(sweep->specs[model], facts, err) < 0)
        return -1;
    if (facts->can
        & (BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE)))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "backend '%s' gives no text, so it cannot be a model "
                     "under test",
                     spec);
}

static int identify(const struct reading *self,
                    size_t model,
                    const char *task,
                    char *out,
                    struct error *err)
{
    const char *spec = self->sweep->specs[model];
    const struct identifier *by = self->identifier;

    if (!by)
        return backend_identify(spec, task, out, err);
    return by->identify(by->self, model, spec, task, out, err);
}

static int read_model(struct reading *self, size_t model, struct error *err)
{
    struct sweep *sweep = self->sweep;
    int rc = probe(sweep, model, err);

    for (size_t t = 0; t < self->num_tasks && rc >= 0; t++) {
        struct identity *identity =
            &self->identities[model * self->num_tasks + t];

        rc = identify(self, model, self->tasks[t], identity->text, err);
        identity->is_own = rc == 1;
    }
    if (rc >= 0)
        return 0;
    return error_wrap(err,
                      "%s: model '%s'",
                      sweep->job->path,
                      sweep->job->models[model].name);
}

/* Bits 1u << ROLE_X of the roles that columns of the wanted tasks may ask. */
static unsigned asked_roles(const struct reading *self)
{
    const struct manifest *manifest = self->sweep->manifest;
    unsigned asked = 0;

    for (size_t c = 0; c < manifest->num_columns; c++) {
        const struct column *column = &manifest->columns[c];

        if (!column->needs || !dataset_wants(&self->wanted, column->task))
            continue;
        for (int role = ROLE_ANSWER + 1; role < NUM_ROLES; role++) {
            if (strstr(column->needs, role_name((enum role)role)))
                asked |= 1u << role;
        }
    }
    return asked;
}

static void read_piece(void *context, size_t i)
{
    struct reading *self = context;
    struct sweep *sweep = self->sweep;
    struct error *err = &self->errors[i];
    int rc = 0;

    if (atomic_load(&self->is_broken))
        return;
    if (i == PIECE_DATASET) {
        sweep->dataset = dataset_open(sweep->manifest, &self->wanted, err);
        rc = sweep->dataset ? 0 : -1;
    } else if (i == PIECE_ROLES) {
        rc = roles_open(&sweep->roles,
                        sweep->job,
                        &sweep->manifest->prompts,
                        asked_roles(self),
                        err);
    } else {
        rc = read_model(self, i - FIRST_MODEL, err);
    }
    if (rc < 0)
        atomic_store(&self->is_broken, true);
}

/* Where answers are recorded, the name alone says whose they are: two models
 * that say the same are two. */
static void add_name(const struct sweep *sweep, size_t model, char *identity)
{
    const char *const parts[] = { sweep->facts[model].identity,
                                  sweep->job->models[model].name,
                                  identity };
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        sha256_add(sum, parts[i], strlen(parts[i]) + 1);
    sha256_end(sum, digest);
    (void)snprintf(identity, BACKEND_IDENTITY, "replay:%s", digest);
}

/* From those of the tasks wanted to those of the tasks that there are. */
static void set_identities(const struct reading *self, size_t model)
{
    struct sweep *sweep = self->sweep;
    const size_t num_tasks = sweep->dataset->num_tasks;
    struct backend_facts *facts = &sweep->facts[model];
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];
    bool has_own = false;

    for (size_t t = 0, w = 0; t < num_tasks; t++, w++) {
        char *out = sweep->identities[model * num_tasks + t];
        const struct identity *from;

        while (!text_equal(self->tasks[w], sweep->dataset->tasks[t].task->name))
            w++;
        from = &self->identities[model * self->num_tasks + w];
        if (from->is_own) {
            has_own = true;
            memcpy(out, from->text, BACKEND_IDENTITY);
            add_name(sweep, model, out);
            sha256_add(sum, out, strlen(out) + 1);
        } else {
            memcpy(out, facts->identity, BACKEND_IDENTITY);
        }
    }
    sha256_end(sum, digest);
    if (has_own) {
        (void)snprintf(facts->identity,
                       sizeof facts->identity,
                       "replay:%s",
                       digest);
    }
}

static int read_all(struct reading *self, struct error *err)
{
    struct sweep *sweep = self->sweep;
    const size_t num_models = sweep->job->num_models;
    const size_t num = FIRST_MODEL + num_models;

    self->errors = mem_alloc(num, sizeof *self->errors);
    parallel_each(num, read_piece, self);
    for (size_t i = 0; i < num && self->is_broken; i++) {
        const struct error *first = &self->errors[i];

        if (first->text[0])
            return error_set(err, first->code, "%s", first->text);
    }
    sweep->identities = mem_alloc(num_models * sweep->dataset->num_tasks,
                                  sizeof *sweep->identities);
    for (size_t m = 0; m < num_models; m++)
        set_identities(self, m);
    return 0;
}

/* Imported questions become tasks and columns of the benchmark. */
static int add_utilities(struct reading *self, struct error *err)
{
    const struct job *job = self->sweep->job;
    struct choice_use *uses = mem_alloc(job->num_utilities, sizeof *uses);
    int rc;

    self->utilities = mem_alloc(job->num_utilities, sizeof *self->utilities);
    for (size_t i = 0; i < job->num_utilities; i++) {
        const struct job_utility *from = &job->utilities[i];

        uses[i] = (struct choice_use){
            .location = from->dataset,
            .task = from->task,
            .name = from->name,
            .shots = from->shots,
            .limit = (uint64_t)(from->limit > 0 ? from->limit : job->limit),
            .weighs_texts = text_equal(from->ask, "answers"),
        };
    }
    rc = choice_tasks_add(self->sweep->manifest,
                          uses,
                          job->num_utilities,
                          self->utilities,
                          err);
    self->wanted.utilities = self->utilities;
    self->wanted.num_utilities = job->num_utilities;
    free(uses);
    return rc < 0 ? error_wrap(err, "%s", job->path) : 0;
}

int sweep_read(struct sweep *sweep,
               const struct identifier *identifier,
               struct error *err)
{
    const struct job *job = sweep->job;
    struct reading self = {
        .sweep = sweep,
        .identifier = identifier,
        .wanted = { .location = job->dataset,
                    .only = (const char *const *)job->only,
                    .num_only = job->num_only,
                    .limit = (uint64_t)job->limit },
    };
    int rc;

    sweep->manifest = manifest_read("trustllm", err);
    if (!sweep->manifest)
        return -1;
    rc = add_utilities(&self, err);
    if (rc < 0)
        goto out;
    sweep->specs = mem_alloc(job->num_models, sizeof *sweep->specs);
    sweep->facts = mem_alloc(job->num_models, sizeof *sweep->facts);
    self.tasks = mem_alloc(sweep->manifest->num_tasks, sizeof *self.tasks);
    for (size_t t = 0; t < sweep->manifest->num_tasks; t++) {
        const char *name = sweep->manifest->tasks[t].name;

        if (dataset_wants(&self.wanted, name))
            self.tasks[self.num_tasks++] = name;
    }
    self.identities =
        mem_alloc(job->num_models * self.num_tasks, sizeof *self.identities);
    rc = read_all(&self, err);
out:
    for (size_t i = 0; i < job->num_utilities; i++)
        dataset_task_release(&self.utilities[i]);
    free(self.utilities);
    free(self.errors);
    free(self.identities);
    free((void *)self.tasks);
    return rc;
}
