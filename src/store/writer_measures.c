#include "store/writer_measures.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/schema.h"
#include "store/writer_scores.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct measure {
    struct writer_measure of; /* its texts are those below */
    char *name;
    char *task;
    char *kind;
    char *format;
    char *ask;
};

struct measures {
    struct measure *list; /* [num] */
    size_t num;
    size_t num_models;
    size_t num_tasks;
    uint8_t *methods; /* (model, task) */
};

struct measures *measures_create(const struct writer_params *params)
{
    struct measures *self = mem_alloc(1, sizeof *self);

    self->num = params->num_measures;
    self->num_models = params->num_models;
    self->num_tasks = params->num_tasks;
    self->list = mem_alloc(self->num, sizeof *self->list);
    self->methods = mem_alloc(self->num_models * self->num_tasks, 1);
    for (size_t i = 0; i < self->num; i++) {
        const struct writer_measure *from = &params->measures[i];
        const struct writer_column *column = &params->columns[from->column];

        self->list[i] = (struct measure){ .of = *from,
                                          .name = mem_text(column->name),
                                          .task = mem_text(column->task) };
        self->list[i].of.kind = self->list[i].kind = mem_text(from->kind);
        self->list[i].of.format = self->list[i].format = mem_text(from->format);
        self->list[i].of.ask = self->list[i].ask = mem_text(from->ask);
    }
    return self;
}

void measures_destroy(struct measures *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num; i++) {
        free(self->list[i].name);
        free(self->list[i].task);
        free(self->list[i].kind);
        free(self->list[i].format);
        free(self->list[i].ask);
    }
    free(self->list);
    free(self->methods);
    free(self);
}

void measures_set_method(struct measures *self,
                         size_t model,
                         size_t task,
                         unsigned method)
{
    if (model >= self->num_models || task >= self->num_tasks)
        BUG("method of model %zu, task %zu", model, task);
    self->methods[model * self->num_tasks + task] = (uint8_t)method;
}

static int put(hid_t file, const char *path, const void *values)
{
    return h5_write(file, path, schema_find(path)->type, values);
}

static int put_texts(const struct measures *self, hid_t file)
{
    static const struct {
        const char *path;
        size_t member;
    } parts[] = {
        { "/measure", offsetof(struct measure, name) },
        { "/utility/task", offsetof(struct measure, task) },
        { "/utility/kind", offsetof(struct measure, kind) },
        { "/utility/format", offsetof(struct measure, format) },
        { "/utility/ask", offsetof(struct measure, ask) },
    };
    const char **texts = mem_alloc(self->num, sizeof *texts);
    int rc = 0;

    for (size_t p = 0; rc == 0 && p < sizeof parts / sizeof *parts; p++) {
        for (size_t i = 0; i < self->num; i++) {
            const char *row = (const char *)&self->list[i];

            memcpy(&texts[i], row + parts[p].member, sizeof texts[i]);
        }
        rc = put(file, parts[p].path, texts);
    }
    free((void *)texts);
    return rc;
}

/* What each measure is; a row a measure. */
static int put_measures(const struct measures *self, hid_t file)
{
    uint32_t *examples = mem_alloc(self->num, sizeof *examples);
    uint32_t *columns = mem_alloc(self->num, sizeof *columns);
    double *chances = mem_alloc(self->num, sizeof *chances);
    int rc = put_texts(self, file);

    for (size_t i = 0; i < self->num; i++) {
        examples[i] = (uint32_t)self->list[i].of.num_examples;
        columns[i] = (uint32_t)self->list[i].of.column;
        chances[i] = self->list[i].of.chance;
    }
    if (rc == 0)
        rc = put(file, "/utility/num_examples", examples);
    if (rc == 0)
        rc = put(file, "/utility/chance", chances);
    if (rc == 0)
        rc = put(file, "/utility/column", columns);
    free(chances);
    free(columns);
    free(examples);
    return rc;
}

/* What they came to; a row a model. */
static int put_values(const struct measures *self,
                      const struct scores *scores,
                      hid_t file)
{
    static const char *const reals[] = { "/utility/accuracy",
                                         "/utility/low",
                                         "/utility/high" };
    static const char *const counts[] = { "/utility/num",
                                          "/utility/num_skipped",
                                          "/utility/num_unparsed" };
    const size_t num = self->num_models * self->num;
    double *real[3];
    uint64_t *count[3];
    uint8_t *methods = mem_alloc(num, 1);
    int rc = 0;

    for (int i = 0; i < 3; i++) {
        real[i] = mem_alloc(num, sizeof *real[i]);
        count[i] = mem_alloc(num, sizeof *count[i]);
    }
    for (size_t i = 0; i < num; i++) {
        const size_t model = i / self->num;
        const struct writer_measure *of = &self->list[i % self->num].of;
        const struct writer_score *score =
            scores_get(scores, PROFILE_CORRECTED, model, of->column);

        methods[i] = self->methods[model * self->num_tasks + of->task];
        real[0][i] = score->score.value;
        real[1][i] = score->score.low;
        real[2][i] = score->score.high;
        count[0][i] = score->score.num;
        count[1][i] = score->score.num_skipped;
        count[2][i] =
            score->states[STATE_UNPARSED] + score->states[STATE_EMPTY];
    }
    for (int i = 0; i < 3 && rc == 0; i++) {
        rc = put(file, reals[i], real[i]);
        if (rc == 0)
            rc = put(file, counts[i], count[i]);
    }
    if (rc == 0)
        rc = put(file, "/utility/method", methods);
    for (int i = 0; i < 3; i++) {
        free(real[i]);
        free(count[i]);
    }
    free(methods);
    return rc;
}

int measures_write(const struct measures *self,
                   const struct scores *scores,
                   hid_t file,
                   struct error *err)
{
    if (self->num == 0)
        return 0;
    if (put_measures(self, file) < 0 || put_values(self, scores, file) < 0)
        return h5_fail(err, ERR_IO, SCHEMA_UTILITY);
    return 0;
}
