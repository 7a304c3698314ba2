#include "generate/replay_tapes.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/recorded_list.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 256 * 1024 * 1024 };

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
    const struct recorded_list *list; /* in other words: found by prompt */
    struct cJSON *root;               /* NULL: there is no such file */
    char *why;                        /* it does not read; or NULL */
    struct entry *entries;            /* [num], sorted */
    size_t num;
};

struct replay_tapes {
    char *folder;
    struct tape *tapes; /* [num] */
    size_t num;
    size_t cap;
};

struct replay_tapes *replay_tapes_create(const char *folder)
{
    struct replay_tapes *self = mem_alloc(1, sizeof *self);

    self->folder = mem_text(folder);
    return self;
}

void replay_tapes_destroy(struct replay_tapes *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num; i++) {
        free(self->tapes[i].task);
        free(self->tapes[i].entries);
        free(self->tapes[i].why);
        json_free(self->tapes[i].root);
    }
    free(self->tapes);
    free(self->folder);
    free(self);
}

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

static struct hash128 hash_entry(const struct tape *tape,
                                 const struct cJSON *json)
{
    const char *prompt = json_member_text(json, "prompt");

    return tape->list && prompt ? recorded_list_hash(tape->list, prompt)
                                : hash_item(json);
}

static void index_tape(struct tape *tape)
{
    tape->entries = mem_alloc(json_count(tape->root), sizeof *tape->entries);
    for (const struct cJSON *json = json_first(tape->root); json;
         json = json_next(json)) {
        if (!json_is_object(json))
            continue;
        tape->entries[tape->num] = (struct entry){
            .item = hash_entry(tape, json),
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
    size_t num_mended = 0;

    if (!path)
        return;
    tape->root = json_read_mended(path, MAX_FILE_BYTES, &num_mended, &err);
    if (num_mended > 0) {
        log_warn("%s: %zu bytes that are no text became U+FFFD",
                 path,
                 num_mended);
    }
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

static const struct tape *find_tape(struct replay_tapes *self,
                                    const char *task,
                                    const struct recorded_list *list)
{
    struct tape tape = { .list = list };

    for (size_t i = 0; i < self->num; i++) {
        if (strcmp(self->tapes[i].task, task) == 0)
            return &self->tapes[i];
    }
    tape.task = mem_text(task);
    load_tape(&tape, self->folder);
    self->tapes = mem_reserve(self->tapes,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->tapes);
    self->tapes[self->num] = tape;
    return &self->tapes[self->num++];
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

static const struct cJSON *find_entry(const struct tape *tape,
                                      struct hash128 item,
                                      uint32_t occurrence)
{
    struct entry key = { .item = item, .occurrence = occurrence };
    const struct entry *found = NULL;

    if (tape->num > 0) {
        found = bsearch(&key,
                        tape->entries,
                        tape->num,
                        sizeof key,
                        compare_entries);
    }
    return found ? found->json : NULL;
}

int replay_tapes_answer(struct replay_tapes *self,
                        const struct request *request,
                        struct reply *reply,
                        struct error *err)
{
    const struct recorded_list *list = recorded_list_of(request->task);
    const struct tape *tape = find_tape(self, request->task, NULL);
    const struct cJSON *found;

    if (tape->why)
        return error_set(err, ERR_PERMANENT, "%s", tape->why);
    found = find_entry(tape, request->item, request->occurrence);
    if (list && request->num_messages > 0
        && !(found && json_member(found, "res"))) {
        const char *prompt = request->messages[request->num_messages - 1].text;
        const struct cJSON *other;

        tape = find_tape(self, recorded_list_file(list), list);
        if (tape->why)
            return error_set(err, ERR_PERMANENT, "%s", tape->why);
        other = find_entry(tape,
                           recorded_list_hash(list, prompt),
                           request->occurrence);
        found = other ? other : found;
    }
    answer(found, reply);
    return 0;
}
