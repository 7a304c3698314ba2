#include "generate/replay/replay_identity.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json_list.h"
#include "base/mem.h"
#include "generate/replay/replay_answers.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_tape.h"
#include "trustsweep/backend.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hash of each answer; sorted, they are the same in any order. */
struct contents {
    struct hash128 *hashes; /* [num] */
    size_t num;
    size_t cap;
};

static void add(struct contents *self, struct hash128 hash)
{
    self->hashes = mem_reserve(self->hashes,
                               &self->cap,
                               self->num + 1,
                               sizeof *self->hashes);
    self->hashes[self->num++] = hash;
}

static int compare(const void *a, const void *b)
{
    const struct hash128 *x = a;
    const struct hash128 *y = b;

    return hash_compare(*x, *y);
}

static void add_answer(struct contents *self,
                       struct hash128 item,
                       struct hash128 answer)
{
    const uint64_t of[] = { item.high, item.low, answer.high, answer.low };
    struct hash_stream *stream = hash_stream_create();

    for (size_t i = 0; i < ARRAY_LEN(of); i++)
        hash_stream_u64(stream, of[i]);
    add(self, hash_stream_end(stream));
}

static int add_bytes(struct contents *self,
                     const struct replay_folders *folders,
                     const char *task,
                     struct error *err)
{
    struct replay_place place = { 0 };
    struct hash128 none = { 0, 0 };
    char digest[SHA256_TEXT];
    int rc = 0;
    char *path;

    while (rc == 0 && (path = replay_folders_next(folders, task, &place))) {
        rc = sha256_file(path, digest, err);
        if (rc == 0)
            add_answer(self, none, hash_bytes(digest, strlen(digest)));
        free(path);
    }
    return rc;
}

static int add_tape(struct contents *self,
                    const struct replay_folders *folders,
                    const struct replay_tape *tape,
                    struct error *err)
{
    if (tape->why)
        return add_bytes(self, folders, tape->task, err);
    for (size_t p = 0; p < tape->num_parts; p++) {
        const struct json_list *list = tape->parts[p].list;

        for (size_t i = 0; i < json_list_num(list); i++) {
            const struct json_list_entry *entry = json_list_at(list, i);

            if (replay_tape_says(entry))
                add_answer(self, entry->item, entry->beside);
        }
    }
    return 0;
}

/* Whether a folder has a file that could hold answers to a task. */
static int find_file(const char *folder, bool *is_found, struct error *err)
{
    struct name_list dimensions = { 0 };
    int rc = file_list(folder, &dimensions, err);

    for (size_t i = 0; i < dimensions.num && rc == 0 && !*is_found; i++) {
        const char *dimension = dimensions.names[i];
        char *path = path_join(folder, dimension);
        struct name_list names = { 0 };

        if (file_is_folder(path))
            rc = file_list(path, &names, err);
        for (size_t k = 0; k < names.num && !*is_found; k++) {
            char *task = replay_folders_task(dimension, names.names[k]);

            *is_found = task != NULL;
            free(task);
        }
        name_list_release(&names);
        free(path);
    }
    name_list_release(&dimensions);
    return rc;
}

/* The answers without an item, and what they can answer. */
static int add_prompts(struct contents *self,
                       const char *folder,
                       unsigned *can,
                       struct error *err)
{
    char *path = replay_answers_path(folder);
    struct replay_answers *answers;

    if (!path)
        return 0;
    answers = replay_answers_read(path, err); /* every line, before a run */
    free(path);
    if (!answers)
        return -1;
    for (size_t i = 0; i < replay_answers_num(answers); i++)
        add(self, replay_answers_hash(answers, i));
    *can |= replay_answers_can(answers);
    replay_answers_destroy(answers);
    return 0;
}

static void format(struct contents *self, char *out)
{
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];

    if (self->num > 0)
        qsort(self->hashes, self->num, sizeof *self->hashes, compare);
    for (size_t i = 0; i < self->num; i++) {
        char hex[HASH_TEXT];

        hash_format(self->hashes[i], hex);
        sha256_add(sum, hex, strlen(hex));
    }
    sha256_end(sum, digest);
    (void)snprintf(out, BACKEND_IDENTITY, "replay:%s", digest);
    free(self->hashes);
}

int replay_facts(const struct replay_folders *folders,
                 struct backend_facts *out,
                 struct error *err)
{
    struct contents contents = { 0 };
    bool has_items = false;
    int rc = 0;

    for (size_t i = 0; i < folders->num && rc == 0; i++) {
        rc = find_file(folders->paths[i], &has_items, err);
        if (rc == 0)
            rc = add_prompts(&contents, folders->paths[i], &out->can, err);
    }
    if (has_items)
        out->can |= BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    if (rc == 0 && out->can == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s holds no recorded answers "
                       "(DIMENSION/FILE.json[.gz], answers.jsonl[.gz])",
                       folders->paths[0]);
    }
    format(&contents, out->identity);
    return rc;
}

int replay_identity(const struct replay_folders *folders,
                    const struct replay_tape *tape,
                    const struct replay_tape *other,
                    char *out,
                    struct error *err)
{
    struct contents contents = { 0 };
    int rc = add_tape(&contents, folders, tape, err);

    if (rc == 0 && other)
        rc = add_tape(&contents, folders, other, err);
    format(&contents, out);
    return rc;
}
