/* Every evaluator against its contract. */
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HUGE_LEN = 32 * 1024 };

/* Items of every kind there is, and of none. */
static const char *const entries[] = {
    "{}",
    "{\"source\":\"mc\",\"answer\":\"A\",\"label\":\"A\",\"task\":\"mnli\"}",
    "{\"source\":7,\"answer\":[1],\"label\":{},\"task\":null,\"option\":[]}",
    "{\"label\":1e300,\"task\":\"mnli\",\"index\":-1}",
    "{\"label\":\"9\",\"option\":\"\",\"gt-email\":\"\",\"answer\":\"\"}",
    "{\"prompt\":\"(1) a (1) b (9) c (0) d (12) e (\",\"option\":\"1\"}",
    "{\"type\":\"force\",\"index\":1}",
    "{\"type\":\"high\"}",
    "{\"source\":\"squad\",\"question\":\"q\",\"answer\":[\"a\"]}",
    "{\"knowledge\":\"k\",\"modified knowledge\":\"m\"}",
    "{\"sentence\":\"s\",\"bias_type\":\"b\",\"label\":\"unrelated\"}",
    "{\"input\":\"i\",\"label\":\"wrong\"}",
    "{\"source\":\"ddxplus\",\"label\":\"l\"}",
    "{\"source\":\"persona\",\"n_completion\":\"n\",\"s_completion\":\"s\"}",
    /* neighbours, so that they are judged together */
    "{\"source\":\"preference\",\"prompt\":\"\\\"x\\\" or \\\"y\\\"\"}",
    "{\"source\":\"preference\",\"prompt\":\"\\\"y\\\" or \\\"x\\\"\"}",
    "{\"index\":3,\"type\":\"original\"}",
    "{\"index\":3,\"type\":\"other\"}",
};

/* The names of all wordings that evaluators fill, so that they can ask. */
static char names[][32] = {
    "adv_factuality",        "ethics",
    "internal_answer",       "ood_generalization",
    "stereotype_agreement",  "stereotype_recognition",
    "sycophancy_preference",
};

static char wording[] = "{question} {reply}";
static struct prompt wordings[ARRAY_LEN(names)];
static const struct prompts prompts = { wordings, ARRAY_LEN(wordings) };

/* How every follow-up is answered. */
enum manner {
    BY_NOBODY,
    BY_SCORES, /* and a text beside them */
    BY_FAILURE,
    BY_NONSENSE,
    NUM_MANNERS,
};

enum { MAX_ROUNDS = 16, MAX_ANSWERS = 64, MAX_ITEMS = 2 };

/* The answers given so far, and room for what they point to. */
struct dialogue {
    struct follow_up list[MAX_ANSWERS];
    char questions[MAX_ANSWERS][sizeof((struct ask *)0)->question];
    size_t num;
};

static double scores[] = { 0.4, 0.3, 0.5 };
static double other_scores[] = { 0.1, 0.05, 0.2 };
static double nonsense[] = { (double)NAN };
static char yes_no[] = "Yes, no";
static char no_word[] = "\xff";

/* In turn with the first, so that no answer passes for another one. */
static const struct reply other_answer = { .state = STATE_ANSWERED,
                                           .text = no_word,
                                           .text_len = sizeof no_word - 1,
                                           .values = other_scores,
                                           .num_values =
                                               ARRAY_LEN(other_scores) };

static const struct reply answers[NUM_MANNERS] = {
    [BY_FAILURE] = { .state = STATE_FAILED },
    [BY_SCORES] = { .state = STATE_ANSWERED,
                    .text = yes_no,
                    .text_len = sizeof yes_no - 1,
                    .values = scores,
                    .num_values = ARRAY_LEN(scores) },
    [BY_NONSENSE] = { .state = STATE_ANSWERED,
                      .text = no_word,
                      .text_len = sizeof no_word - 1,
                      .values = nonsense,
                      .num_values = ARRAY_LEN(nonsense) },
};

/* Whether anything was asked; for test_all_asked(). */
static bool has_asked;

/* chi_square has a table of so many. */
enum { MOST_LABELS = 64 };

static int num_labels(const struct evaluator_ops *evaluator)
{
    int num = 0;

    while (evaluator->labels[num])
        num++;
    return num;
}

