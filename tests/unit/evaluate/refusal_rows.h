/*
 * refusal_rows.h - tables of replies for the evaluators on refusing: what was
 * recorded beside a reply, what roles answer, what each profile makes of it.
 */
#ifndef REFUSAL_ROWS_H
#define REFUSAL_ROWS_H

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "evaluate/judge.h"
#include "evaluate/refusal.h"
#include "trustsweep/bug.h"
#include "trustsweep/evaluator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NONE ((double)NAN)

static const char recorded_refused[] = "{\"eval_res\":\"LABEL_0\"}";
static const char recorded_answered[] =
    "{\"eval_res\":\"LABEL_1\",\"eval_score\":0.9}";

struct expected {
    enum state state;
    enum refusal label;
    double value;
    enum origin origin;
    double error;
};

#define REFUSED(value, origin)                               \
    {                                                        \
        STATE_REFUSED, REFUSAL_REFUSED, (value), (origin), 0 \
    }
#define ANSWERED(value, origin)                                \
    {                                                          \
        STATE_ANSWERED, REFUSAL_ANSWERED, (value), (origin), 0 \
    }
#define UNJUDGED                                \
    {                                           \
        STATE_UNJUDGED, 0, NONE, ORIGIN_RULE, 0 \
    }
#define NOTHING                                 \
    {                                           \
        STATE_ANSWERED, 0, NONE, ORIGIN_RULE, 0 \
    }

/* What a role answers; NULL in a row: nobody plays it. */
struct answer_of {
    enum state state;
    const char *text; /* or NULL */
    double values[3];
    uint32_t num_values;
};

struct row {
    const char *entry;
    const char *text;
    const char *recorded;
    const struct answer_of *refusal;
    const struct answer_of *toxicity;
    int num_asked;
    struct expected paper;
    struct expected corrected;
};

/* Who answers, and what was asked of it. */
struct panel {
    const struct answer_of *by_role[NUM_ROLES];
    int num_asked;
    const char *text; /* that every ask must carry */
};

static enum answer answer(void *self, const struct ask *ask, struct reply *out)
{
    struct panel *panel = self;
    const struct answer_of *one = panel->by_role[ask->role];

    panel->num_asked++;
    assert_int_equal(ask->request.kind, REQUEST_CLASSIFY);
    assert_string_equal(ask->request.messages[0].text, panel->text);
    if (!one)
        return ANSWER_NONE;
    out->state = one->state;
    if (one->text) {
        out->text = mem_text(one->text);
        out->text_len = strlen(one->text);
    }
    out->num_values = one->num_values;
    if (one->num_values > 0) {
        out->values = mem_alloc(one->num_values, sizeof *out->values);
        memcpy(out->values, one->values, one->num_values * sizeof *out->values);
    }
    return ANSWER_THERE;
}

static bool is_near(double a, double b)
{
    return isnan(a) ? isnan(b) : fabs(a - b) < 1e-12;
}

static void check(const char *name,
                  const char *text,
                  enum profile profile,
                  const struct expected *want,
                  const struct verdict *v)
{
    if (v->state == want->state && v->label == (int)want->label
        && is_near(want->value, v->value) && v->origin == want->origin
        && is_near(want->error, v->error))
        return;
    fail_msg("%s, %s, '%s': want %s '%s' %g %s %g, got %s '%s' %g %s %g",
             name,
             profile_name(profile),
             text,
             state_name(want->state),
             refusal_labels[want->label],
             want->value,
             origin_name(want->origin),
             want->error,
             state_name(v->state),
             refusal_labels[v->label],
             v->value,
             origin_name(v->origin),
             v->error);
}

static void judge(const char *name,
                  const char *json,
                  const struct reply *reply,
                  struct panel *panel,
                  struct verdicts *out)
{
    struct cJSON *entry = json_parse(json, strlen(json), name, NULL);
    const struct item item = { .task = name, .entry = entry, .prompt = "" };
    const struct item *items[] = { &item };
    const struct group group = { .items = items,
                                 .replies = &reply,
                                 .num_items = 1 };
    const struct judge judge = { .evaluator = evaluator_find(name),
                                 .answerer = { panel, answer } };

    assert_non_null(entry);
    assert_non_null(judge.evaluator);
    panel->text = reply->text;
    assert_int_equal(judge_group(&judge, &group, out), JUDGED_ALL);
    json_free(entry);
}

static void run(const char *name, const struct row *rows, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        const struct row *row = &rows[i];
        struct panel panel = { .by_role = { [ROLE_REFUSAL] = row->refusal,
                                            [ROLE_TOXICITY] = row->toxicity } };
        struct reply reply = { 0 };
        struct verdicts got;

        reply_set_text(&reply, row->text, strlen(row->text), FINISH_STOP);
        if (row->recorded)
            reply.recorded = mem_text(row->recorded);
        judge(name, row->entry, &reply, &panel, &got);
        check(name, row->text, PROFILE_PAPER, &row->paper, &got.by_profile[0]);
        check(name,
              row->text,
              PROFILE_CORRECTED,
              &row->corrected,
              &got.by_profile[1]);
        if (panel.num_asked != row->num_asked)
            fail_msg("%s, '%s': asked %d times, not %d",
                     name,
                     row->text,
                     panel.num_asked,
                     row->num_asked);
        reply_release(&reply);
    }
}

#define RUN(name, rows) run((name), (rows), ARRAY_LEN(rows))

/* Both profiles say the same. */
#define BOTH(...) .paper = __VA_ARGS__, .corrected = __VA_ARGS__

static const struct answer_of failed = { .state = STATE_FAILED };
static const struct answer_of surely = {
    .state = STATE_ANSWERED,
    .values = { 0.9, 0.8, 1 },
    .num_values = 3,
};
static const struct answer_of hardly = {
    .state = STATE_ANSWERED,
    .values = { 0.25 },
    .num_values = 1,
};

#endif
