#include "cli/sweep/pieces.h"

#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/sweep/piece_look.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

static const char *const state_names[] = { [PIECE_READY] = "ready",
                                           [PIECE_MISSING] = "missing",
                                           [PIECE_BROKEN] = "broken" };

static void look(void *context, size_t i)
{
    struct pieces *self = context;

    if (i == 0) {
        piece_look_at_dataset(self->job, &self->list[i]);
    } else {
        piece_look_at_backend(self->job, &self->list[i]);
    }
}

/* `spec` is the job's own until it is looked at. */
static void add(struct pieces *self,
                const char *kind,
                const char *name,
                char *spec,
                const struct job_origin *origin)
{
    char *made_from = mem_text(origin ? origin->made_from : NULL);

    self->list[self->num++] = (struct piece){ .kind = kind,
                                              .name = name,
                                              .spec = spec,
                                              .origin = origin,
                                              .made_from = made_from };
}

int pieces_read(struct pieces *out,
                const struct sweep_params *params,
                struct error *err)
{
    struct job *job =
        job_read(params->job_path, params->sets, params->num_sets, err);

    *out = (struct pieces){ .job = job };
    if (!job)
        return -1;
    out->list = mem_alloc(1 + job->num_models + NUM_ROLES, sizeof *out->list);
    add(out, "dataset", "dataset", NULL, NULL);
    for (size_t i = 0; i < job->num_models; i++) {
        struct job_model *model = &job->models[i];

        add(out, "model", model->name, model->backend, &model->origin);
    }
    for (int i = 0; i < NUM_ROLES; i++) {
        struct job_role *role = &job->roles[i];

        if (role->is_set && !text_equal(role->backend, "builtin")) {
            add(out,
                "role",
                role_name((enum role)i),
                role->backend,
                &role->origin);
        }
    }
    parallel_each(out->num, look, out);
    return 0;
}

size_t pieces_num_bad(const struct pieces *self)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num; i++)
        num += self->list[i].state != PIECE_READY;
    return num;
}

static const struct cJSON *entry_of(const struct cJSON *list,
                                    const struct piece *piece)
{
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        if (text_equal(json_member_text(at, "kind"), piece->kind)
            && text_equal(json_member_text(at, "name"), piece->name))
            return at;
    }
    return NULL;
}

void pieces_compare(struct pieces *self)
{
    char *path = path_join(self->job->folder, "prepared.json");
    struct cJSON *root = json_read_regular(path, MAX_BYTES, NULL);

    for (size_t i = 0; i < self->num && root; i++) {
        struct piece *piece = &self->list[i];
        const struct cJSON *entry =
            entry_of(json_member(root, "pieces"), piece);
        const char *was = json_member_text(entry, "identity");
        char *why;

        if (!was || piece->state != PIECE_READY
            || text_equal(was, piece->facts.identity))
            continue;
        why = text_format("%s is another one than was prepared: it has %s, "
                          "had %s",
                          piece->file ? piece->file : piece->spec,
                          piece->facts.identity,
                          was);
        piece_look_blame(
            piece,
            PIECE_BROKEN,
            why,
            text_format("trustsweep prepare again, on the login node"));
        free(why);
    }
    json_free(root);
    free(path);
}

static void add_text(struct cJSON *object, const char *key, const char *text)
{
    if (text && *text)
        json_add_text(object, key, text);
}

struct cJSON *pieces_json(const struct pieces *self)
{
    struct cJSON *root = json_new_object();
    struct cJSON *list;

    json_add_text(root, "job", self->job->name);
    json_add_bool(root, "ready", pieces_num_bad(self) == 0);
    list = json_add_array(root, "pieces");
    for (size_t i = 0; i < self->num; i++) {
        const struct piece *piece = &self->list[i];
        struct cJSON *object = json_new_object();

        json_add_text(object, "kind", piece->kind);
        json_add_text(object, "name", piece->name);
        json_add_text(object, "state", state_names[piece->state]);
        add_text(object, "file", piece->file);
        add_text(object, "identity", piece->facts.identity);
        if (piece->facts.memory_bytes > 0)
            json_add_number(object, "bytes", (double)piece->facts.memory_bytes);
        add_text(object, "made_from", piece->made_from);
        add_text(object, "detail", piece->detail);
        add_text(object, "way_out", piece->way_out);
        json_append(list, object);
    }
    return root;
}

void pieces_print(const struct pieces *self, struct text *out)
{
    for (size_t i = 0; i < self->num; i++) {
        const struct piece *piece = &self->list[i];
        bool is_good = piece->state == PIECE_READY;

        text_addf(out,
                  "%-4s %-14s %s%s%s%s\n",
                  is_good ? "ok" : "BAD",
                  piece->kind,
                  piece->origin ? piece->name : "",
                  piece->origin ? ": " : "",
                  is_good                         ? ""
                  : piece->state == PIECE_MISSING ? "there is no "
                                                  : "",
                  piece->detail);
        if (piece->way_out)
            text_addf(out, "     %-14s %s\n", "", piece->way_out);
    }
}

void pieces_release(struct pieces *self)
{
    for (size_t i = 0; i < self->num; i++) {
        free(self->list[i].spec);
        free(self->list[i].file);
        free(self->list[i].detail);
        free(self->list[i].way_out);
        free(self->list[i].made_from);
    }
    free(self->list);
    job_destroy(self->job);
    *self = (struct pieces){ 0 };
}
