/* Who answers what an evaluator asks: at once, another run, the journal, or a
 * unit that comes of it. */
#include "base/mem.h"
#include "follow/tracker_parts.h"

static enum answer read_answer(struct tracker *self,
                               const struct follow_up_entry *entry,
                               struct reply *out)
{
    struct record record = { 0 };

    if (self->params.hooks.read_place(self->params.hooks.self,
                                      entry->place,
                                      &record,
                                      self->err)
        < 0) {
        self->is_broken = true;
        return ANSWER_NONE;
    }
    *out = record.reply;
    record.reply = (struct reply){ 0 };
    record_release(&record);
    return ANSWER_THERE;
}

/* Takes `request` over. */
static void add_unit(struct tracker *self,
                     struct follow_up_entry *entry,
                     enum role role,
                     struct request *request)
{
    /* NOLINTBEGIN(bugprone-sizeof-expression): an array of pointers */
    self->added = mem_reserve((void *)self->added,
                              &self->cap_added,
                              self->num_added + 1,
                              sizeof *self->added);
    /* NOLINTEND(bugprone-sizeof-expression) */
    entry->role = role;
    entry->unit = self->num_plan + self->num_added;
    entry->request = *request;
    self->added[self->num_added++] = entry;
    self->params.hooks.add(self->params.hooks.self,
                           entry->unit,
                           role,
                           &entry->request);
}

/* What another run has left; its record goes into the journal once. */
static enum answer recall(struct tracker *self,
                          struct follow_up_entry *entry,
                          enum role role,
                          struct reply *out)
{
    const struct tracker_hooks *hooks = &self->params.hooks;
    uint64_t place = 0;
    int rc;

    if (!hooks->recall || entry->unit != SIZE_MAX
        || (entry->place != 0 && !entry->is_recalled))
        return ANSWER_NONE;
    rc = hooks->recall(hooks->self,
                       role,
                       entry->id,
                       entry->is_recalled ? NULL : &place,
                       out,
                       self->err);
    self->is_broken |= rc < 0;
    if (rc <= 0)
        return ANSWER_NONE;
    if (!entry->is_recalled) {
        entry->is_recalled = true;
        entry->role = role;
        entry->place = place;
    }
    return ANSWER_THERE;
}

enum answer tracker_answer(void *context,
                           const struct ask *ask,
                           struct reply *out)
{
    struct tracker *self = context;
    const struct tracker_hooks *hooks = &self->params.hooks;
    struct request request = { 0 };
    struct follow_up_entry *entry;
    enum answer now = hooks->now(hooks->self, ask, out);

    if (now != ANSWER_NONE || !hooks->request(hooks->self, ask, &request))
        return now;
    entry = follow_up_get(self->table, request.unit);
    if (recall(self, entry, ask->role, out) == ANSWER_THERE) {
        request_release(&request);
        return ANSWER_THERE;
    }
    if (self->is_broken) {
        request_release(&request);
        return ANSWER_NONE;
    }
    if (entry->place != 0) {
        request_release(&request);
        return read_answer(self, entry, out);
    }
    if (entry->unit == SIZE_MAX) {
        add_unit(self, entry, ask->role, &request);
    } else {
        request_release(&request);
    }
    follow_up_add_parent(entry, self->judging);
    instances_asked(self->instances, self->judging);
    return ANSWER_LATER;
}
