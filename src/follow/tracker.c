#include "follow/tracker.h"

#include "base/mem.h"
#include "follow/tracker_parts.h"
#include "plan/plan.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum { GROUPS_PER_STEP = 16 };

struct tracker *tracker_create(const struct tracker_params *params)
{
    struct tracker *self = mem_alloc(1, sizeof *self);

    self->params = *params;
    self->num_plan = params->plan->num_units;
    self->table = follow_up_table_create();
    self->instances = instances_create(params->plan);
    for (size_t s = 0; s < params->num_subjects; s++) {
        instances_add(self->instances,
                      params->subjects[s].task,
                      params->subjects[s].evaluator);
    }
    return self;
}

void tracker_destroy(struct tracker *self)
{
    if (!self)
        return;
    instances_destroy(self->instances);
    follow_up_table_destroy(self->table);
    free((void *)self->added);
    free(self->news);
    free(self);
}

void tracker_remember(struct tracker *self,
                      const struct record *record,
                      uint64_t place)
{
    struct follow_up_entry *entry =
        follow_up_get(self->table, record->reply.unit);

    const bool has_failed = record->reply.state == STATE_FAILED;

    if (entry->place == 0) {
        entry->role = record->role;
        self->num_expected++;
    }
    self->num_expected_failed += has_failed;
    self->num_expected_failed -= entry->has_failed;
    entry->has_failed = has_failed;
    entry->place = place; /* the last one of an id is the one to keep */
}

void tracker_note(struct tracker *self, const struct news *news)
{
    self->news = mem_reserve(self->news,
                             &self->cap_news,
                             self->num_news + 1,
                             sizeof *self->news);
    self->news[self->num_news++] = *news;
}

void tracker_recorded(struct tracker *self,
                      size_t unit,
                      uint64_t place,
                      uint64_t ticket)
{
    if (unit < self->num_plan && instances_num_subjects(self->instances) == 0)
        return;
    tracker_note(self, &(struct news){ ticket, place, unit, NULL });
}

/* Read a group's records; false when one is not there. */
static bool read_group(struct tracker *self,
                       const struct instance_place *place,
                       struct record *records,
                       const struct reply **replies,
                       const struct item **items)
{
    const size_t num = subject_group_size(place->subject, place->group);

    for (size_t i = 0; i < num; i++) {
        const size_t unit = instances_unit(self->instances, place, i);
        int rc = self->params.hooks.read_unit(self->params.hooks.self,
                                              unit,
                                              &records[i],
                                              self->err);

        if (rc <= 0) {
            self->is_broken = rc < 0;
            return false;
        }
        replies[i] = &records[i].reply;
        items[i] = plan_item(self->params.plan, unit);
    }
    return true;
}

static void judge_instance(struct tracker *self, uint64_t instance)
{
    const struct instance_place place =
        instances_place(self->instances, instance);
    const size_t num = subject_group_size(place.subject, place.group);
    struct record *records = mem_alloc(num, sizeof *records);
    /* NOLINTBEGIN(bugprone-sizeof-expression): arrays of pointers */
    const struct reply **replies = mem_alloc(num, sizeof *replies);
    const struct item **items = mem_alloc(num, sizeof *items);
    /* NOLINTEND(bugprone-sizeof-expression) */
    struct verdicts *verdicts = mem_alloc(num, sizeof *verdicts);
    const struct judge judge = {
        .evaluator = place.subject->evaluator,
        .prompts = self->params.prompts,
        .answerer = { .self = self, .answer = tracker_answer },
    };

    self->judging = instance;
    if (read_group(self, &place, records, replies, items)) {
        const struct group all = { .items = items,
                                   .replies = replies,
                                   .num_items = num };

        (void)judge_group(&judge, &all, verdicts);
    }
    for (size_t i = 0; i < num; i++)
        record_release(&records[i]);
    free(verdicts);
    free((void *)items);
    free((void *)replies);
    free(records);
}

static size_t take_plan_unit(struct tracker *self, size_t unit)
{
    size_t num = 0;

    for (size_t s = 0; s < instances_num_subjects(self->instances); s++) {
        uint64_t instance;

        if (instances_reply_came(self->instances, s, unit, &instance)) {
            judge_instance(self, instance);
            num++;
        }
    }
    return num;
}

