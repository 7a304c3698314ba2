#include "cli/sweep/roles.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "classify/refusal.h"
#include "follow/follow_up.h"
#include "generate/parts/values.h"
#include "job/job.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHTS "datasets/refusal.weights"

/* What a backend must be able to do to play a role. */
static unsigned wanted(enum role role)
{
    const unsigned chat = BACKEND_CAN(REQUEST_CHAT);

    switch (role) {
    case ROLE_JUDGE:
        return chat;
    case ROLE_REFUSAL:
        return chat | BACKEND_CAN(REQUEST_CLASSIFY);
    case ROLE_EMBEDDER:
        return BACKEND_CAN(REQUEST_EMBED);
    case ROLE_TOXICITY:
        return chat | BACKEND_CAN(REQUEST_CLASSIFY)
               | BACKEND_CAN(REQUEST_CHOICES);
    case ROLE_ANSWER:
    case NUM_ROLES:
        break;
    }
    return 0;
}

static const char *what_is_wanted(enum role role)
{
    switch (role) {
    case ROLE_EMBEDDER:
        return "gives no vectors";
    case ROLE_TOXICITY:
    case ROLE_REFUSAL:
        return "gives neither scores nor text";
    case ROLE_ANSWER:
    case ROLE_JUDGE:
    case NUM_ROLES:
        break;
    }
    return "gives no text";
}

/* Read the weights of the built-in classifier; their hash is its identity. */
static int open_classifier(struct roles *self,
                           struct role_player *player,
                           struct error *err)
{
    char *path = path_share(WEIGHTS, err);
    char hash[SHA256_TEXT];
    int rc = -1;

    if (path && sha256_file(path, hash, err) == 0) {
        (void)snprintf(player->facts.identity,
                       sizeof player->facts.identity,
                       "builtin:sha256:%s",
                       hash);
        rc = 0;
        if (self->asked & 1u << ROLE_REFUSAL) {
            self->classifier = refusal_open(path, err);
            rc = self->classifier ? 0 : -1;
        }
    }
    free(path);
    return rc;
}

static int open_one(struct roles *self, enum role role, struct error *err)
{
    const struct job_role *from = &self->job->roles[role];
    struct role_player *player = &self->players[role];

    if (!from->is_set)
        return 0;
    player->is_set = true;
    player->is_local = text_equal(from->backend, "builtin");
    if (player->is_local && role == ROLE_REFUSAL)
        return open_classifier(self, player, err);
    if (player->is_local) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: role '%s': nothing is built in for it",
                         self->job->path,
                         role_name(role));
    }
    player->spec = backend_resolve(from->backend, self->job->folder, err);
    if (!player->spec || backend_probe(player->spec, &player->facts, err) < 0) {
        return error_wrap(err,
                          "%s: role '%s'",
                          self->job->path,
                          role_name(role));
    }
    if (player->facts.can & wanted(role))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s: role '%s': backend '%s' %s",
                     self->job->path,
                     role_name(role),
                     from->backend,
                     what_is_wanted(role));
}

int roles_open(struct roles *out,
               const struct job *job,
               const struct prompts *prompts,
               unsigned asked,
               struct error *err)
{
    *out = (struct roles){ .job = job, .prompts = prompts, .asked = asked };
    for (int role = ROLE_ANSWER + 1; role < NUM_ROLES; role++) {
        if (open_one(out, (enum role)role, err) < 0)
            return -1;
    }
    return 0;
}

void roles_close(struct roles *self)
{
    refusal_destroy(self->classifier);
    for (int role = 0; role < NUM_ROLES; role++)
        free(self->players[role].spec);
}

unsigned roles_dispatched(const struct roles *self)
{
    unsigned bits = 0;

    for (unsigned role = 0; role < NUM_ROLES; role++) {
        if (self->players[role].is_set && !self->players[role].is_local)
            bits |= 1u << role;
    }
    return bits;
}

const char *roles_name(const struct roles *self, size_t at)
{
    const unsigned roles = roles_dispatched(self);

    for (unsigned role = 0; role < NUM_ROLES; role++) {
        if (roles & 1u << role && at-- == 0)
            return self->job->roles[role].name;
    }
    return "";
}