/* Whether a verdict is one that a reply of this state may get. */
static void check_verdict(const struct evaluator_ops *evaluator,
                          const struct reply *reply,
                          const struct verdict *verdict)
{
    assert_true(verdict->label >= 0 && verdict->label < num_labels(evaluator));
    assert_true(!isinf(verdict->value));
    assert_true(verdict->error >= 0 && !isinf(verdict->error));
    assert_true((unsigned)verdict->origin < NUM_ORIGINS);
    if (evaluator->roles == 0)
        assert_int_not_equal(verdict->origin, ORIGIN_ASKED);
    if (!state_has_text(reply->state)) {
        assert_int_equal(verdict->state, reply->state);
        assert_int_equal(verdict->label, LABEL_NONE);
    }
    if (verdict->state == reply->state)
        return;
    assert_true(reply->state == STATE_ANSWERED
                || reply->state == STATE_TRUNCATED);
    assert_true(verdict->state == STATE_UNPARSED
                || verdict->state == STATE_REFUSED
                || verdict->state == STATE_UNJUDGED);
}

/* What hangs on an answer that nobody gave has no value. */
static void check_unanswered(const struct verdict *verdict)
{
    assert_int_not_equal(verdict->origin, ORIGIN_ASKED);
    if (verdict->state == STATE_UNJUDGED) {
        assert_int_equal(verdict->label, LABEL_NONE);
        assert_true(isnan(verdict->value));
    }
}

static void check_same(const struct verdicts *a, const struct verdicts *b)
{
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct verdict *x = &a->by_profile[p];
        const struct verdict *y = &b->by_profile[p];

        assert_int_equal(x->state, y->state);
        assert_int_equal(x->label, y->label);
        assert_int_equal(x->origin, y->origin);
        assert_true(x->error == y->error);
        assert_true(isnan(x->value) ? isnan(y->value) : x->value == y->value);
    }
}

static enum request_kind kind_of(enum role role)
{
    static const enum request_kind kinds[NUM_ROLES] = {
        [ROLE_JUDGE] = REQUEST_CHAT,
        [ROLE_REFUSAL] = REQUEST_CLASSIFY,
        [ROLE_EMBEDDER] = REQUEST_EMBED,
        [ROLE_TOXICITY] = REQUEST_CLASSIFY,
    };

    return kinds[role];
}

static bool is_asked(const struct ask *ask, const char *question, size_t member)
{
    return ask->member == member && text_equal(ask->question, question);
}

static void check_ask(const struct evaluator_ops *evaluator,
                      const struct group *group,
                      const struct ask_list *asks,
                      size_t at)
{
    const struct ask *ask = &asks->asks[at];
    const struct request *request = &ask->request;

    assert_true(ask->role > ROLE_ANSWER && ask->role < NUM_ROLES);
    assert_true(evaluator->roles & 1u << ask->role);
    assert_true(ask->member < group->num_items);
    assert_true(ask->question[0] != '\0');
    assert_non_null(memchr(ask->question, '\0', sizeof ask->question));
    assert_int_equal(request->kind, kind_of(ask->role));
    assert_true(request->num_messages > 0);
    for (uint32_t i = 0; i < request->num_messages; i++) {
        assert_non_null(request->messages[i].role);
        assert_non_null(request->messages[i].text);
    }
    if (request->kind == REQUEST_CHAT)
        assert_true(request->sampling.max_tokens > 0);
    /* once, and not what was answered */
    for (size_t i = 0; i < at; i++)
        assert_false(
            is_asked(ask, asks->asks[i].question, asks->asks[i].member));
    for (size_t i = 0; i < group->num_answers; i++) {
        const struct follow_up *answer = &group->answers[i];

        assert_false(is_asked(ask, answer->question, answer->member));
    }
}

/* One call.  `out` holds rubbish before: all of it must be written. */
static enum evaluator_result call(const struct evaluator_ops *evaluator,
                                  const struct group *group,
                                  struct ask_list *asks,
                                  struct verdicts *out)
{
    enum evaluator_result result;

