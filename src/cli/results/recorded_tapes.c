#include "cli/results/recorded_tapes.h"

#include "base/mem.h"
#include "base/text.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_tapes.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEPT_BYTES = 64 * 1024 * 1024 };

#define KIND "replay:"

struct model {
    struct replay_folders folders;
    struct replay_tapes *tapes; /* NULL: none are open */
};

struct recorded_tapes {
    struct model *models; /* [num_models] */
    size_t num_models;
    atomic_size_t kept; /* bytes of all models */
};

struct recorded_tapes *recorded_tapes_create(size_t num_models)
{
    struct recorded_tapes *self = mem_alloc(1, sizeof *self);

    self->models = mem_alloc(num_models, sizeof *self->models);
    self->num_models = num_models;
    return self;
}

bool recorded_tapes_are(const char *spec)
{
    return text_starts(spec, KIND);
}

struct replay_tapes *recorded_tapes_open(struct recorded_tapes *self,
                                         size_t model,
                                         const char *spec,
                                         const struct replay_folders **folders,
                                         struct error *err)
{
    struct model *of = &self->models[model];

    if (!of->tapes) {
        if (replay_folders_parse(spec + strlen(KIND), &of->folders, err) < 0)
            return NULL;
        of->tapes = replay_tapes_create(&of->folders);
    }
    *folders = &of->folders;
    return of->tapes;
}

void recorded_tapes_close(struct recorded_tapes *self, size_t model)
{
    struct model *of = &self->models[model];

    replay_tapes_destroy(of->tapes);
    of->tapes = NULL;
    replay_folders_release(&of->folders);
}

void recorded_tapes_destroy(struct recorded_tapes *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_models; i++)
        recorded_tapes_close(self, i);
    free(self->models);
    free(self);
}

/* A task more of one model is in memory: too much of it is given back. */
static void keep(struct recorded_tapes *self,
                 struct replay_tapes *tapes,
                 size_t before)
{
    const size_t now = replay_tapes_bytes(tapes);

    if (atomic_fetch_add(&self->kept, now - before) + (now - before)
        <= MAX_KEPT_BYTES)
        return;
    replay_tapes_forget(tapes);
    atomic_fetch_sub(&self->kept, now);
}

static int identify(void *context,
                    size_t model,
                    const char *spec,
                    const char *task,
                    char *out,
                    struct error *err)
{
    struct recorded_tapes *self = context;
    const struct replay_folders *folders;
    struct replay_tapes *tapes;
    size_t before;

    if (!recorded_tapes_are(spec))
        return backend_identify(spec, task, out, err);
    tapes = recorded_tapes_open(self, model, spec, &folders, err);
    if (!tapes)
        return -1;
    before = replay_tapes_bytes(tapes);
    if (replay_tapes_identify(tapes, task, out, err) < 0)
        return -1;
    keep(self, tapes, before);
    return 1;
}

struct identifier recorded_tapes_identifier(struct recorded_tapes *self)
{
    return (struct identifier){ .self = self, .identify = identify };
}
