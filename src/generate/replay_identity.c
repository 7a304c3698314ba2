#include "generate/replay_identity.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json_list.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/replay_answers.h"
#include "generate/replay_folders.h"
#include "generate/replay_tape.h"
#include "trustsweep/backend.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hash of each answer; sorted, they are the same in any order. */
struct contents {
    struct hash128 *hashes; /* [num] */
    size_t num;
    size_t cap;
    size_t num_files;
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
                       struct hash128 task,
                       struct hash128 item,
                       struct hash128 answer)
{
    const uint64_t of[] = { task.high, task.low,    item.high,
                            item.low,  answer.high, answer.low };
    struct hash_stream *stream = hash_stream_create();

    for (size_t i = 0; i < ARRAY_LEN(of); i++)
        hash_stream_u64(stream, of[i]);
    add(self, hash_stream_end(stream));
}

/* A file that does not read is known by its bytes; its task will say why. */
static int add_bytes(struct contents *self,
                     struct hash128 task,
                     const char *path,
                     struct error *err)
{
    char digest[SHA256_TEXT];

    if (sha256_file(path, digest, err) < 0)
        return -1;
    add_answer(self, task, task, hash_bytes(digest, strlen(digest)));
    return 0;
}

static int add_file(struct contents *self,
                    const char *path,
                    const char *name,
                    struct error *err)
{
    struct hash128 task = hash_bytes(name, strlen(name));
    size_t num_mended;
    struct json_list *list = json_list_read(path,
                                            replay_tape_beside,
                                            REPLAY_MAX_BYTES,
                                            &num_mended,
                                            NULL);

    self->num_files++;
    if (!list)
        return add_bytes(self, task, path, err);
    for (size_t i = 0; i < json_list_num(list); i++) {
        const struct json_list_entry *entry = json_list_at(list, i);

        if (replay_tape_says(entry))
            add_answer(self, task, entry->item, entry->beside);
    }
    json_list_destroy(list);
    return 0;
}

/* The answers in one dimension's folder. */
static int add_dimension(struct contents *self,
                         const char *folder,
                         const char *dimension,
                         struct error *err)
{
    char *path = path_join(folder, dimension);
    struct name_list names = { 0 };
    int rc = 0;

    if (file_is_folder(path))
        rc = file_list(path, &names, err);
    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char *task = replay_folders_task(dimension, names.names[i]);
        char *file = path_join(path, names.names[i]);

        if (task)
            rc = add_file(self, file, task, err);
        free(file);
        free(task);
    }
    name_list_release(&names);
    free(path);
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

static int add_folder(struct contents *self,
                      const char *folder,
                      unsigned *can,
                      struct error *err)
{
    struct name_list names = { 0 };
    int rc = file_list(folder, &names, err);

    for (size_t i = 0; i < names.num && rc == 0; i++)
        rc = add_dimension(self, folder, names.names[i], err);
    name_list_release(&names);
    return rc < 0 ? rc : add_prompts(self, folder, can, err);
}

static void set_identity(struct contents *self, struct backend_facts *out)
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
    (void)snprintf(out->identity, sizeof out->identity, "replay:%s", digest);
}

int replay_identity(const struct replay_folders *folders,
                    struct backend_facts *out,
                    struct error *err)
{
    struct contents contents = { 0 };
    int rc = 0;

    for (size_t i = 0; i < folders->num && rc == 0; i++)
        rc = add_folder(&contents, folders->paths[i], &out->can, err);
    if (contents.num_files > 0)
        out->can |= BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    if (rc == 0 && out->can == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s holds no recorded answers "
                       "(DIMENSION/FILE.json[.gz], answers.jsonl[.gz])",
                       folders->paths[0]);
    }
    if (rc == 0)
        set_identity(&contents, out);
    free(contents.hashes);
    return rc;
}