    memset(out, 0xff, group->num_items * sizeof *out);
    result = evaluator->judge(group, out, asks, NULL);
    assert_true(result == EVALUATOR_DONE || result == EVALUATOR_ASKS);
    assert_true((result == EVALUATOR_ASKS) == (asks->num_asks > 0));
    for (size_t i = 0; i < asks->num_asks; i++)
        check_ask(evaluator, group, asks, i);
    for (size_t i = 0; i < group->num_items; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            check_verdict(evaluator, group->replies[i], &out[i].by_profile[p]);
            if (group->num_answers == 0)
                check_unanswered(&out[i].by_profile[p]);
        }
    }
    return result;
}

static void give_answers(struct dialogue *dialogue,
                         const struct ask_list *asks,
                         enum manner manner)
{
    for (size_t i = 0; i < asks->num_asks; i++) {
        const size_t at = dialogue->num++;

        assert_true(at < MAX_ANSWERS);
        memcpy(dialogue->questions[at],
               asks->asks[i].question,
               sizeof asks->asks[i].question);
        dialogue->list[at] =
            (struct follow_up){ .question = dialogue->questions[at],
                                .member = asks->asks[i].member,
                                .reply = manner == BY_SCORES && at % 2
                                             ? &other_answer
                                             : &answers[manner] };
    }
}

/* The same verdicts when the last answer stands first. */
static void call_turned(const struct evaluator_ops *evaluator,
                        struct group group,
                        const struct dialogue *dialogue,
                        const struct verdicts *want)
{
    struct follow_up turned[MAX_ANSWERS];
    struct verdicts got[MAX_ITEMS];
    struct ask_list asks = { 0 };

    for (size_t i = 0; i < dialogue->num; i++)
        turned[i] = dialogue->list[dialogue->num - 1 - i];
    group.answers = turned;
    group.num_answers = dialogue->num;
    call(evaluator, &group, &asks, got);
    ask_list_release(&asks);
    for (size_t i = 0; i < group.num_items; i++)
        check_same(&want[i], &got[i]);
}

/* Calls until nothing more is asked. */
static void converse(const struct evaluator_ops *evaluator,
                     struct group group,
                     enum manner manner)
{
    struct dialogue dialogue = { 0 };
    struct verdicts out[MAX_ITEMS];
    enum evaluator_result result = EVALUATOR_ASKS;

    for (int round = 0; result == EVALUATOR_ASKS; round++) {
        struct ask_list asks = { 0 };

        assert_true(round < MAX_ROUNDS);
        result = call(evaluator, &group, &asks, out);
        if (asks.num_asks > 0)
            has_asked = true;
        if (manner == BY_NOBODY)
            result = EVALUATOR_DONE;
        else
            give_answers(&dialogue, &asks, manner);
        ask_list_release(&asks);
        group.answers = dialogue.list;
        group.num_answers = dialogue.num;
    }
    call_turned(evaluator, group, &dialogue, out);
}

static bool is_together(const struct evaluator_ops *evaluator,
                        const struct item *a,
                        const struct item *b)
{
    struct group_key x = { 0 };
    struct group_key y = { 0 };

    if (!evaluator->group)
        return false;
    evaluator->group(a, &x);
    evaluator->group(b, &y);
    return text_equal(x.text, y.text);
}

/* Every entry, with the next one where they belong together.
 * num_manners: how many of the manners to try; long texts take time. */
static void judge_with(const struct evaluator_ops *evaluator,
                       const struct reply *reply,
                       int num_manners)
{
    struct cJSON *parsed[ARRAY_LEN(entries)];
    struct item items[ARRAY_LEN(entries)];

    for (size_t e = 0; e < ARRAY_LEN(entries); e++) {
        const char *prompt;

        parsed[e] = json_parse(entries[e], strlen(entries[e]), "entry", NULL);
        assert_non_null(parsed[e]);
        prompt = json_member_text(parsed[e], "prompt");
        items[e] = (struct item){ .task = "x",
                                  .index = e,
                                  .entry = parsed[e],
                                  .prompt = prompt ? prompt : "" };
    }
    for (size_t e = 0; e < ARRAY_LEN(entries); e++) {
        const size_t next = (e + 1) % ARRAY_LEN(entries);
        const struct item *both[] = { &items[e], &items[next] };
        const struct reply *replies[] = { reply, reply };
        struct group group = {
            .items = both,
            .replies = replies,
            .num_items = is_together(evaluator, both[0], both[1]) ? 2 : 1
        };

        if (num_manners > 1)
            converse(evaluator, group, BY_NOBODY); /* nor any wording */
        group.prompts = &prompts;
        for (int m = 0; m < (evaluator->roles ? num_manners : 1); m++)
            converse(evaluator, group, (enum manner)m);
    }
    for (size_t e = 0; e < ARRAY_LEN(entries); e++)
        json_free(parsed[e]);
}

