#include "store/reader_costs.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

struct spent {
    char *name; /* of a role; NULL: of a model */
    double load_s, generate_s, tokens;
    size_t num_loads;
};

struct replies {
    double tokens;
    size_t num;
};

struct reader_costs {
    struct reader *reader; /* its models are used on */
    struct spent *spent; /* [num_models], then [num_roles], then an empty one */
    size_t num_roles;
    char **tasks; /* [num_tasks] */
    size_t num_tasks;
    struct replies *replies; /* [num_models][num_tasks] */
};

static size_t find_model(const struct reader_costs *self, const char *name)
{
    const size_t num = reader_num_models(self->reader);

    for (size_t i = 0; i < num; i++) {
        if (text_equal(reader_model(self->reader, i)->name, name))
            return i;
    }
    return num;
}

/* Where what a model or role spent is; what is unknown spent nothing. */
static struct spent *find_spent(const struct reader_costs *self,
                                const char *name)
{
    const size_t num = reader_num_models(self->reader);
    size_t at = find_model(self, name);

    if (at == num) {
        while (at < num + self->num_roles
               && !text_equal(self->spent[at].name, name))
            at++;
    }
    return &self->spent[at];
}

/* A row of one that is no model: a role, or nobody's. */
static struct spent *add_role(struct reader_costs *self, const char *name)
{
    const size_t end = reader_num_models(self->reader) + self->num_roles;
    struct spent *of = find_spent(self, name);

    if (of < &self->spent[end])
        return of;
    if (!name[0])
        return NULL;
    of->name = mem_text(name);
    self->num_roles++;
    return of;
}

static int read_ledger(struct reader_costs *self, struct error *err)
{
    const hid_t file = self->reader->file;
    const uint64_t num = self->reader->lengths[DIM_LEDGER_ROW];
    char **models = load_texts(file, "/ledger/model", num, err);
    uint64_t *loads = load_all(file, "/ledger/loads", TYPE_U64, num, err);
    double *load_s = load_all(file, "/ledger/load_s", TYPE_F64, num, err);
    double *work_s = load_all(file, "/ledger/generate_s", TYPE_F64, num, err);
    uint64_t *units = load_all(file, "/ledger/units", TYPE_U64, num, err);
    uint64_t *prompt =
        load_all(file, "/ledger/prompt_tokens", TYPE_U64, num, err);
    uint64_t *reply =
        load_all(file, "/ledger/reply_tokens", TYPE_U64, num, err);
    const bool is_there =
        models && loads && load_s && work_s && units && prompt && reply;

    for (uint64_t i = 0; is_there && i < num; i++) {
        struct spent *spent = add_role(self, models[i]);

        if (!spent)
            continue;
        /* without an answer: it lent its GPU to one that answered meanwhile */
        if (units[i] > 0)
            spent->generate_s += work_s[i];
        spent->tokens += (double)prompt[i] + (double)reply[i];
        if (loads[i] > 0) {
            spent->load_s += load_s[i];
            spent->num_loads += loads[i];
        }
    }
    for (uint64_t i = 0; models && i < num; i++)
        free(models[i]);
    free(models);
    free(loads);
    free(load_s);
    free(work_s);
    free(units);
    free(prompt);
    free(reply);
    return is_there ? 0 : -1;
}

static int read_replies(struct reader_costs *self, struct error *err)
{
    const hid_t file = self->reader->file;
    const uint64_t *lengths = self->reader->lengths;
    const uint64_t num = lengths[DIM_UNIT];
    uint32_t *model = load_all(file, "/records/model", TYPE_U32, num, err);
    uint32_t *task = load_all(file, "/records/task", TYPE_U32, num, err);
    uint32_t *tokens =
        load_all(file, "/records/reply_tokens", TYPE_U32, num, err);
    const bool is_there = model && task && tokens;

    self->num_tasks = lengths[DIM_TASK];
    self->replies =
        mem_alloc(lengths[DIM_MODEL] * self->num_tasks, sizeof *self->replies);
    self->tasks = load_texts(file, "/task", self->num_tasks, err);
    for (uint64_t i = 0; is_there && i < num; i++) {
        struct replies *of;

        if (model[i] >= lengths[DIM_MODEL] || task[i] >= self->num_tasks
            || tokens[i] == 0)
            continue; /* not done, or not counted */
        of = &self->replies[model[i] * self->num_tasks + task[i]];
        of->tokens += tokens[i];
        of->num++;
    }
    free(model);
    free(task);
    free(tokens);
    return is_there && self->tasks ? 0 : -1;
}

struct reader_costs *reader_costs_read(const char *path, struct error *err)
{
    struct reader_costs *self = mem_alloc(1, sizeof *self);

    self->reader = reader_open(path, err);
    if (self->reader) {
        /* a row may be of a role, or of a model that has left the job */
        self->spent = mem_alloc(reader_num_models(self->reader)
                                    + self->reader->lengths[DIM_LEDGER_ROW] + 1,
                                sizeof *self->spent);
        if (read_ledger(self, err) == 0 && read_replies(self, err) == 0)
            return self;
    }
    reader_costs_destroy(self);
    return NULL;
}

void reader_costs_destroy(struct reader_costs *self)
{
    if (!self)
        return;
    for (size_t i = 0; self->tasks && i < self->num_tasks; i++)
        free(self->tasks[i]);
    free(self->tasks);
    for (size_t i = 0; self->spent && i < self->num_roles; i++)
        free(self->spent[reader_num_models(self->reader) + i].name);
    free(self->spent);
    free(self->replies);
    if (self->reader)
        reader_close(self->reader);
    free(self);
}

const struct reader *reader_costs_reader(const struct reader_costs *self)
{
    return self->reader;
}

double reader_costs_tokens_per_s(const struct reader_costs *self,
                                 const char *model)
{
    const struct spent *spent = find_spent(self, model);

    return spent->generate_s > 0 ? spent->tokens / spent->generate_s : 0;
}

double reader_costs_load_s(const struct reader_costs *self, const char *model)
{
    const struct spent *spent = find_spent(self, model);

    return spent->num_loads > 0 ? spent->load_s / (double)spent->num_loads : 0;
}

double reader_costs_reply_tokens(const struct reader_costs *self,
                                 const char *model,
                                 const char *task)
{
    const size_t num = reader_num_models(self->reader);
    const size_t own = find_model(self, model);
    struct replies all = { 0 };
    size_t t = 0;

    while (t < self->num_tasks && !text_equal(self->tasks[t], task))
        t++;
    for (size_t m = 0; m < num && t < self->num_tasks; m++) {
        const struct replies *of = &self->replies[m * self->num_tasks + t];

        if (m == own && of->num > 0)
            return of->tokens / (double)of->num;
        all.tokens += of->tokens;
        all.num += of->num;
    }
    return all.num > 0 ? all.tokens / (double)all.num : (double)NAN;
}
