/*
 * judged_rows.h - for tests of evaluators that ask: one item, its reply, a
 * judge who always says the same, and what each profile makes of it.
 */
#ifndef JUDGED_ROWS_H
#define JUDGED_ROWS_H

#include "judged.h"

/* state, label as text, value, origin */
struct judged_want {
    enum state state;
    const char *label;
    double value;
    enum origin origin;
};

#define RULE(label, value)                            \
    {                                                 \
        STATE_ANSWERED, (label), (value), ORIGIN_RULE \
    }
#define ASKED(label, value)                            \
    {                                                  \
        STATE_ANSWERED, (label), (value), ORIGIN_ASKED \
    }
#define RECORDED(label, value)                            \
    {                                                     \
        STATE_ANSWERED, (label), (value), ORIGIN_RECORDED \
    }
#define UNPARSED(value)                          \
    {                                            \
        STATE_UNPARSED, "", (value), ORIGIN_RULE \
    }
#define UNREAD                                 \
    {                                          \
        STATE_UNJUDGED, "", NONE, ORIGIN_ASKED \
    }
#define LEFT_OUT                               \
    {                                          \
        STATE_UNPARSED, "", NONE, ORIGIN_ASKED \
    }
#define UNJUDGED                              \
    {                                         \
        STATE_UNJUDGED, "", NONE, ORIGIN_RULE \
    }
#define EMPTY(value)                          \
    {                                         \
        STATE_EMPTY, "", (value), ORIGIN_RULE \
    }

/* opinion: what the judge answers; NULL when nobody can ask one, JUDGED_FAILS
 * when the judge fails.  A recorded one begins with JUDGED_BESIDE. */
struct judged_row {
    const char *entry;
    const char *text; /* NULL: withheld */
    const char *opinion;
    struct judged_want paper;
    struct judged_want corrected;
};

#define JUDGED_FAILS  "\x01"
#define JUDGED_BESIDE "\x02"

static void judged_check(const char *name,
                         const struct evaluator_ops *evaluator,
                         const struct judged_row *row,
                         const struct verdicts *got)
{
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct judged_want *want =
            p == PROFILE_PAPER ? &row->paper : &row->corrected;
        const struct verdict *v = &got->by_profile[p];
        const int same_value = isnan(want->value)
                                   ? isnan(v->value)
                                   : fabs(v->value - want->value) < 1e-12;

        if (v->state == want->state && same_value && v->origin == want->origin
            && strcmp(evaluator->labels[v->label], want->label) == 0)
            continue;
        fail_msg("%s, %s, '%s' + '%s': want %s '%s' %g %s, got %s '%s' %g %s",
                 name,
                 profile_name((enum profile)p),
                 row->text ? row->text : "(withheld)",
                 row->opinion ? row->opinion : "(nobody)",
                 state_name(want->state),
                 want->label,
                 want->value,
                 origin_name(want->origin),
                 state_name(v->state),
                 evaluator->labels[v->label],
                 v->value,
                 origin_name(v->origin));
    }
}

static void judged_reply(const struct judged_row *row, struct reply *reply)
{
    if (!row->text) {
        reply_fail(reply, STATE_BLOCKED, "withheld");
        return;
    }
    reply_set_text(reply, row->text, strlen(row->text), FINISH_STOP);
    if (row->opinion && text_starts(row->opinion, JUDGED_BESIDE)) {
        struct cJSON *object = json_new_object();
        struct text line = { 0 };

        json_add_text(object, "eval_res", row->opinion + 1);
        json_write_line(object, &line);
        json_free(object);
        reply->recorded = text_take(&line);
    }
}

/* Judge one row, asking when told to. */
static void judged_run_row(const char *name, const struct judged_row *row)
{
    const struct evaluator_ops *evaluator = evaluator_find(name);
    struct judged_item own = judged_item(row->entry, 0);
    const struct item *items[] = { &own.item };
    struct reply reply = { 0 };
    struct reply answer = { 0 };
    const struct reply *replies[] = { &reply };
    const struct follow_up answers[] = { { "judge", 0, &answer } };
    struct group group = { .items = items,
                           .replies = replies,
                           .num_items = 1,
                           .prompts = &judged_prompts };
    struct ask_list asks = { 0 };
    struct verdicts got;
    enum evaluator_result result;

    assert_non_null(evaluator);
    judged_reply(row, &reply);
    result = evaluator->judge(&group, &got, &asks, NULL);
    if (row->opinion && row->opinion[0] != JUDGED_BESIDE[0]) {
        assert_int_equal(result, EVALUATOR_ASKS);
        assert_int_equal(asks.num_asks, 1);
        assert_int_equal(asks.asks[0].role, ROLE_JUDGE);
        assert_string_equal(asks.asks[0].question, "judge");
        /* a word or two */
        assert_int_equal(asks.asks[0].request.sampling.max_tokens, 16);
        assert_non_null(
            strstr(asks.asks[0].request.messages[0].text, row->text));
        if (strcmp(row->opinion, JUDGED_FAILS) == 0)
            reply_fail(&answer, STATE_FAILED, "no judge today");
        else
            reply_set_text(&answer,
                           row->opinion,
                           strlen(row->opinion),
                           FINISH_STOP);
        group.answers = answers;
        group.num_answers = 1;
        result = evaluator->judge(&group, &got, NULL, NULL);
        assert_int_equal(result, EVALUATOR_DONE);
    } else {
        const bool hangs =
            got.by_profile[PROFILE_PAPER].state == STATE_UNJUDGED
            || got.by_profile[PROFILE_CORRECTED].state == STATE_UNJUDGED;

        assert_int_equal(result,
                         hangs && !row->opinion ? EVALUATOR_ASKS
                                                : EVALUATOR_DONE);
    }
    judged_check(name, evaluator, row, &got);
    ask_list_release(&asks);
    reply_release(&reply);
    reply_release(&answer);
    json_free(own.entry);
}

static void judged_run(const char *name,
                       const struct judged_row *rows,
                       size_t num)
{
    for (size_t i = 0; i < num; i++)
        judged_run_row(name, &rows[i]);
}

#define RUN(name, rows) judged_run((name), (rows), ARRAY_LEN(rows))

#endif
