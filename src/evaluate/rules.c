#include "evaluate/rules.h"

#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum evaluator_result rules_each(const struct group *group,
                                 struct verdicts *out,
                                 rules_judge_fn fn)
{
    for (size_t i = 0; i < group->num_items; i++) {
        const struct rules_case one = {
            .item = group->items[i],
            .reply = group->replies[i],
            .text = group->replies[i]->text,
        };

        for (int p = 0; p < NUM_PROFILES; p++)
            out[i].by_profile[p] = verdict_none(one.reply);
        if (state_has_text(one.reply->state) && one.text)
            fn(&one, &out[i]);
    }
    return EVALUATOR_DONE;
}

struct verdict rules_found(const struct reply *reply, int label, double value)
{
    return (struct verdict){
        .state = reply->state,
        .label = label,
        .value = value,
    };
}

struct verdict rules_unparsed(const struct reply *reply, double value)
{
    const bool is_empty = reply->state == STATE_EMPTY;

    return (struct verdict){
        .state = is_empty ? STATE_EMPTY : STATE_UNPARSED,
        .label = LABEL_NONE,
        .value = value,
    };
}

bool rules_has(const char *text, const char *part)
{
    char *low_text = utf8_lower(text);
    char *low_part = utf8_lower(part);
    const bool has = strstr(low_text, low_part) != NULL;

    free(low_part);
    free(low_text);
    return has;
}
