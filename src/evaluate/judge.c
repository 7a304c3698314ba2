#include "evaluate/judge.h"

#include "base/log.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounds of asking, and questions of one group: far above what evaluators do.
 * One that goes on asking is broken. */
enum { MAX_ROUNDS = 16, MAX_ASKS_PER_ITEM = 64 };

/* One unit with the group it belongs to, for sorting. */
struct member {
    struct group_key key;
    uint32_t repeat;
    size_t unit;
};

/* The answers a group has had so far. */
struct answers {
    struct follow_up *list; /* [num] */
    struct reply *replies;  /* [num] */
    char (*questions)[sizeof(((struct ask *)0)->question)];
    size_t num;
    size_t caps[3];
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;
    int order = strcmp(x->key.text, y->key.text);

    if (order != 0)
        return order;
    if (x->repeat != y->repeat)
        return x->repeat < y->repeat ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static void answers_release(struct answers *self)
{
    for (size_t i = 0; i < self->num; i++)
        reply_release(&self->replies[i]);
    free(self->list);
    free(self->replies);
    free(self->questions);
}

/* Takes `reply` over.  Pointers are set anew: the arrays may have moved. */
static void answers_add(struct answers *self,
                        const struct ask *ask,
                        const struct reply *reply)
{
    const size_t num = self->num + 1;

    self->list =
        mem_reserve(self->list, &self->caps[0], num, sizeof *self->list);
    self->replies =
        mem_reserve(self->replies, &self->caps[1], num, sizeof *self->replies);
    self->questions = mem_reserve(self->questions,
                                  &self->caps[2],
                                  num,
                                  sizeof *self->questions);
    self->replies[self->num] = *reply;
    memcpy(self->questions[self->num], ask->question, sizeof ask->question);
    self->list[self->num].member = ask->member;
    self->num = num;
    for (size_t i = 0; i < num; i++) {
        self->list[i].question = self->questions[i];
        self->list[i].reply = &self->replies[i];
    }
}

/* Have `asks` answered; what comes is added to `answers`. */
static enum answer answer_all(const struct judge *judge,
                              const struct group *group,
                              const struct ask_list *asks,
                              struct answers *answers)
{
    bool is_late = false;
    size_t before = answers->num;

    for (size_t i = 0; i < asks->num_asks && judge->answerer.answer; i++) {
        struct ask *ask = &asks->asks[i];
        struct reply reply = { 0 };

        ask->about = group->replies[ask->member];
        switch (judge->answerer.answer(judge->answerer.self, ask, &reply)) {
        case ANSWER_THERE:
            answers_add(answers, ask, &reply);
            break;
        case ANSWER_LATER:
            is_late = true;
            break;
        case ANSWER_NONE:
            break;
        }
    }
    if (is_late)
        return ANSWER_LATER;
    return answers->num > before ? ANSWER_THERE : ANSWER_NONE;
}

/* The last answer about a member, of which there is one at least; NULL: none. */
static const struct reply *last_answer(const struct answers *answers,
                                       size_t member)
{
    for (size_t i = answers->num; i-- > 0;) {
        if (answers->list[i].member == member)
            return &answers->replies[i];
    }
    return NULL;
}

/* One that failed or was too long: another's text is not to blame then. */
static bool is_one_without_text(const struct answers *answers, size_t member)
{
    for (size_t i = 0; i < answers->num; i++) {
        if (answers->list[i].member == member
            && !state_has_text(answers->replies[i].state))
            return true;
    }
    return false;
}

static bool is_asked(const struct ask_list *asks, size_t member)
{
    for (size_t i = 0; i < asks->num_asks; i++) {
        if (asks->asks[i].member == member)
            return true;
    }
    return false;
}

/* An evaluator asks on until it has what it needs: where it does not, and has
 * no verdict, the last answer was of no use to it. */
static void tell_unread(const struct judge *judge,
                        const struct group *group,
                        const struct answers *answers,
                        const struct ask_list *asks,
                        const struct verdicts *verdicts)
{
    for (size_t i = 0; judge->unread && i < group->num_items; i++) {
        const struct reply *last = last_answer(answers, i);
        bool is_open = false;

        for (int p = 0; p < NUM_PROFILES; p++)
            is_open |= verdicts[i].by_profile[p].state == STATE_UNJUDGED;
        if (last && is_open && !is_one_without_text(answers, i)
            && !is_asked(asks, i))
            judge->unread(judge->answerer.self, last);
    }
}

/* ERR_FORMAT when there are too many asks to be meant. */
static enum answer answer_asks(const struct judge *judge,
                               const struct group *group,
                               const struct ask_list *asks,
                               struct answers *answers,
                               struct error *err)
{
    if (asks->num_asks <= MAX_ASKS_PER_ITEM * group->num_items)
        return answer_all(judge, group, asks, answers);
    (void)error_set(err, ERR_FORMAT, "asks without end");
    return ANSWER_NONE;
}

/* Ask and judge until nothing changes. */
static enum judged judge_rounds(const struct judge *judge,
                                struct group *group,
                                struct answers *answers,
                                struct verdicts *out,
                                struct error *err)
{
    for (int round = 0; round < MAX_ROUNDS; round++) {
        struct ask_list asks = { 0 };
        enum evaluator_result result =
            judge->evaluator->judge(group, out, &asks, err);
        enum answer answer = ANSWER_NONE;

        if (result == EVALUATOR_ASKS)
            answer = answer_asks(judge, group, &asks, answers, err);
        if (answer == ANSWER_NONE && result != EVALUATOR_FAILED)
            tell_unread(judge, group, answers, &asks, out);
        ask_list_release(&asks);
        group->answers = answers->list;
        group->num_answers = answers->num;
        if (result == EVALUATOR_FAILED || err->text[0])
            return JUDGED_FAILED;
        if (answer == ANSWER_LATER)
            return JUDGED_WAITS;
        if (answer == ANSWER_NONE)
            return JUDGED_ALL;
    }
    (void)error_set(err, ERR_FORMAT, "asks in more than %d rounds", MAX_ROUNDS);
    return JUDGED_FAILED;
}

enum judged judge_group(const struct judge *judge,
                        const struct group *group,
                        struct verdicts *out)
{
    struct group asked = *group;
    struct answers answers = { 0 };
    struct error err = { 0 };
    enum judged judged;

