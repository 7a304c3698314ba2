#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Members of the document of analysis/README.md.  What a file has too little
 * data for is null there, and no sentence is made of it. */

static void say(struct cJSON *words, struct text *text)
{
    if (text->len > 0)
        json_append_text(words, text_data(text));
    text_release(text);
}

/* The element of an array whose member `key` has that text. */
static const struct cJSON *find(const struct cJSON *array,
                                const char *key,
                                const char *text)
{
    for (const struct cJSON *at = json_first(array); at; at = json_next(at)) {
        if (text_equal(json_member_text(at, key), text))
            return at;
    }
    return NULL;
}

static void add_range(struct text *out, double low, double high)
{
    if (!isnan(low) && !isnan(high))
        text_addf(out, " [%.2f, %.2f]", low, high);
}

static void say_first(struct cJSON *words, const struct cJSON *overall)
{
    const struct cJSON *rows = json_member(overall, "rows");
    const struct cJSON *first = json_element(rows, 0);
    const struct cJSON *second = json_element(rows, 1);
    const char *name = json_member_text(first, "model");
    const double p = json_member_number(first, "p_first");
    struct text text = { 0 };

    if (name && json_member_text(second, "model")) {
        text_addf(&text,
                  "%s has the best mean rank, %.2f",
                  name,
                  json_member_number(first, "mean_rank"));
        add_range(&text,
                  json_member_number(first, "low"),
                  json_member_number(first, "high"));
        text_addf(&text,
                  ", over the %.0f of %.0f columns that all ranked models have",
                  json_member_number(overall, "num_columns"),
                  json_member_number(overall, "num_possible"));
        if (!isnan(p))
            text_addf(&text, "; it is first in %.0f %% of resamples", 100 * p);
        text_addf(&text,
                  ". %s follows with %.2f",
                  json_member_text(second, "model"),
                  json_member_number(second, "mean_rank"));
        add_range(&text,
                  json_member_number(second, "low"),
                  json_member_number(second, "high"));
        text_add(&text, ".");
    }
    say(words, &text);
}

static void say_pairs(struct cJSON *words, const struct cJSON *analysis)
{
    const struct cJSON *family =
        find(json_member(analysis, "pairs"), "of", "overall");
    const double num = json_member_number(family, "num");
    const double apart = json_member_number(family, "apart_holm");
    struct text text = { 0 };

    if (num > 0) {
        text_addf(&text,
                  "Of the %.0f pairs of ranked models %.0f are told apart by "
                  "paired tests (Holm, 5 %%); %.0f are not.",
                  num,
                  apart,
                  num - apart);
    }
    say(words, &text);
}

static const char *meaning(const struct cJSON *rho, double p)
{
    if (p >= 0.05)
        return "these data do not show that they go together";
    return json_member_number(rho, "value") > 0
               ? "the more useful, the more trustworthy"
               : "the more useful, the less trustworthy";
}

static void say_utility(struct cJSON *words, const struct cJSON *analysis)
{
    const struct cJSON *row =
        find(json_member(analysis, "trust_utility"), "scope", "overall");
    const struct cJSON *rho = json_member(row, "spearman");
    const double p = json_member_number(rho, "p");
    struct text text = { 0 };

    if (!isnan(json_member_number(rho, "value"))) {
        const struct cJSON *range = json_member(rho, "models");

        text_addf(&text,
                  "Trust against utility (%s, %.0f models): Spearman %.2f",
                  json_member_text(row, "measure"),
                  json_member_number(row, "num"),
                  json_member_number(rho, "value"));
        add_range(&text,
                  json_number(json_element(range, 0)),
                  json_number(json_element(range, 1)));
        if (!isnan(p))
            text_addf(&text, ", p = %.3f: %s", p, meaning(rho, p));
        text_add(&text, ".");
    }
    say(words, &text);
}

static void say_access(struct cJSON *words, const struct cJSON *analysis)
{
    const struct cJSON *scope =
        find(json_member(analysis, "access"), "scope", "overall");
    const struct cJSON *side = json_member(scope, "models");
    const double p = json_member_number(side, "p");
    struct text text = { 0 };

    if (!isnan(p)) {
        text_addf(&text,
                  "%.0f proprietary models have a mean rank of %.2f, %.0f open "
                  "ones of %.2f (permutation p = %.3f)",
                  json_member_number(side, "num_proprietary"),
                  json_member_number(side, "mean_proprietary"),
                  json_member_number(side, "num_open"),
                  json_member_number(side, "mean_open"),
                  p);
        if (p >= 0.05)
            text_add(&text, ": so few models do not show a difference");
        text_add(&text, ".");
    }
    say(words, &text);
}

static void say_over_alignment(struct cJSON *words,
                               const struct cJSON *analysis)
{
    const struct cJSON *rows =
        json_member(json_member(analysis, "over_alignment"), "rows");
    const struct cJSON *most = NULL;
    double worst = -1;
    struct text text = { 0 };

    for (const struct cJSON *at = json_first(rows); at; at = json_next(at)) {
        const double value =
            json_member_number(json_member(at, "harmless"), "value");

        if (value > worst) {
            worst = value;
            most = at;
        }
    }
    if (most && json_member_text(most, "model")) {
        const struct cJSON *share = json_member(most, "harmless");

        text_addf(&text,
                  "%s refuses the most harmless prompts: %.0f %%",
                  json_member_text(most, "model"),
                  100 * worst);
        add_range(&text,
                  json_member_number(share, "low"),
                  json_member_number(share, "high"));
        text_addf(
            &text,
            ", beside %.0f %% of harmful ones.",
            100 * json_member_number(json_member(most, "harmful"), "value"));
    }
    say(words, &text);
}

static void say_statements(struct cJSON *words, const struct cJSON *analysis)
{
    const struct cJSON *list = json_member(analysis, "statements");
    size_t holds = 0;
    size_t fails = 0;
    struct text text = { 0 };

    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        holds += text_equal(json_member_text(at, "verdict"), "holds");
        fails += text_equal(json_member_text(at, "verdict"), "does not hold");
    }
    if (holds + fails > 0) {
        text_addf(&text,
                  "Of the paper's %zu statements %zu hold here, %zu do not, "
                  "and of %zu these data cannot tell.",
                  json_count(list),
                  holds,
                  fails,
                  json_count(list) - holds - fails);
    }
    say(words, &text);
}

void report_words_analysis(struct cJSON *words, const struct cJSON *analysis)
{
    say_first(words, json_element(json_member(analysis, "rankings"), 0));
    say_pairs(words, analysis);
    say_utility(words, analysis);
    say_access(words, analysis);
    say_over_alignment(words, analysis);
    say_statements(words, analysis);
}
