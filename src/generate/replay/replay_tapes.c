#include "generate/replay/replay_tapes.h"

#include "base/json.h"
#include "base/json_list.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/replay/recorded_list.h"
#include "generate/replay/replay_identity.h"
#include "generate/replay/replay_tape.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>

struct replay_tapes {
    const struct replay_folders *folders;
    struct replay_tape *tapes; /* [num], in memory from the first question on */
    size_t num;
    size_t cap;
};

struct replay_tapes *replay_tapes_create(const struct replay_folders *folders)
{
    struct replay_tapes *self = mem_alloc(1, sizeof *self);

    self->folders = folders;
    return self;
}

void replay_tapes_forget(struct replay_tapes *self)
{
    for (size_t i = 0; i < self->num; i++)
        replay_tape_release(&self->tapes[i]);
    self->num = 0;
}

void replay_tapes_destroy(struct replay_tapes *self)
{
    if (!self)
        return;
    replay_tapes_forget(self);
    free(self->tapes);
    free(self);
}

size_t replay_tapes_bytes(const struct replay_tapes *self)
{
    size_t bytes = 0;

    for (size_t i = 0; i < self->num; i++) {
        const struct replay_tape *tape = &self->tapes[i];

        bytes += tape->cap * sizeof *tape->entries;
        for (size_t p = 0; p < tape->num_parts; p++)
            bytes += json_list_bytes(tape->parts[p].list);
    }
    return bytes;
}

static struct replay_tape *find_tape(struct replay_tapes *self,
                                     const char *task,
                                     const struct recorded_list *list)
{
    for (size_t i = 0; i < self->num; i++) {
        if (strcmp(self->tapes[i].task, task) == 0)
            return &self->tapes[i];
    }
    self->tapes = mem_reserve(self->tapes,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->tapes);
    replay_tape_load(&self->tapes[self->num], self->folders, task, list);
    return &self->tapes[self->num++];
}

int replay_tapes_identify(struct replay_tapes *self,
                          const char *task,
                          char *out,
                          struct error *err)
{
    const struct recorded_list *list = recorded_list_of(task);
    const struct replay_tape *other = NULL;

    const struct replay_tape *tape = find_tape(self, task, NULL);

    if (list) {
        other = find_tape(self, recorded_list_file(list), list);
        tape = find_tape(self, task, NULL); /* it may have moved */
    }
    return replay_identity(self->folders, tape, other, out, err);
}

static char *recorded_extras(const struct json_list *list, size_t at)
{
    struct cJSON *beside = json_new_object();
    struct text text = { 0 };

    for (size_t i = 1; replay_tape_beside[i]; i++) {
        struct cJSON *value = json_list_member(list, at, i);

        if (value)
            json_add(beside, replay_tape_beside[i], value);
    }
    if (json_count(beside) > 0)
        json_write_line(beside, &text);
    json_free(beside);
    return text.len > 0 ? text_take(&text) : NULL;
}

static void answer(const struct replay_tape *tape,
                   const struct replay_entry *entry,
                   struct reply *reply)
{
    const struct json_list *list = tape->parts[entry->part].list;
    struct cJSON *res = json_list_member(list, entry->at, 0);

    if (json_is_text(res)) {
        const char *text = json_text(res);

        reply_set_text(reply, text, strlen(text), FINISH_STOP);
    } else if (entry->kind == REPLAY_NONE) {
        reply_fail(reply, STATE_MISSING, "the recorded item has no answer");
    } else if (entry->kind == REPLAY_NULL) {
        reply_fail(reply, STATE_BLOCKED, "recorded as null: nothing came back");
        reply->finish = FINISH_FILTER;
    } else {
        reply_fail(reply, STATE_FAILED, "the recorded answer is no text");
    }
    json_free(res);
    reply->recorded = recorded_extras(list, entry->at);
}

static const struct replay_entry *find_in_list(struct replay_tapes *self,
                                               const struct recorded_list *list,
                                               const struct replay_question *of,
                                               struct replay_tape **tape)
{
    *tape = find_tape(self, recorded_list_file(list), list);
    return replay_tape_find(*tape,
                            recorded_list_hash(list, of->prompt),
                            NULL,
                            of->occurrence);
}

int replay_tapes_answer(struct replay_tapes *self,
                        const struct replay_question *of,
                        struct reply *reply,
                        struct error *err)
{
    const struct recorded_list *list = recorded_list_of(of->task);
    struct replay_tape *tape = find_tape(self, of->task, NULL);
    struct replay_tape *other = NULL;
    const struct replay_entry *in_list = NULL;
    const struct replay_entry *found;

    if (tape->why)
        return error_set(err, ERR_PERMANENT, "%s", tape->why);
    found = replay_tape_find(tape, of->item, of->prompt, of->occurrence);
    /* asked in any case, so that it is known to be of the data set */
    if (list && of->prompt)
        in_list = find_in_list(self, list, of, &other);
    if (found && found->kind != REPLAY_NONE) {
        other = NULL;
        in_list = NULL;
    }
    if (other && other->why)
        return error_set(err, ERR_PERMANENT, "%s", other->why);
    if (other && in_list) {
        answer(other, in_list, reply);
    } else if (found) { /* the tapes may have moved */
        answer(find_tape(self, of->task, NULL), found, reply);
    } else {
        reply_fail(reply, STATE_MISSING, "no answer to this item is recorded");
    }
    return 0;
}

