#include "store/reader_costs.h"

#include "base/buffer.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
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

/* Of the provenance, what a forecast asks for. */
static const char *const parts[] = { "job", "models", "roles", "run" };

enum { NUM_PARTS = ARRAY_LEN(parts) };

struct reader_costs {
    char **models; /* [num_models] */
    size_t num_models;
    struct spent *spent; /* [num_models], then [num_roles], then an empty one */
    size_t num_roles;
    char **tasks; /* [num_tasks] */
    size_t num_tasks;
    struct replies *replies;     /* [num_models][num_tasks] */
    char *provenance[NUM_PARTS]; /* each may be NULL */
};

static size_t find_model(const struct reader_costs *self, const char *name)
{
    size_t at = 0;

    while (at < self->num_models && !text_equal(self->models[at], name))
        at++;
    return at;
}

/* Where what a model or role spent is; what is unknown spent nothing. */
static struct spent *find_spent(const struct reader_costs *self,
                                const char *name)
{
    const size_t num = self->num_models;
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
    const size_t end = self->num_models + self->num_roles;
    struct spent *of = find_spent(self, name);

    if (of < &self->spent[end])
        return of;
    if (!name[0])
        return NULL;
    of->name = mem_text(name);
    self->num_roles++;
    return of;
}

static int read_ledger(struct reader_costs *self,
                       const struct reader *reader,
                       struct error *err)
{
    const hid_t file = reader->file;
    const uint64_t num = reader->lengths[DIM_LEDGER_ROW];
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

static int read_replies(struct reader_costs *self,
                        const struct reader *reader,
                        struct error *err)
{
    const hid_t file = reader->file;
    const uint64_t *lengths = reader->lengths;
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

struct reader_costs *reader_costs_read(const struct reader *reader,
                                       struct error *err)
{
    struct reader_costs *self = mem_alloc(1, sizeof *self);

    self->num_models = reader_num_models(reader);
    self->models = mem_alloc(self->num_models, sizeof *self->models);
    for (size_t i = 0; i < self->num_models; i++)
        self->models[i] = mem_text(reader_model(reader, i)->name);
    for (size_t i = 0; i < NUM_PARTS; i++)
        self->provenance[i] = reader_provenance(reader, parts[i]);
    /* a row may be of a role, or of a model that has left the job */
    self->spent =
        mem_alloc(self->num_models + reader->lengths[DIM_LEDGER_ROW] + 1,
                  sizeof *self->spent);
    if (read_ledger(self, reader, err) == 0
        && read_replies(self, reader, err) == 0)
        return self;
    (void)error_wrap(err, "%s", reader->path);
    reader_costs_destroy(self);
    return NULL;
}

void reader_costs_pack(const struct reader_costs *self, struct text *out)
{
    buffer_put_u32(out, (uint32_t)self->num_models);
    for (size_t i = 0; i < self->num_models; i++)
        buffer_put_text(out, self->models[i]);
    buffer_put_u32(out, (uint32_t)self->num_roles);
    for (size_t i = 0; i < self->num_models + self->num_roles; i++) {
        const struct spent *spent = &self->spent[i];

        buffer_put_text(out, spent->name);
        buffer_put_double(out, spent->load_s);
        buffer_put_double(out, spent->generate_s);
        buffer_put_double(out, spent->tokens);
        buffer_put_u64(out, spent->num_loads);
    }
    buffer_put_u32(out, (uint32_t)self->num_tasks);
    for (size_t i = 0; i < self->num_tasks; i++)
        buffer_put_text(out, self->tasks[i]);
    for (size_t i = 0; i < self->num_models * self->num_tasks; i++) {
        buffer_put_double(out, self->replies[i].tokens);
        buffer_put_u64(out, self->replies[i].num);
    }
    for (size_t i = 0; i < NUM_PARTS; i++)
        buffer_put_text(out, self->provenance[i]);
}

static char **unpack_names(struct buffer *from, size_t *num)
{
    char **names;

    *num = buffer_count(from, 1);
    names = mem_alloc(*num, sizeof *names);
    for (size_t i = 0; i < *num; i++)
        names[i] = buffer_text(from, NULL);
    return names;
}

struct reader_costs *reader_costs_unpack(const struct text *packed)
{
    struct reader_costs *self = mem_alloc(1, sizeof *self);
    struct buffer from;

    buffer_init(&from, text_data(packed), packed->len);
    self->models = unpack_names(&from, &self->num_models);
    self->num_roles = buffer_count(&from, 1);
    self->spent =
        mem_alloc(self->num_models + self->num_roles + 1, sizeof *self->spent);
    for (size_t i = 0; i < self->num_models + self->num_roles; i++) {
        struct spent *spent = &self->spent[i];

        spent->name = buffer_text(&from, NULL);
        spent->load_s = buffer_double(&from);
        spent->generate_s = buffer_double(&from);
        spent->tokens = buffer_double(&from);
        spent->num_loads = (size_t)buffer_u64(&from);
    }
    self->tasks = unpack_names(&from, &self->num_tasks);
    self->replies =
        mem_alloc(self->num_models * self->num_tasks, sizeof *self->replies);
    for (size_t i = 0; i < self->num_models * self->num_tasks; i++) {
        self->replies[i].tokens = buffer_double(&from);
        self->replies[i].num = (size_t)buffer_u64(&from);
    }
    for (size_t i = 0; i < NUM_PARTS; i++)
        self->provenance[i] = buffer_text(&from, NULL);
    if (!buffer_failed(&from))
        return self;
    reader_costs_destroy(self);
    return NULL;
}

static void free_names(char **names, size_t num)
{
    for (size_t i = 0; names && i < num; i++)
        free(names[i]);
    free((void *)names);
}

void reader_costs_destroy(struct reader_costs *self)
{
    if (!self)
        return;
    for (size_t i = 0; self->spent && i < self->num_models + self->num_roles;
         i++)
        free(self->spent[i].name);
    for (size_t i = 0; i < NUM_PARTS; i++)
        free(self->provenance[i]);
    free_names(self->models, self->num_models);
    free_names(self->tasks, self->num_tasks);
    free(self->spent);
    free(self->replies);
    free(self);
}

const char *reader_costs_provenance(const struct reader_costs *self,
                                    const char *name)
{
    size_t at = 0;

    while (at < NUM_PARTS && !text_equal(parts[at], name))
        at++;
    if (at == NUM_PARTS)
        BUG("provenance '%s'", name);
    return self->provenance[at];
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
    const size_t num = self->num_models;
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
