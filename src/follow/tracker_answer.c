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

void tracker_add_unit(struct tracker *self, struct follow_up_entry *entry)
{
    /* NOLINTBEGIN(bugprone-sizeof-expression): an array of pointers */
    self->added = mem_reserve((void *)self->added,
                              &self->cap_added,
                              self->num_added + 1,
                              sizeof *self->added);
    /* NOLINTEND(bugprone-sizeof-expression) */
    entry->unit = self->num_plan + self->num_added;
    self->added[self->num_added++] = entry;
    self->params.hooks.add(self->params.hooks.self,
                           entry->unit,
                           entry->role,
                           &entry->request);
    if (entry->place != 0)
        request_release(&entry->request);
}

/* It was answered by an earlier run, and counts as it did then. */
static void add_answered(struct tracker *self,
                         struct follow_up_entry *entry,
                         struct request *request)
{
    self->num_expected--;
    self->num_expected_failed -= entry->has_failed;
    entry->request = *request;
    tracker_add_unit(self, entry);
}

/* What another run has left; its record goes into the journal once, and is a unit
 * as soon as it is safe there.  Takes `request` over then. */
static enum answer recall(struct tracker *self,
                          struct follow_up_entry *entry,
                          enum role role,
                          struct request *request,
                          struct reply *out)
{
    const struct tracker_hooks *hooks = &self->params.hooks;
    struct tracker_record record = { 0 };
    int rc;

    if (!hooks->recall || entry->unit != SIZE_MAX
        || (entry->place != 0 && !entry->is_recalled))
        return ANSWER_NONE;
    rc = hooks->recall(hooks->self,
                       role,
                       entry->id,
                       entry->is_recalled ? NULL : &record,
                       out,
                       self->err);
    self->is_broken |= rc < 0;
    if (rc <= 0)
        return ANSWER_NONE;
    if (!entry->is_recalled) {
        entry->is_recalled = true;
        entry->role = role;
        entry->place = record.place;
        entry->request = *request;
        *request = (struct request){ 0 };
        tracker_note(
            self,
            &(struct news){ record.ticket, record.place, SIZE_MAX, entry });
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
    if (recall(self, entry, ask->role, &request, out) == ANSWER_THERE) {
        request_release(&request);
        return ANSWER_THERE;
    }
    if (self->is_broken) {
        request_release(&request);
        return ANSWER_NONE;
    }
    if (entry->place != 0) {
        if (entry->unit == SIZE_MAX && !entry->is_recalled) {
            add_answered(self, entry, &request);
        } else {
            request_release(&request);
        }
        return read_answer(self, entry, out);
    }
    if (entry->unit == SIZE_MAX) {
        entry->role = ask->role;
        entry->request = request;
        tracker_add_unit(self, entry);
    } else {
        request_release(&request);
    }
    follow_up_add_parent(entry, self->judging);
    instances_asked(self->instances, self->judging);
    return ANSWER_LATER;
}