static bool is_before(const struct replay_entry *a,
                      const struct replay_entry *b)
{
    return !b || a->part < b->part || (a->part == b->part && a->at < b->at);
}

/* The first ones of a tape, by place. */
struct firsts {
    const struct replay_entry *strange;
    const struct replay_entry *no_text;
    const struct replay_entry *different;
    const struct replay_entry *instead_of; /* of `different` */
};

/* `first` becomes `at` if that stands before it.  True when it did. */
static bool note_first(const struct replay_entry **first,
                       const struct replay_entry *at)
{
    const bool is_first = is_before(at, *first);

    if (is_first)
        *first = at;
    return is_first;
}

/* All entries of one item, those that were used before others. */
static void rest_of_item(const struct replay_entry *entries,
                         size_t num,
                         struct replay_rest *out,
                         struct firsts *firsts)
{
    const struct replay_entry *used = &entries[0];

    for (size_t i = 0; i < num; i++) {
        const struct replay_entry *at = &entries[i];

        if (at->kind == REPLAY_NONE)
            continue;
        out->num_answers++;
        if (at->is_used) {
            out->num_used++;
            if (at->kind == REPLAY_OTHER) {
                out->num_no_text++;
                (void)note_first(&firsts->no_text, at);
            }
        } else if (!used->is_used) {
            out->num_strange++;
            (void)note_first(&firsts->strange, at);
        } else if (at->copy == 0) { /* no equal one stands before it */
            out->num_different++;
            if (note_first(&firsts->different, at))
                firsts->instead_of = used;
        }
    }
}

static void foreign_files(const struct replay_tape *tape,
                          struct replay_rest *out)
{
    for (size_t i = 0; i < tape->num_parts; i++) {
        if (!tape->parts[i].has_foreign)
            continue;
        out->num_foreign++;
        if (!out->foreign_file)
            out->foreign_file = mem_text(tape->parts[i].path);
    }
}

static void rest_of_tape(const struct replay_tape *tape,
                         struct replay_rest *out)
{
    const struct replay_entry *all = tape->entries;
    const struct replay_foreign *foreign = &tape->foreign;
    struct firsts firsts = { 0 };
    size_t end;

    for (size_t first = 0; first < tape->num; first = end) {
        end = first + 1;
        while (end < tape->num && hash_equal(all[end].item, all[first].item))
            end++;
        if (!all[first].is_elsewhere)
            rest_of_item(&all[first], end - first, out, &firsts);
    }
    for (size_t i = 0; i < foreign->num_groups; i++) {
        const struct replay_group *group = &foreign->groups[i];

        rest_of_item(group->entries, group->num, out, &firsts);
    }
    if (firsts.strange && !out->strange)
        out->strange = replay_tape_place(tape, firsts.strange);
    if (firsts.no_text && !out->no_text)
        out->no_text = replay_tape_place(tape, firsts.no_text);
    if (firsts.different && !out->different) {
        out->different = replay_tape_place(tape, firsts.different);
        out->instead_of = replay_tape_place(tape, firsts.instead_of);
    }
}

/* The keys that were passed over in any file, each once; NULL = none. */
static char *foreign_keys(const struct replay_tapes *self)
{
    struct replay_foreign all = { 0 };
    struct text text = { 0 };

    for (size_t i = 0; i < self->num; i++) {
        const struct replay_foreign *foreign = &self->tapes[i].foreign;

        for (size_t k = 0; k < foreign->num_keys; k++)
            replay_foreign_add_key(&all, foreign->keys[k]);
    }
    for (size_t i = 0; i < all.num_keys; i++)
        text_addf(&text, "%s%s", i > 0 ? ", " : "", all.keys[i]);
    replay_foreign_release(&all);
    return text.len > 0 ? text_take(&text) : NULL;
}

void replay_tapes_rest(const struct replay_tapes *self, struct replay_rest *out)
{
    *out = (struct replay_rest){ 0 };
    for (size_t i = 0; i < self->num; i++) {
        rest_of_tape(&self->tapes[i], out);
        foreign_files(&self->tapes[i], out);
        if (self->tapes[i].why && out->num_unread++ == 0)
            out->why_unread = mem_text(self->tapes[i].why);
    }
    out->foreign = foreign_keys(self);
}

void replay_tapes_release_rest(struct replay_rest *rest)
{
    free(rest->strange);
    free(rest->no_text);
    free(rest->different);
    free(rest->instead_of);
    free(rest->foreign);
    free(rest->foreign_file);
    free(rest->why_unread);
    *rest = (struct replay_rest){ 0 };
}

bool replay_tapes_has(const struct replay_tapes *self, const char *task)
{
    const struct recorded_list *list = recorded_list_of(task);

    for (size_t i = 0; i < self->num; i++) {
        const struct replay_tape *tape = &self->tapes[i];

        if ((tape->num_parts > 0 || tape->why)
            && (strcmp(tape->task, task) == 0 || (list && tape->list == list)))
            return true;
    }
    return false;
}
