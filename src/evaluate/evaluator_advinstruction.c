#include "base/text.h"
#include "evaluate/cosine.h"
#include "evaluate/kinds.h"
#include "evaluate/rules.h"

#include <math.h>
#include <stdio.h>

static const char *const labels[] = { "", NULL };

static bool is_variant(const struct item *item)
{
    return isfinite(item_number(item, "index")) && item_text(item, "type");
}

static bool is_original(const struct item *item)
{
    return is_variant(item) && text_equal(item_text(item, "type"), "original");
}

/* An instruction with all its perturbed forms. */
static void group(const struct item *item, struct group_key *out)
{
    if (is_variant(item)) {
        snprintf(out->text,
                 sizeof out->text,
                 "instruction %.17g",
                 item_number(item, "index"));
    } else {
        snprintf(out->text, sizeof out->text, "item %zu", item->index);
    }
}

static bool has_words(const struct reply *reply)
{
    return state_has_text(reply->state) && reply->text
           && reply->state != STATE_EMPTY;
}

/* False for NaN and for what no cosine can be; in single precision 1 comes out
 * a little larger at times. */
static bool is_cosine(double number)
{
    return fabs(number) <= 1 + 1e-5;
}

/* What has been recorded beside the reply goes first; in profile paper whatever
 * the reply was.  True when that settles both profiles. */
static bool use_recorded(const struct reply *reply, struct verdicts *out)
{
    const double recorded = asking_recorded_number(reply, "similarity");
    struct verdict verdict = rules_found(reply, LABEL_NONE, recorded);

    if (!is_cosine(recorded))
        return false;
    verdict.origin = ORIGIN_RECORDED;
    if (state_has_text(reply->state) || reply->state == STATE_BLOCKED)
        out->by_profile[PROFILE_PAPER] = verdict;
    if (has_words(reply))
        out->by_profile[PROFILE_CORRECTED] = verdict;
    return has_words(reply);
}

/* How like the reply to a perturbed form is to that of the original.  True
 * when it asked. */
static bool judge_variant(const struct group *group,
                          size_t original,
                          size_t variant,
                          struct ask_list *asks,
                          struct verdicts *out)
{
    const struct reply *first = group->replies[original];
    const struct reply *reply = group->replies[variant];
    const struct cosine_side a = { "reply", original, first->text };
    const struct cosine_side b = { "reply", variant, reply->text };
    struct verdict verdict = asking_unjudged();
    double cosine;
    const bool has_asked = cosine_get(group, &a, &b, asks, &cosine);

    if (!isnan(cosine)) {
        verdict = rules_found(reply, LABEL_NONE, cosine);
        verdict.origin = ORIGIN_ASKED;
    }
    for (int p = 0; p < NUM_PROFILES; p++)
        out->by_profile[p] = verdict;
    return has_asked;
}

/* The first original of the group, or num_items. */
static size_t find_original(const struct group *group)
{
    size_t i = 0;

    while (i < group->num_items && !is_original(group->items[i]))
        i++;
    return i;
}

static enum evaluator_result judge(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   struct error *err)
{
    const size_t original = find_original(group);
    bool has_asked = false;

    (void)err;
    for (size_t i = 0; i < group->num_items; i++) {
        const struct reply *reply = group->replies[i];

        for (int p = 0; p < NUM_PROFILES; p++)
            out[i].by_profile[p] = verdict_none(reply);
        if (original == group->num_items || !is_variant(group->items[i])
            || is_original(group->items[i]) || use_recorded(reply, &out[i]))
            continue;
        if (!has_words(group->replies[original]))
            continue;
        if (has_words(reply)) {
            has_asked |= judge_variant(group, original, i, asks, &out[i]);
        } else if (reply->state == STATE_EMPTY) {
            /* Silence is as unlike an answer as can be. */
            out[i].by_profile[PROFILE_CORRECTED] = rules_unparsed(reply, 0);
        }
    }
    return has_asked ? EVALUATOR_ASKS : EVALUATOR_DONE;
}

const struct evaluator_ops evaluator_advinstruction = {
    .name = "advinstruction",
    .help = "likeness of replies to an instruction and its perturbed forms",
    .source = "TrustLLM paper, robustness, natural noise: similarity of the "
              "replies to original and perturbed (not "
              "RobustnessEval.advinstruction_eval)",
    .labels = labels,
    .roles = 1u << ROLE_EMBEDDER,
    .group = group,
    .judge = judge,
};