static size_t take_follow_up(struct tracker *self, const struct news *news)
{
    struct follow_up_entry *entry = self->added[news->unit - self->num_plan];
    uint64_t *parents = entry->parents;
    const size_t num_parents = entry->num_parents;
    size_t num = 0;

    if (entry->place != 0)
        return 0;
    entry->place = news->place;
    entry->parents = NULL;
    entry->num_parents = entry->cap_parents = 0;
    request_release(&entry->request);
    for (size_t i = 0; i < num_parents && !self->is_broken; i++) {
        if (instances_answer_came(self->instances, parents[i])) {
            judge_instance(self, parents[i]);
            num++;
        }
    }
    free(parents);
    return num;
}

static size_t take(struct tracker *self, const struct news *news)
{
    if (news->recalled) {
        tracker_add_unit(self, news->recalled);
        return 0;
    }
    return news->unit < self->num_plan ? take_plan_unit(self, news->unit)
                                       : take_follow_up(self, news);
}

int tracker_step(struct tracker *self, uint64_t ticket, struct error *err)
{
    struct error local = { 0 };
    size_t num = 0;
    bool did = false;

    self->err = err ? err : &local;
    while (self->first_news < self->num_news && num < GROUPS_PER_STEP) {
        const struct news news = self->news[self->first_news];

        if (news.ticket > ticket)
            break;
        self->first_news++;
        num += take(self, &news);
        did = true;
        if (self->is_broken)
            return -1;
    }
    if (self->first_news == self->num_news)
        self->first_news = self->num_news = 0;
    return did;
}

bool tracker_is_busy(const struct tracker *self)
{
    return self->num_news > self->first_news;
}

bool tracker_is_catching_up(const struct tracker *self)
{
    return tracker_is_busy(self) && self->news[self->first_news].ticket == 0;
}

size_t tracker_num_expected(const struct tracker *self, size_t *num_failed)
{
    const bool is_expected = tracker_is_catching_up(self);

    *num_failed = is_expected ? self->num_expected_failed : 0;
    return is_expected ? self->num_expected : 0;
}

size_t tracker_num_added(const struct tracker *self)
{
    return self->num_added;
}

size_t tracker_waits_for(struct tracker *self)
{
    struct instance_place place;

    while (self->first_open < self->num_added
           && self->added[self->first_open]->place != 0)
        self->first_open++;
    if (self->first_open == self->num_added
        || self->added[self->first_open]->num_parents == 0)
        return SIZE_MAX;
    place = instances_place(self->instances,
                            self->added[self->first_open]->parents[0]);
    return instances_unit(self->instances, &place, 0);
}

void tracker_count_asked(const struct tracker *self, struct tracker_asked *out)
{
    const size_t num_tasks = self->params.plan->params.num_tasks;

    for (size_t i = self->first_open; i < self->num_added; i++) {
        const struct follow_up_entry *entry = self->added[i];

        for (size_t p = 0; entry->place == 0 && p < entry->num_parents; p++) {
            const struct instance_place place =
                instances_place(self->instances, entry->parents[p]);
            struct tracker_asked *asked =
                &out[place.model * num_tasks + place.subject->task];

            asked->num++;
            asked->role = entry->role;
        }
    }
}

bool tracker_is_done(const struct tracker *self, size_t unit)
{
    return self->added[unit - self->num_plan]->place != 0;
}

bool tracker_has_failed(const struct tracker *self, size_t unit)
{
    return self->added[unit - self->num_plan]->has_failed;
}

struct hash128 tracker_id(const struct tracker *self, size_t unit)
{
    return self->added[unit - self->num_plan]->id;
}

size_t tracker_find(const struct tracker *self, struct hash128 id)
{
    const struct follow_up_entry *entry = follow_up_find(self->table, id);

    return entry ? entry->unit : SIZE_MAX;
}

enum role tracker_role(const struct tracker *self, size_t unit)
{
    return self->added[unit - self->num_plan]->role;
}

const struct request *tracker_request(const struct tracker *self, size_t unit)
{
    return &self->added[unit - self->num_plan]->request;
}

uint64_t tracker_place(const struct tracker *self, struct hash128 id)
{
    const struct follow_up_entry *entry = follow_up_find(self->table, id);

    return entry ? entry->place : 0;
}
