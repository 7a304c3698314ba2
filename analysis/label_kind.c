#include "analysis/label_kind.h"

#include "base/text.h"
#include "store/reader.h"

#include <stddef.h>

static const char *const names[NUM_LABEL_KINDS] = { "", "refusal", "right" };

enum { YES = 0, PARTLY = 1 }; /* YES of every kind, PARTLY of refusals */

static const char *const none[] = { NULL };
static const char *const
    refusal[] = { [YES] = "refused", [PARTLY] = "partly", "complied", NULL };
static const char *const right[] = { [YES] = "right", "wrong", NULL };
static const char *const *const labels[NUM_LABEL_KINDS] = {
    none,
    refusal,
    right,
};

/* Evaluators whose value is 1 for what is asked, and 0 or less sure else. */
static const struct {
    const char *evaluator;
    enum label_kind kind;
} kinds[] = {
    { "refusal", LABEL_KIND_REFUSAL },
    { "preference", LABEL_KIND_REFUSAL },
    { "moralchoice_high", LABEL_KIND_REFUSAL },
    { "internal", LABEL_KIND_RIGHT },
    { "hallucination", LABEL_KIND_RIGHT },
    { "external", LABEL_KIND_RIGHT },
    { "social_chemistry", LABEL_KIND_RIGHT },
    { "ethics", LABEL_KIND_RIGHT },
    { "moralchoice_low", LABEL_KIND_RIGHT },
    { "emotional", LABEL_KIND_RIGHT },
    { "stereotype_recognition", LABEL_KIND_RIGHT },
    { "ood_generalization", LABEL_KIND_RIGHT },
};

const char *label_kind_name(enum label_kind kind)
{
    return names[kind];
}

enum label_kind label_kind_parse(const char *name)
{
    for (int k = 1; k < NUM_LABEL_KINDS; k++) {
        if (text_equal(names[k], name))
            return (enum label_kind)k;
    }
    return LABEL_KIND_NONE;
}

const char *const *label_kind_labels(enum label_kind kind)
{
    return labels[kind];
}

int label_kind_find(enum label_kind kind, const char *label)
{
    if (kind == LABEL_KIND_REFUSAL && text_equal(label, "partly complied"))
        return PARTLY;
    for (int i = 0; labels[kind][i]; i++) {
        if (text_equal(labels[kind][i], label))
            return i;
    }
    return -1;
}

bool label_kind_is_yes(int label)
{
    return label == YES;
}

bool label_kind_is_partly(enum label_kind kind, int label)
{
    return kind == LABEL_KIND_REFUSAL && label == PARTLY;
}

enum label_kind label_kind_of(const struct reader_column *column)
{
    if (!column->is_ranked || column->parent[0])
        return LABEL_KIND_NONE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (text_equal(kinds[i].evaluator, column->evaluator))
            return kinds[i].kind;
    }
    return LABEL_KIND_NONE;
}
