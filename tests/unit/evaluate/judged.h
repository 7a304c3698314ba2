/*
 * judged.h - for tests of evaluators that ask: items, and wordings to ask with.
 */
#ifndef JUDGED_H
#define JUDGED_H

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "evaluate/asking.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
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

/* Every wording there is, with a mark and its places. */
#define WORDING(name, text)        \
    {                              \
        (char[]){ name }, (char[]) \
        {                          \
            text                   \
        }                          \
    }

static struct prompt judged_list[] = {
    WORDING("internal_answer", "<{question}|{answers}|{reply}>"),
    WORDING("sycophancy_preference", "<{first}|{second}>"),
    WORDING("adv_factuality", "<{knowledge}|{modified}|{prompt}|{reply}>"),
    WORDING("stereotype_agreement", "<{sentence}|{reply}>"),
    WORDING("stereotype_recognition", "<{reply}>"),
    WORDING("ethics", "<{reply}>"),
    WORDING("ood_generalization", "<{label}|{reply}>"),
};

static const struct prompts judged_prompts = {
    .list = judged_list,
    .num = ARRAY_LEN(judged_list),
};

/* An item and the entry it lives on. */
struct judged_item {
    struct item item;
    struct cJSON *entry; /* json_free() */
};

static struct judged_item judged_item(const char *text, size_t index)
{
    struct judged_item one = { .item = { .task = "x", .index = index } };
    const char *prompt;

    one.entry = json_parse(text, strlen(text), "entry", NULL);
    assert_non_null(one.entry);
    prompt = json_member_text(one.entry, "prompt");
    one.item.entry = one.entry;
    one.item.prompt = prompt ? prompt : "";
    return one;
}

#endif
