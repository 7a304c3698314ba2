#include "evaluate/rules.h"

#include "base/mem.h"
#include "evaluate/pattern.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A letter alone: Latin letters and digits join it to a word, other scripts and
 * "_" do not.  An "A" before a lower-case word counts only where that word goes
 * on about the choice. */
#define ALONE                                                \
    "(?<![\\p{Latin}\\p{N}'])([A-H])(?![\\p{Latin}\\p{N}'])" \
    "(?!(?<=A)\\s+(?!(?:is|because|as|since|would|seems|for)\\b)\\p{Ll})"

/* With nothing before it but "My answer is", "I would choose option" and the
 * like, or words of another script. */
#define AT_START                                                        \
    "\\A[^\\p{Latin}]*"                                                 \
    "(?i:(?:my|the|i|would|choose|select|pick|answer|option|choice|is)" \
    "[^\\p{Latin}]+)*+" ALONE

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

char *rules_lower(const char *text)
{
    char *copy = mem_text(text);

    for (char *c = copy; *c; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c | 0x20);
    }
    return copy;
}

bool rules_has(const char *text, const char *part)
{
    char *low_text = rules_lower(text);
    char *low_part = rules_lower(part);
    const bool has = strstr(low_text, low_part) != NULL;

    free(low_part);
    free(low_text);
    return has;
}

/* How often each letter stands alone. */
struct letters {
    size_t counts['H' - 'A' + 1];
};

static void count_letter(const char *text,
                         const struct pattern_hit *hit,
                         void *context)
{
    struct letters *letters = context;

    letters->counts[text[hit->group_from] - 'A']++;
}

char rules_option(const char *text, char last)
{
    struct letters letters = { 0 };
    struct pattern_hit hit;
    char chosen = 0;
    int num_chosen = 0;

    if (last < 'A' || last > 'H')
        BUG("no options up to '%c'", last);
    pattern_each(ALONE, text, count_letter, &letters);
    for (int i = 0; i <= last - 'A'; i++) {
        if (letters.counts[i] > 0) {
            chosen = "ABCDEFGH"[i];
            num_chosen++;
        }
    }
    if (num_chosen < 2)
        return chosen;
    if (!pattern_search(AT_START, text, &hit))
        return 0;
    chosen = text[hit.group_from];
    if (chosen > last)
        return 0;
    return chosen;
}
