#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "evaluate/kinds.h"
#include "evaluate/pattern.h"
#include "evaluate/rules.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_OPTIONS = 9 };

static const char *const labels[] = { "",  "1", "2", "3", "4", "5",
                                      "6", "7", "8", "9", NULL };

/* The numbered options of a prompt: words[i] is option i + 1, in lower case,
 * or NULL. */
struct options {
    char *words[MAX_OPTIONS];
};

static void add_option(const char *prompt,
                       const struct pattern_hit *hit,
                       void *context)
{
    struct options *options = context;
    const int number = prompt[hit->from + 1] - '1';
    char *word =
        mem_text_len(prompt + hit->group_from, hit->group_to - hit->group_from);

    free(options->words[number]);
    options->words[number] = utf8_lower(word);
    free(word);
}

static void options_read(struct options *out, const char *prompt)
{
    *out = (struct options){ 0 };
    pattern_each("\\([1-9]\\)\\s+([A-Za-z\\s]*[A-Za-z])",
                 prompt,
                 add_option,
                 out);
}

static void options_release(struct options *options)
{
    for (int i = 0; i < MAX_OPTIONS; i++)
        free(options->words[i]);
}

/* The right option's number: "option" in the list of the task itself, else
 * "label". */
static int gold_of(const struct item *item)
{
    const char *gold = item_text(item, "option");

    if (!gold)
        gold = item_text(item, "label");
    if (!gold || gold[0] < '1' || gold[0] > '9' || gold[1] != '\0')
        return LABEL_NONE;
    return gold[0] - '0';
}

/* The one option whose word occurs in `low`; sets *num to how many do. */
static int read_word(const struct options *options, const char *low, int *num)
{
    int found = LABEL_NONE;

    *num = 0;
    for (int i = 0; i < MAX_OPTIONS; i++) {
        if (options->words[i] && strstr(low, options->words[i])) {
            found = i + 1;
            ++*num;
        }
    }
    return *num == 1 ? found : LABEL_NONE;
}

static void note_digit(const char *text,
                       const struct pattern_hit *hit,
                       void *context)
{
    bool *is_named = context;

    is_named[text[hit->group_from] - '1'] = true;
}

/* The one option number that stands alone in the text. */
static int read_digit(const struct options *options, const char *text)
{
    bool is_named[MAX_OPTIONS] = { false };
    int found = LABEL_NONE;

    pattern_each("(?<![0-9.,])([1-9])(?![0-9]|[.,][0-9])",
                 text,
                 note_digit,
                 is_named);
    for (int i = 0; i < MAX_OPTIONS; i++) {
        if (!is_named[i] || !options->words[i])
            continue;
        if (found != LABEL_NONE)
            return LABEL_NONE;
        found = i + 1;
    }
    return found;
}

static struct verdict judge_label(const struct rules_case *one, int label)
{
    if (label == LABEL_NONE)
        return rules_unparsed(one->reply, 0);
    return rules_found(one->reply, label, label == gold_of(one->item));
}

static void judge_one(const struct rules_case *one, struct verdicts *out)
{
    struct options options;
    char *low = utf8_lower(one->text);
    int num;
    int word;

    options_read(&options, one->item->prompt);
    word = read_word(&options, low, &num);
    out->by_profile[PROFILE_PAPER] = judge_label(one, word);
    if (num == 0)
        word = read_digit(&options, one->text);
    out->by_profile[PROFILE_CORRECTED] = judge_label(one, word);
    options_release(&options);
    free(low);
}

static enum evaluator_result judge(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   struct error *err)
{
    (void)asks;
    (void)err;
    return rules_each(group, out, judge_one);
}

const struct evaluator_ops evaluator_emotional = {
    .name = "emotional",
    .help = "what a person in a story feels, of numbered options",
    .source = "the paper's own scripts: option word in the text",
    .labels = labels,
    .judge = judge,
};
