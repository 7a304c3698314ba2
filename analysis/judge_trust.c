#include "analysis/judge_trust.h"

#include "analysis/table.h"
#include "base/json.h"
#include "base/text.h"
#include "base/text_show.h"
#include "store/reader.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct cJSON *judge_trust_read(const struct reader *reader)
{
    struct cJSON *document = reader_provenance_json(reader, JUDGE_TRUST_NAME);

    if (text_equal(json_member_text(document, "format"), JUDGE_TRUST_FORMAT))
        return document;
    json_free(document);
    return NULL;
}

static const char *text_of(const struct cJSON *object, const char *key)
{
    const char *text = json_member_text(object, key);

    return text ? text : "";
}

static double end_of(const struct cJSON *object, const char *key, size_t at)
{
    return json_number(json_element(json_member(object, key), at));
}

/* Whether the judge gave not one answer of use, so that what stands beside it
 * is the same only where it says nothing either. */
static bool is_useless(const struct cJSON *measure)
{
    return json_member_number(measure, "nothing") >= 1;
}

/* A number with its interval; "-" where it would say nothing. */
static void add_measured(struct table *table,
                         const struct cJSON *measure,
                         const char *value,
                         const char *interval)
{
    const struct cJSON *ends = json_member(measure, interval);

    if (is_useless(measure)) {
        table_interval(table, (double)NAN, (double)NAN, (double)NAN);
        return;
    }
    table_interval(table,
                   json_member_number(measure, value),
                   json_number(json_element(ends, 0)),
                   json_number(json_element(ends, 1)));
}

struct table *judge_trust_table(const struct cJSON *document)
{
    char *title =
        text_format("How far the judge can be trusted: %s, %.0f questions",
                    text_of(document, "judge"),
                    json_member_number(document, "questions"));
    struct table *table = table_create(
        title,
        "labels: recorded ones; other: another judge; swapped: choices or "
        "texts in the other order; again: the same question. beyond chance: "
        "Cohen's kappa, of repeats Krippendorff's alpha. useless: share of the "
        "judge's answers that say nothing; where all do, nothing is compared.");

    free(title);
    table_column(table, "beside", TABLE_TEXT, 0);
    table_column(table, "evaluator", TABLE_TEXT, 0);
    table_column(table, "replies", TABLE_NUMBER, 0);
    table_column(table, "same", TABLE_INTERVAL, 3);
    table_column(table, "beyond chance", TABLE_INTERVAL, 2);
    table_column(table, "useless", TABLE_NUMBER, 2);
    for (const struct cJSON *one =
             json_first(json_member(document, "measures"));
         one;
         one = json_next(one)) {
        const bool is_kappa = json_member(one, "kappa") != NULL;

        table_text(table, text_of(one, "measure"));
        table_text(table, text_of(one, "evaluator"));
        table_number(table, json_member_number(one, "num"));
        add_measured(table, one, "agree", "agree_interval");
        add_measured(table,
                     one,
                     is_kappa ? "kappa" : "alpha",
                     is_kappa ? "kappa_interval" : "alpha_interval");
        table_number(table, json_member_number(one, "nothing"));
    }
    return table;
}

void judge_trust_self(struct text *out, const struct cJSON *document)
{
    const struct cJSON *self = json_member(document, "self_preference");
    const double difference = json_member_number(self, "difference");

    if (isnan(difference)) {
        text_add(out, "Self-preference: not known; ");
        text_show_plain(out, text_of(self, "reason"));
        text_add(out, ".\n");
        return;
    }
    text_addf(out,
              "Self-preference: of its own model's replies the judge says yes "
              "%+.3f [%+.3f, %+.3f] oftener\nthan the reference, less the same "
              "of others' (%.0f and %.0f replies).\n",
              difference,
              end_of(self, "interval", 0),
              end_of(self, "interval", 1),
              json_member_number(self, "num_own"),
              json_member_number(self, "num_others"));
}

bool judge_trust_is_wanted(const struct reader *reader)
{
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        if (!strstr(reader_column(reader, c)->needs, "judge"))
            continue;
        for (size_t m = 0; m < reader_num_models(reader); m++) {
            if (reader_score(reader, PROFILE_CORRECTED, m, c)->num_asked > 0)
                return true;
        }
    }
    return false;
}

/* What a measure sets the judge beside. */
static void add_other(struct text *out, const char *measure)
{
    static const char *const others[][2] = {
        { "labels", "recorded labels" },
        { "other", "another judge's" },
        { "swapped", "its own in the other order" },
        { "again", "its own when asked again" },
    };

    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (text_equal(measure, others[i][0])) {
            text_add(out, others[i][1]);
            return;
        }
    }
    text_show_plain(out, measure);
}

/* The measures over all evaluators, in one line. */
static void add_measures(struct text *out, const struct cJSON *document)
{
    const char *before = "";

    for (const struct cJSON *one =
             json_first(json_member(document, "measures"));
         one;
         one = json_next(one)) {
        if (!text_equal(text_of(one, "evaluator"), "all"))
            continue;
        text_add(out, before);
        add_other(out, text_of(one, "measure"));
        before = "; ";
        if (is_useless(one)) {
            text_add(out, ": not known (no answer of use)");
            continue;
        }
        text_addf(out,
                  ": %.2f [%.2f, %.2f]",
                  json_member_number(one, "agree"),
                  end_of(one, "agree_interval", 0),
                  end_of(one, "agree_interval", 1));
    }
}

/* That a role was stopped since another model answered for it. */
static void add_change(struct text *out, const struct reader *reader)
{
    struct cJSON *run = reader_provenance_json(reader, "run");
    const char *reason = json_member_text(run, "reason");

    if (reason && strstr(reason, "_changed: ")) {
        text_add(out, "\nStopped: ");
        text_show_plain(out, reason);
        text_add(out, "\n");
    }
    json_free(run);
}

void judge_trust_note(struct text *out, const struct reader *reader)
{
    struct cJSON *document;

    add_change(out, reader);

    if (!judge_trust_is_wanted(reader))
        return;
    document = judge_trust_read(reader);
    if (document) {
        text_add(out, "\nShare of the judge's verdicts that are the same as ");
        add_measures(out, document);
        text_add(out, " (--part judge)\n");
    } else {
        text_add(out,
                 "\nHow far the judge's verdicts can be trusted is not known: "
                 "nobody compared them yet\nwith labels, another judge or the "
                 "judge itself; 'trustsweep calibrate' does.\n");
    }
    json_free(document);
}