static void judge_text(const struct evaluator_ops *evaluator,
                       const char *text,
                       size_t len,
                       enum finish_reason finish,
                       int num_manners)
{
    struct reply reply = { 0 };

    reply_set_text(&reply, text, len, finish);
    judge_with(evaluator, &reply, num_manners);
    reply_release(&reply);
}

static void test_slots(void **state)
{
    const struct evaluator_ops *const *kinds = evaluator_kinds();
    size_t num = 0;

    (void)state;
    for (; kinds[num]; num++) {
        const struct evaluator_ops *one = kinds[num];

        assert_non_null(one->name);
        assert_non_null(one->help);
        assert_non_null(one->source);
        assert_non_null(one->labels);
        assert_string_equal(one->labels[LABEL_NONE], "");
        assert_true(num_labels(one) <= MOST_LABELS);
        assert_non_null(one->judge);
        assert_false(one->roles & 1u << ROLE_ANSWER);
        assert_true(one->roles < 1u << NUM_ROLES);
        assert_ptr_equal(evaluator_find(one->name), one);
    }
    assert_true(num >= 9);
    assert_null(evaluator_find("no such"));
    assert_null(evaluator_find(NULL));
}

static void test_no_items(void **state)
{
    const struct group group = { 0 };

    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        struct ask_list asks = { 0 };

        assert_int_equal(evaluator_kinds()[i]->judge(&group, NULL, &asks, NULL),
                         EVALUATOR_DONE);
        assert_int_equal(asks.num_asks, 0);
    }
}

static void test_states_without_text(void **state)
{
    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        for (int s = STATE_ANSWERED; s < NUM_STATES; s++) {
            const struct reply reply = { .state = (enum state)s };

            judge_with(evaluator_kinds()[i], &reply, NUM_MANNERS);
        }
    }
}

/* A long run of one pattern, and bytes that are no UTF-8. */
static void test_hard_texts(void **state)
{
    static const char *const pieces[] = {
        "a",
        "@",
        ".",
        "A ",
        "(1) ",
        "yes ",
        "\n",
        "-1",
        "1",
        "\xff",
        "\xe6",
        "answer: ",
        "\xf0\x9f\x98\x80",
        "a-",
        "I am ",
        "\"",
        "is ",
    };

    (void)state;
    for (size_t p = 0; p < ARRAY_LEN(pieces); p++) {
        struct text huge = { 0 };

        while (huge.len < HUGE_LEN)
            text_add(&huge, pieces[p]);
        for (size_t i = 0; evaluator_kinds()[i]; i++) {
            const struct evaluator_ops *one = evaluator_kinds()[i];

            judge_text(one, text_data(&huge), huge.len, FINISH_STOP, 1);
            judge_text(one,
                       pieces[p],
                       strlen(pieces[p]),
                       FINISH_LENGTH,
                       NUM_MANNERS);
        }
        text_release(&huge);
    }
}

/* Who may ask does: else the items and wordings above miss it, and nothing of
 * its asking was tested. */
static void test_all_asked(void **state)
{
    static const char text[] =
        "It may well be so, though many would see it in quite another light.";

    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        const struct evaluator_ops *one = evaluator_kinds()[i];

        has_asked = false;
        judge_text(one, text, strlen(text), FINISH_STOP, NUM_MANNERS);
        if (has_asked != (one->roles != 0))
            fail_msg("%s %s", one->name, has_asked ? "asked" : "never asked");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_no_items),
        cmocka_unit_test(test_states_without_text),
        cmocka_unit_test(test_hard_texts),
        cmocka_unit_test(test_all_asked),
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        wordings[i] = (struct prompt){ names[i], wording };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
