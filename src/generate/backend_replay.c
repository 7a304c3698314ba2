/*
 * Answers from one model's recorded answers: FOLDER/DIMENSION/FILE.json[.gz],
 * official items that carry `res` (absent = missing, null = blocked, "" =
 * empty).  Joined to what is asked by content, whatever their order.
 */
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "generate/backend_args.h"
#include "generate/kinds.h"
#include "generate/ready.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 256 * 1024 * 1024, MAX_READY = 256 };

/* What may stand beside an official item; kept in reply.recorded. */
static const char *const extras[] = { "res",
                                      "eval_res",
                                      "eval_score",
                                      "similarity",
                                      NULL };

struct entry {
    struct hash128 item;
    uint32_t occurrence;
    const struct cJSON *json;
};

/* One file, in memory from its first question on. */
struct tape {
    char *task;
    struct cJSON *root;    /* NULL: there is no such file */
    char *why;             /* it does not read; or NULL */
    struct entry *entries; /* [num], sorted */
    size_t num;
};

struct replay {
    struct backend base;
    char *folder;
    struct tape *tapes; /* [num_tapes] */
    size_t num_tapes;
    size_t cap_tapes;
    struct ready ready;
};

static const struct option options[] = { { .name = NULL } };

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = hash_compare(x->item, y->item);

    if (order != 0)
        return order;
    return x->occurrence < y->occurrence ? -1 : x->occurrence > y->occurrence;
}

static struct hash128 hash_item(const struct cJSON *json)
{
    struct cJSON *item = json_copy(json);
    struct hash128 hash;

    for (size_t i = 0; extras[i]; i++)
        json_remove(item, extras[i]);
    hash = json_hash(item);
    json_free(item);
    return hash;
}

static void index_tape(struct tape *tape)
{
    tape->entries = mem_alloc(json_count(tape->root), sizeof *tape->entries);
    for (const struct cJSON *json = json_first(tape->root); json;
         json = json_next(json)) {
        if (!json_is_object(json))
            continue;
        tape->entries[tape->num] = (struct entry){
            .item = hash_item(json),
            .occurrence = (uint32_t)tape->num,
            .json = json,
        };
        tape->num++;
    }
    /* sorted by hash and file order, then counted within equal hashes */
    qsort(tape->entries, tape->num, sizeof *tape->entries, compare_entries);
    for (size_t i = 0; i < tape->num; i++) {
        bool again =
            i > 0
            && hash_equal(tape->entries[i].item, tape->entries[i - 1].item);

        tape->entries[i].occurrence =
            again ? tape->entries[i - 1].occurrence + 1 : 0;
    }
}

/* "FOLDER/DIMENSION/FILE.json" or with ".gz"; NULL when neither is there. */
static char *find_file(const char *folder, const char *task)
{
    static const char *const endings[] = { "json", "json.gz" };

    for (size_t i = 0; i < 2; i++) {
        char *path = text_format("%s/%s.%s", folder, task, endings[i]);

        if (file_exists(path))
            return path;
        free(path);
    }
    return NULL;
}

/* Read the file of a task; what is wrong with it is kept. */
static void load_tape(struct tape *tape, const char *folder)
{
    struct error err = { 0 };
    char *path = find_file(folder, tape->task);

    if (!path)
        return;
    tape->root = json_read(path, MAX_FILE_BYTES, &err);
    if (tape->root && !json_is_array(tape->root)) {
        json_free(tape->root);
        tape->root = NULL;
        error_set(&err, ERR_FORMAT, "%s holds no array of items", path);
    }
    if (tape->root) {
        index_tape(tape);
    } else {
        tape->why = mem_text(err.text);
    }
    free(path);
}

static const struct tape *find_tape(struct replay *self, const char *task)
{
    struct tape tape = { 0 };

    for (size_t i = 0; i < self->num_tapes; i++) {
        if (strcmp(self->tapes[i].task, task) == 0)
            return &self->tapes[i];
    }
    tape.task = mem_text(task);
    load_tape(&tape, self->folder);
    self->tapes = mem_reserve(self->tapes,
                              &self->cap_tapes,
                              self->num_tapes + 1,
                              sizeof *self->tapes);
    self->tapes[self->num_tapes] = tape;
    return &self->tapes[self->num_tapes++];
}

static char *recorded_extras(const struct cJSON *json)
{
    struct cJSON *beside = json_new_object();
    struct text text = { 0 };

    for (size_t i = 1; extras[i]; i++) {
        const struct cJSON *value = json_member(json, extras[i]);

        if (value)
            json_add(beside, extras[i], json_copy(value));
    }
    if (json_count(beside) > 0)
        json_write_line(beside, &text);
    json_free(beside);
    return text.len > 0 ? text_take(&text) : NULL;
}