/* A chat in the wording of that name about the one text of `out`. */
static bool put_in_words(const struct roles *self,
                         const char *wording,
                         struct request *out)
{
    const char *at = prompts_text(self->prompts, wording);
    const char *place = at ? strstr(at, "{reply}") : NULL;
    char *text;

    if (!place)
        return false;
    text = text_format("%.*s%s%s",
                       (int)(place - at),
                       at,
                       out->messages[0].text,
                       place + strlen("{reply}"));
    free(out->messages[0].text);
    out->messages[0].text = text;
    out->kind = REQUEST_CHAT;
    out->sampling.max_tokens = 8;
    return true;
}

/* Two words to be weighed: how much likelier "yes" is than "no" is a score,
 * where words alone would be 0 or 1. */
static void add_choices(struct request *out)
{
    static const char *const words[] = { "yes", "no" };

    out->kind = REQUEST_CHOICES;
    out->num_choices = ARRAY_LEN(words);
    out->choices = mem_alloc(ARRAY_LEN(words), sizeof(char *));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        out->choices[i] = mem_text(words[i]);
}

/* A role that classifies, played by a model that chats or weighs words. */
static bool ask_in_words(const struct roles *self,
                         enum role role,
                         struct request *out)
{
    const unsigned can = self->players[role].facts.can;

    if (out->kind != REQUEST_CLASSIFY)
        return false;
    if (role == ROLE_TOXICITY && can & BACKEND_CAN(REQUEST_CHOICES)) {
        if (!put_in_words(self, "toxicity_choice", out))
            return false;
        add_choices(out);
        return true;
    }
    return can & BACKEND_CAN(REQUEST_CHAT)
           && put_in_words(self, role_name(role), out);
}

static void add_system(const char *system, struct request *out)
{
    struct chat_message *messages =
        mem_alloc(out->num_messages + 1, sizeof *messages);

    messages[0] = (struct chat_message){ mem_text("system"), mem_text(system) };
    memcpy(messages + 1, out->messages, out->num_messages * sizeof *messages);
    free(out->messages);
    out->messages = messages;
    out->num_messages++;
}

bool roles_request(const struct roles *self,
                   const struct ask *ask,
                   struct request *out)
{
    const struct role_player *player = &self->players[ask->role];
    const struct job_role *of = &self->job->roles[ask->role];

    if (!player->is_set || player->is_local)
        return false;
    request_copy(out, &ask->request);
    free(out->task);
    out->task = mem_text("");
    if (!(player->facts.can & BACKEND_CAN(out->kind))
        && !ask_in_words(self, ask->role, out)) {
        request_release(out);
        return false;
    }
    job_role_sampling(self->job, ask->role, &out->sampling);
    if (of->system && out->kind == REQUEST_CHAT)
        add_system(of->system, out);
    out->unit = follow_up_id(ask->role, player->facts.identity, out);
    return true;
}

enum answer roles_now(const struct roles *self,
                      const struct ask *ask,
                      struct reply *out)
{
    const struct request *request = &ask->request;
    struct refusal_score score;
    const char *text;

    if (ask->role != ROLE_REFUSAL || !self->classifier)
        return ANSWER_NONE;
    text = request->messages[request->num_messages - 1].text;
    score = refusal_score(self->classifier, text, strlen(text));
    const double values[] = { score.p, score.low, score.high };

    values_answer(out, values, ARRAY_LEN(values));
    return ANSWER_THERE;
}

static bool was_stopped(const struct reply *answer)
{
    return answer->state == STATE_FAILED && answer->detail
           && strstr(answer->detail, "_changed: ");
}

enum answer roles_take(struct record *record, struct reply *out)
{
    const bool is_there = !was_stopped(&record->reply);

    if (is_there) {
        *out = record->reply;
        record->reply = (struct reply){ 0 };
    }
    record_release(record);
    return is_there ? ANSWER_THERE : ANSWER_NONE;
}
