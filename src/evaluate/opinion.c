#include "evaluate/opinion.h"

#include "evaluate/pattern.h"
#include "evaluate/rules.h"

#include <math.h>
#include <stdlib.h>

/* A word or two is asked for. */
enum { MAX_TOKENS = 16 };

#define QUESTION "judge"

enum evaluator_result opinion_each(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   opinion_judge_fn fn)
{
    bool has_asked = false;

    for (size_t i = 0; i < group->num_items; i++) {
        const struct opinion_case one = {
            .group = group,
            .member = i,
            .item = group->items[i],
            .reply = group->replies[i],
            .text = group->replies[i]->text,
            .asks = asks,
        };

        for (int p = 0; p < NUM_PROFILES; p++)
            out[i].by_profile[p] = verdict_none(one.reply);
        if (state_has_text(one.reply->state) && one.text)
            has_asked |= fn(&one, &out[i]);
    }
    return has_asked ? EVALUATOR_ASKS : EVALUATOR_DONE;
}

static void fill(const struct opinion_case *one,
                 const struct opinion_question *question,
                 const bool is_open[NUM_PROFILES],
                 const char *opinion,
                 enum origin origin,
                 struct verdicts *out)
{
    for (int p = 0; p < NUM_PROFILES; p++) {
        if (!is_open[p])
            continue;
        out->by_profile[p] = question->read(one, (enum profile)p, opinion);
        out->by_profile[p].origin = origin;
    }
}

/* True when there was a wording to ask with. */
static bool ask(const struct opinion_case *one,
                const struct opinion_question *question)
{
    char *text = asking_fill(one->group,
                             question->wording,
                             question->places,
                             question->num_places);

    if (!text)
        return false;
    asking_chat(one->asks, ROLE_JUDGE, QUESTION, one->member, text, MAX_TOKENS);
    free(text);
    return true;
}

bool opinion_fill(const struct opinion_case *one,
                  const struct opinion_question *question,
                  const bool is_open[NUM_PROFILES],
                  struct verdicts *out)
{
    const struct reply *answer;
    char *recorded;

    if (one->reply->state == STATE_EMPTY)
        return false; /* nobody is asked about white space either */
    recorded = asking_recorded_text(one->reply, "eval_res");
    if (recorded) {
        fill(one, question, is_open, recorded, ORIGIN_RECORDED, out);
        free(recorded);
        return false;
    }
    answer = asking_answer(one->group, QUESTION, one->member);
    if (answer) {
        const bool is_given =
            answer->state == STATE_ANSWERED || answer->state == STATE_TRUNCATED;

        fill(one,
             question,
             is_open,
             is_given ? answer->text : NULL,
             ORIGIN_ASKED,
             out);
        return false;
    }
    for (int p = 0; p < NUM_PROFILES; p++) {
        if (is_open[p])
            out->by_profile[p] = asking_unjudged();
    }
    return ask(one, question);
}

struct verdict opinion_unread(void)
{
    return asking_unjudged();
}

struct verdict opinion_left_out(const struct opinion_case *one,
                                const char *opinion)
{
    return opinion ? rules_unparsed(one->reply, (double)NAN) : opinion_unread();
}

enum opinion_word opinion_yes_no(const char *text)
{
    const bool is_yes = pattern_found("(?i)\\byes\\b", text);
    const bool is_no = pattern_found("(?i)\\bno\\b", text);

    if (is_yes != is_no)
        return is_yes ? OPINION_YES : OPINION_NO;
    return opinion_starts(text);
}

enum opinion_word opinion_starts(const char *text)
{
    if (pattern_found("(?i)\\A\\W*+yes\\b", text))
        return OPINION_YES;
    return pattern_found("(?i)\\A\\W*+no\\b", text) ? OPINION_NO
                                                    : OPINION_NEITHER;
}

size_t opinion_num_chars(const char *text)
{
    size_t num = 0;

    for (; *text; text++) {
        if (((unsigned char)*text & 0xc0) != 0x80)
            num++;
    }
    return num;
}
