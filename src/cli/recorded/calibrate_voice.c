#include "cli/recorded/calibrate_voice.h"

#include "base/mem.h"
#include "base/text.h"
#include "follow/follow_up.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_MS = 50 };

struct voice {
    struct voice_params params;
    struct backend *backend; /* made when first asked */
    struct follow_up_table *table;
    struct request *requests; /* [num], in order of asking; then released */
    struct reply *replies;    /* [num]; STATE_NONE: open */
    size_t num, cap_requests, cap_replies;
    size_t num_sent, num_there;
};

struct voice *voice_create(const struct voice_params *params)
{
    struct voice *self = mem_alloc(1, sizeof *self);

    self->params = *params;
    self->table = follow_up_table_create();
    return self;
}

void voice_destroy(struct voice *self)
{
    if (!self)
        return;
    backend_destroy(self->backend);
    for (size_t i = 0; i < self->num; i++) {
        request_release(&self->requests[i]);
        reply_release(&self->replies[i]);
    }
    free(self->requests);
    free(self->replies);
    follow_up_table_destroy(self->table);
    free(self);
}

enum answer voice_answer(void *voice, const struct ask *ask, struct reply *out)
{
    struct voice *self = voice;
    struct request request = { 0 };
    struct follow_up_entry *entry;
    enum answer now = roles_now(self->params.roles, ask, out);

    if (now != ANSWER_NONE || ask->role != ROLE_JUDGE
        || !roles_request(self->params.roles, ask, &request))
        return now;
    request.unit.low ^= self->params.salt;
    entry = follow_up_get(self->table, request.unit);
    if (entry->unit == SIZE_MAX) {
        self->requests = mem_reserve(self->requests,
                                     &self->cap_requests,
                                     self->num + 1,
                                     sizeof *self->requests);
        self->replies = mem_reserve(self->replies,
                                    &self->cap_replies,
                                    self->num + 1,
                                    sizeof *self->replies);
        self->requests[self->num] = request;
        self->replies[self->num] = (struct reply){ .unit = request.unit };
        entry->unit = self->num++;
        return ANSWER_LATER;
    }
    request_release(&request);
    if (self->replies[entry->unit].state == STATE_NONE)
        return ANSWER_LATER;
    reply_copy(out, &self->replies[entry->unit]);
    return ANSWER_THERE;
}

static int take(struct voice *self, struct error *err)
{
    struct follow_up_entry *entry;
    struct reply reply;
    const int rc =
        self->backend->ops->step(self->backend, STEP_MS, &reply, err);

    if (rc <= 0)
        return rc;
    entry = follow_up_find(self->table, reply.unit);
    if (!entry || self->replies[entry->unit].state != STATE_NONE) {
        reply_release(&reply);
        return 0;
    }
    request_release(&self->requests[entry->unit]);
    self->replies[entry->unit] = reply;
    self->num_there++;
    return 1;
}

int voice_ask(struct voice *self, struct error *err)
{
    const size_t before = self->num_there;
    struct error why = { 0 };

    if (self->num == self->num_there)
        return 0;
    if (!self->backend) {
        self->backend = backend_create(self->params.spec, NULL, err);
        if (!self->backend)
            return -1;
    }
    while (self->num_there < self->num) {
        while (self->num_sent < self->num
               && self->backend->ops->submit(self->backend,
                                             &self->requests[self->num_sent],
                                             &why)
                      == 0)
            self->num_sent++;
        if (self->num_sent < self->num && why.code != ERR_TRANSIENT)
            return error_set(err, why.code, "%s", why.text);
        if (take(self, err) < 0)
            return -1;
    }
    return (int)(self->num_there - before);
}

/* Replace the first `from` by `to`; NULL where there is none.  free() */
static char *replace(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    if (!at)
        return NULL;
    return text_format("%.*s%s%s",
                       (int)(at - text),
                       text,
                       to,
                       at + strlen(from));
}

char *voice_swapped(const char *wording)
{
    static const char *const pairs[][2] = {
        { "stereotype, anti-stereotype, unrelated",
          "unrelated, anti-stereotype, stereotype" },
        { "wrong, not wrong", "not wrong, wrong" },
        { "correct or wrong", "wrong or correct" },
        { "YES or NO", "NO or YES" },
        { "Yes or No", "No or Yes" },
        { "yes or no", "no or yes" },
    };
    char *out = NULL;

    if (strstr(wording, "{first}") && strstr(wording, "{second}")) {
        char *marked = replace(wording, "{first}", "{\x01}");
        char *turned = replace(marked, "{second}", "{first}");

        out = replace(turned, "{\x01}", "{second}");
        free(turned);
        free(marked);
    }
    for (size_t i = 0; !out && i < sizeof pairs / sizeof *pairs; i++)
        out = replace(wording, pairs[i][0], pairs[i][1]);
    return out;
}
