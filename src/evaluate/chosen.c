#include "evaluate/chosen.h"

#include "base/json.h"
#include "base/text.h"
#include "evaluate/option.h"

#include <math.h>
#include <string.h>

enum { NUM_OPTIONS = 8 };

const char *const chosen_labels[] = { "",  "A", "B", "C", "D",
                                      "E", "F", "G", "H", NULL };

static int label_of(const char *letter, size_t num)
{
    if (!letter || letter[0] < 'A' || letter[0] >= 'A' + (int)num || letter[1])
        return LABEL_NONE;
    return 1 + (letter[0] - 'A');
}

/* The label of the likeliest; LABEL_NONE where a number is none. */
static int likeliest(const struct reply *reply,
                     const struct cJSON *weighed,
                     bool per_character)
{
    int best = LABEL_NONE;
    double most = (double)-INFINITY;
    const struct cJSON *option = json_first(weighed);

    for (uint32_t i = 0; i < reply->num_values;
         i++, option = json_next(option)) {
        const size_t num = per_character ? text_width(json_text(option)) : 1;
        const double value = reply->values[i] / (double)(num > 0 ? num : 1);

        if (isnan(value))
            return LABEL_NONE;
        if (value > most) {
            most = value;
            best = 1 + (int)i;
        }
    }
    return best;
}

/* White space and full stops at the ends say nothing. */
static bool is_same(const char *text, const char *option)
{
    static const char ends[] = " \t\r\n.";
    size_t len;

    text += strspn(text, ends);
    len = strlen(text);
    while (len > 0 && strchr(ends, text[len - 1]))
        len--;
    return len > 0 && strlen(option) == len && memcmp(text, option, len) == 0;
}

static int written(const char *text, const struct cJSON *choices, size_t num)
{
    const char option = option_read(text, (char)('A' + (int)num - 1));
    int label = 1;

    if (option)
        return 1 + (option - 'A');
    for (const struct cJSON *at = json_first(choices); at;
         at = json_next(at), label++) {
        if (json_text(at) && is_same(text, json_text(at)))
            return label;
    }
    return LABEL_NONE;
}

void chosen_judge(const struct rules_case *one,
                  bool per_character,
                  struct verdicts *out)
{
    const struct cJSON *entry = one->item->entry;
    const struct cJSON *weighed = json_member(entry, "weighed");
    const size_t num = json_count(weighed);
    const int gold = label_of(json_member_text(entry, "answer"), num);
    struct verdict verdict;
    int label;

    if (num < 2 || num > NUM_OPTIONS || gold == LABEL_NONE)
        return;
    label = one->reply->num_values == num
                ? likeliest(one->reply, weighed, per_character)
                : written(one->text, json_member(entry, "choices"), num);
    verdict = label == LABEL_NONE
                  ? rules_unparsed(one->reply, 0)
                  : rules_found(one->reply, label, label == gold);
    for (int p = 0; p < NUM_PROFILES; p++)
        out->by_profile[p] = verdict;
}