    asked.prompts = judge->prompts;
    judged = judge_rounds(judge, &asked, &answers, out, &err);
    answers_release(&answers);
    if (judged != JUDGED_FAILED)
        return judged;
    log_warn("%s failed on an item of %s: %s",
             judge->evaluator->name,
             group->items[0]->task,
             err.text);
    for (size_t i = 0; i < group->num_items; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            out[i].by_profile[p] = (struct verdict){ .state = STATE_FAILED,
                                                     .label = LABEL_NONE,
                                                     .value = (double)NAN };
        }
    }
    return judged;
}

static enum judged worse(enum judged a, enum judged b)
{
    if (a == JUDGED_WAITS || b == JUDGED_WAITS)
        return JUDGED_WAITS;
    return a == JUDGED_FAILED ? a : b;
}

static enum judged judge_alone(const struct judge *judge,
                               const struct item *const *items,
                               const struct reply *const *replies,
                               size_t num,
                               struct verdicts *out)
{
    enum judged judged = JUDGED_ALL;

    for (size_t i = 0; i < num; i++) {
        struct group group = { .items = &items[i],
                               .replies = &replies[i],
                               .num_items = 1 };

        judged = worse(judged, judge_group(judge, &group, &out[i]));
    }
    return judged;
}

enum judged judge_units(const struct judge *judge,
                        const struct item *const *items,
                        const struct reply *const *replies,
                        const uint32_t *repeats,
                        size_t num,
                        struct verdicts *out)
{
    struct member *members;
    const struct item **group_items;
    const struct reply **group_replies;
    struct verdicts *verdicts;
    enum judged judged = JUDGED_ALL;

    if (!judge->evaluator->group)
        return judge_alone(judge, items, replies, num, out);
    members = mem_alloc(num, sizeof *members);
    group_items = mem_alloc(num, sizeof(const struct item *));
    group_replies = mem_alloc(num, sizeof(const struct reply *));
    verdicts = mem_alloc(num, sizeof *verdicts);
    for (size_t i = 0; i < num; i++) {
        judge->evaluator->group(items[i], &members[i].key);
        members[i].repeat = repeats[i];
        members[i].unit = i;
    }
    qsort(members, num, sizeof *members, compare_members);
    for (size_t from = 0, to; from < num; from = to) {
        for (to = from;
             to < num && members[to].repeat == members[from].repeat
             && strcmp(members[to].key.text, members[from].key.text) == 0;
             to++) {
            group_items[to - from] = items[members[to].unit];
            group_replies[to - from] = replies[members[to].unit];
        }
        struct group group = { .items = group_items,
                               .replies = group_replies,
                               .num_items = to - from };

        judged = worse(judged, judge_group(judge, &group, verdicts));
        for (size_t i = from; i < to; i++)
            out[members[i].unit] = verdicts[i - from];
    }
    free(verdicts);
    free((void *)group_replies);
    free((void *)group_items);
    free(members);
    return judged;
}