static void answer(const struct cJSON *json, struct reply *reply)
{
    const struct cJSON *res = json ? json_member(json, "res") : NULL;

    if (!res) {
        reply_fail(reply,
                   STATE_MISSING,
                   json ? "the recorded item has no answer"
                        : "no such item among the recorded answers");
    } else if (json_is_text(res)) {
        const char *text = json_text(res);

        reply_set_text(reply, text, strlen(text), FINISH_STOP);
    } else if (json_is_null(res)) {
        reply_fail(reply, STATE_BLOCKED, "recorded as null: nothing came back");
        reply->finish = FINISH_FILTER;
    } else {
        reply_fail(reply, STATE_FAILED, "the recorded answer is no text");
    }
    if (json)
        reply->recorded = recorded_extras(json);
}

static int submit(struct backend *base,
                  const struct request *request,
                  struct error *err)
{
    struct replay *self = (struct replay *)base;
    struct reply reply = { .unit = request->unit };
    struct entry key = { .item = request->item,
                         .occurrence = request->occurrence };
    const struct entry *found = NULL;
    const struct tape *tape;

    if (self->ready.num >= MAX_READY)
        return error_set(err, ERR_TRANSIENT, "replay is full");
    tape = find_tape(self, request->task);
    if (tape->why)
        return error_set(err, ERR_PERMANENT, "%s", tape->why);
    if (tape->num > 0) {
        found = bsearch(&key,
                        tape->entries,
                        tape->num,
                        sizeof key,
                        compare_entries);
    }
    answer(found ? found->json : NULL, &reply);
    ready_push(&self->ready, &reply);
    return 0;
}

static int step(struct backend *base,
                int budget_ms,
                struct reply *out,
                struct error *err)
{
    (void)budget_ms;
    (void)err;
    return ready_pop(&((struct replay *)base)->ready, out) ? 1 : 0;
}

static int cancel(struct backend *base, struct hash128 unit)
{
    ready_drop(&((struct replay *)base)->ready, unit);
    return 0;
}

static void destroy(struct backend *base)
{
    struct replay *self = (struct replay *)base;

    if (!self)
        return;
    for (size_t i = 0; i < self->num_tapes; i++) {
        free(self->tapes[i].task);
        free(self->tapes[i].entries);
        free(self->tapes[i].why);
        json_free(self->tapes[i].root);
    }
    free(self->tapes);
    ready_release(&self->ready);
    free(self->folder);
    free(self);
}

/* Hash names and bytes of every file of one dimension's folder. */
static int hash_folder(const char *folder,
                       const char *dimension,
                       struct sha256 *sum,
                       size_t *num,
                       struct error *err)
{
    char *path = path_join(folder, dimension);
    struct name_list names = { 0 };
    int rc = 0;

    if (file_is_folder(path))
        rc = file_list(path, &names, err);
    for (size_t i = 0; i < names.num && rc == 0; i++) {
        char digest[SHA256_TEXT];
        char *file;

        if (!text_ends(names.names[i], ".json")
            && !text_ends(names.names[i], ".json.gz"))
            continue;
        file = path_join(path, names.names[i]);
        rc = sha256_file(file, digest, err);
        sha256_add(sum, dimension, strlen(dimension) + 1);
        sha256_add(sum, names.names[i], strlen(names.names[i]) + 1);
        if (rc == 0)
            sha256_add(sum, digest, strlen(digest));
        free(file);
        (*num)++;
    }
    name_list_release(&names);
    free(path);
    return rc;
}

static int identify(const char *folder,
                    struct backend_facts *out,
                    struct error *err)
{
    struct sha256 *sum = sha256_create();
    struct name_list names = { 0 };
    char digest[SHA256_TEXT];
    size_t num = 0;
    int rc = file_list(folder, &names, err);

    for (size_t i = 0; i < names.num && rc == 0; i++)
        rc = hash_folder(folder, names.names[i], sum, &num, err);
    name_list_release(&names);
    sha256_end(sum, digest);
    if (rc == 0 && num == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s holds no recorded answers "
                       "(DIMENSION/FILE.json[.gz])",
                       folder);
    }
    (void)snprintf(out->identity, sizeof out->identity, "replay:%s", digest);
    return rc;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    char *folder = NULL;
    int rc;

    if (backend_args_parse(args, options, &folder, NULL, err) < 0)
        return -1;
    rc = identify(folder, out, err);
    out->deterministic = true;
    out->can = BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    free(folder);
    return rc;
}

static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    char *folder = NULL;
    struct replay *self;

    (void)slot;
    if (backend_args_parse(args, options, &folder, NULL, err) < 0)
        return NULL;
    if (!file_is_folder(folder)) {
        error_set(err, ERR_IO, "%s is no folder", folder);
        free(folder);
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->base.ops = &backend_replay;
    self->folder = folder;
    return &self->base;
}

const struct backend_ops backend_replay = {
    .name = "replay",
    .help = "recorded answers of one model",
    .args_help = "FOLDER",
    .main_is_path = true,
    .probe = probe,
    .create = create,
    .submit = submit,
    .step = step,
    .cancel = cancel,
    .destroy = destroy,
};
