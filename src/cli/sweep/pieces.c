#include "cli/sweep/pieces.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/name_list.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/text_show.h"
#include "choice/choice_set.h"
#include "cli/sweep/recorded_says.h"
#include "cli/sweep/sweep.h"
#include "generate/model_folder.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

static const char *const state_names[] = { [PIECE_READY] = "ready",
                                           [PIECE_MISSING] = "missing",
                                           [PIECE_BROKEN] = "broken" };

static void blame(struct piece *piece,
                  enum piece_state state,
                  const char *what,
                  char *way_out)
{
    free(piece->detail);
    free(piece->way_out);
    piece->state = state;
    piece->detail = mem_text(what);
    text_show_clean(piece->detail, '?'); /* may name any file */
    if (way_out)
        text_show_clean(way_out, '?');
    piece->way_out = way_out;
}

/* ---- models and roles */

static char *way_to_get(const struct piece *piece)
{
    static const char *const known[][2] = {
        { "SmolLM2-135M-Instruct.Q4_1.gguf", "scripts/model.sh" },
        { "all-MiniLM-L6-v2.F32.gguf", "scripts/model.sh --embedder" },
        { "gemma-3-270m-q4_k_m.gguf", "scripts/model.sh --base" },
    };

    if (piece->origin->source) {
        return text_format("curl -fL --create-dirs -o '%s' '%s'",
                           piece->file,
                           piece->origin->source);
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (text_equal(path_name(piece->file), known[i][0]))
            return mem_text(known[i][1]);
    }
    return text_format("put the file there, or name another one in the job; a "
                       "\"source\" beside the backend says where it comes "
                       "from, and TRUSTSWEEP_MODELS where model files lie");
}

/* Whether the file has the checksum that the job names. */
static void check_sum(struct piece *piece)
{
    const char *wanted = piece->origin->sha256;
    const char *found = strchr(piece->facts.identity, ':');
    char *why;

    if (!wanted)
        return;
    if (found && strncmp(found + 1, wanted, strlen(wanted)) == 0
        && strlen(wanted) == 64)
        return;
    why = text_format("%s has %s, the job wants sha256:%s",
                      piece->file ? piece->file : piece->spec,
                      piece->facts.identity,
                      wanted);
    blame(piece, PIECE_BROKEN, why, piece->file ? way_to_get(piece) : NULL);
    free(why);
}

/* All that could be asked, whatever the job asks of it. */
static struct name_list tasks_of(const struct job *job,
                                 const struct manifest *manifest)
{
    struct name_list tasks = { 0 };

    for (size_t i = 0; i < manifest->num_tasks; i++)
        name_list_add(&tasks, mem_text(manifest->tasks[i].name));
    for (size_t i = 0; i < job->num_utilities; i++) {
        const struct job_utility *of = &job->utilities[i];

        name_list_add(&tasks,
                      text_format("%s/%s",
                                  CHOICE_SET_FOLDER,
                                  of->name ? of->name : of->task));
    }
    return tasks;
}

/* Recorded answers to items are known task by task: the facts' identity is of
 * those without an item. */
static int identify(const struct job *job,
                    struct piece *piece,
                    struct error *err)
{
    struct manifest *manifest = manifest_read("trustllm", err);
    struct name_list tasks = { 0 };
    struct cJSON *says;

    if (!manifest)
        return -1;
    tasks = tasks_of(job, manifest);
    says = recorded_says(piece->spec,
                         (const char *const *)tasks.names,
                         tasks.num,
                         err);
    if (says)
        recorded_says_identity(says, piece->facts.identity);
    json_free(says);
    name_list_release(&tasks);
    manifest_destroy(manifest);
    return err->text[0] ? -1 : 0;
}

static void look_at_backend(const struct job *job, struct piece *piece)
{
    const char *spec = piece->spec;
    struct error err = { 0 };
    char memory[32];

    piece->spec = backend_resolve(spec, job->folder, &err);
    if (!piece->spec) {
        piece->spec = mem_text(spec);
        blame(piece, PIECE_BROKEN, err.text, NULL);
        return;
    }
    piece->file = backend_file(piece->spec);
    if (piece->file && !file_exists(piece->file)) {
        blame(piece, PIECE_MISSING, piece->file, way_to_get(piece));
        return;
    }
    if ((piece->file && file_is_folder(piece->file)
         && model_folder_check(piece->file, &err) < 0)
        || backend_probe(piece->spec, &piece->facts, &err) < 0
        || identify(job, piece, &err) < 0) {
        blame(piece, PIECE_BROKEN, err.text, NULL);
        return;
    }
    text_format_bytes(memory, sizeof memory, piece->facts.memory_bytes);
    piece->detail = text_format("%s, %s, %s",
                                piece->spec,
                                piece->facts.memory_bytes > 0 ? memory : "-",
                                piece->facts.identity);
    text_show_clean(piece->detail, '?');
    check_sum(piece);
}

/* ---- the data set */

static void look_at_dataset(const struct job *job, struct piece *piece)
{
    struct dataset_params wanted = { .location = job->dataset,
                                     .only = (const char *const *)job->only,
                                     .num_only = job->num_only,
                                     .limit = (uint64_t)job->limit };
    struct error err = { 0 };
    struct manifest *manifest = manifest_read("trustllm", &err);
    struct dataset *dataset =
        manifest ? dataset_open(manifest, &wanted, &err) : NULL;
    bool is_there =
        text_equal(job->dataset, "sample") || file_exists(job->dataset);
    size_t num_items = 0;

    piece->file = mem_text(job->dataset);
    if (!is_there) {
        blame(piece,
              PIECE_MISSING,
              job->dataset,
              mem_text("get the official release from where its authors "
                       "publish it, then: trustsweep dataset verify FILE"));
    } else if (!dataset) {
        blame(piece, PIECE_BROKEN, err.text, NULL);
    } else {
        for (size_t i = 0; i < dataset->num_tasks; i++)
            num_items += dataset->tasks[i].num_items;
        piece->detail = text_format("%zu tasks, %zu items from %s, digest %s",
                                    dataset->num_tasks,
                                    num_items,
                                    dataset->location,
                                    dataset->digest);
        (void)snprintf(piece->facts.identity,
                       sizeof piece->facts.identity,
                       "%s",
                       dataset->digest);
    }
    dataset_destroy(dataset);
    manifest_destroy(manifest);
}

static void look(void *context, size_t i)
{
    struct pieces *self = context;

    if (i == 0) {
        look_at_dataset(self->job, &self->list[i]);
    } else {
        look_at_backend(self->job, &self->list[i]);
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
    struct cJSON *root =
        file_exists(path) ? json_read(path, MAX_BYTES, NULL) : NULL;

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
        blame(piece,
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
