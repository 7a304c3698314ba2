#include "cli/sweep/piece_look.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/name_list.h"
#include "base/text.h"
#include "base/text_show.h"
#include "choice/choice_set.h"
#include "cli/sweep/recorded_hashes.h"
#include "cli/sweep/sweep.h"
#include "generate/model_folder.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void piece_look_blame(struct piece *piece,
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
    piece_look_blame(piece,
                     PIECE_BROKEN,
                     why,
                     piece->file ? way_to_get(piece) : NULL);
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
    struct cJSON *hashes;

    if (!manifest)
        return -1;
    tasks = tasks_of(job, manifest);
    hashes = recorded_hashes(piece->spec,
                             (const char *const *)tasks.names,
                             tasks.num,
                             err);
    if (hashes)
        recorded_hashes_identity(hashes, piece->facts.identity);
    json_free(hashes);
    name_list_release(&tasks);
    manifest_destroy(manifest);
    return err->text[0] ? -1 : 0;
}

void piece_look_at_backend(const struct job *job, struct piece *piece)
{
    const char *spec = piece->spec;
    struct error err = { 0 };
    char memory[32];

    piece->spec = backend_resolve(spec, job->folder, &err);
    if (!piece->spec) {
        piece->spec = mem_text(spec);
        piece_look_blame(piece, PIECE_BROKEN, err.text, NULL);
        return;
    }
    piece->file = backend_file(piece->spec);
    if (piece->file && !file_exists(piece->file)) {
        piece_look_blame(piece, PIECE_MISSING, piece->file, way_to_get(piece));
        return;
    }
    if ((piece->file && file_is_folder(piece->file)
         && model_folder_check(piece->file, &err) < 0)
        || backend_probe(piece->spec, &piece->facts, &err) < 0
        || identify(job, piece, &err) < 0) {
        piece_look_blame(piece, PIECE_BROKEN, err.text, NULL);
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

void piece_look_at_dataset(const struct job *job, struct piece *piece)
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
        piece_look_blame(
            piece,
            PIECE_MISSING,
            job->dataset,
            mem_text("get the official release from where its authors "
                     "publish it, then: trustsweep dataset verify FILE"));
    } else if (!dataset) {
        piece_look_blame(piece, PIECE_BROKEN, err.text, NULL);
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
