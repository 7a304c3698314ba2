#include "analysis/published_compare.h"
#include "base/json.h"
#include "base/text.h"
#include "base/text_show.h"

#include <math.h>

enum { COLUMN_WIDTH = 23, MODEL_WIDTH = 14 };

static const char *verdict_name(enum published_verdict verdict)
{
    static const char *const names[] = {
        "equal",
        "different",
        "not comparable",
        "missing",
    };

    return names[verdict];
}

static void write_row(struct text *out, const struct published_row *row)
{
    struct text model = { 0 };

    text_show_plain(&model, row->model);
    text_addf(out,
              "%-*s %-*s ",
              COLUMN_WIDTH,
              row->column,
              MODEL_WIDTH,
              text_data(&model));
    text_release(&model);
    if (isnan(row->ours)) {
        text_addf(out, "%9s %9s %9s ", "-", row->published, "-");
    } else {
        text_addf(out,
                  "%9.4f %9s %+9.4f ",
                  row->ours,
                  row->published,
                  row->difference);
    }
    text_add(out, verdict_name(row->verdict));
    if (row->verdict == PUBLISHED_EQUAL && row->digits != PUBLISHED_ROUNDED) {
        text_addf(out, ": %s", published_digits_name(row->digits));
    } else if (row->reason[0]) {
        text_add(out, ": ");
        text_show_plain(out, row->reason); /* it may name a backend */
    } else if (row->verdict == PUBLISHED_DIFFERENT) {
        text_add(out, ": unexplained");
    }
    text_add(out, "\n");
}

static void write_rows(const struct published_table *table, struct text *out)
{
    text_addf(out,
              "%-*s %-*s %9s %9s %9s verdict\n",
              COLUMN_WIDTH,
              "column",
              MODEL_WIDTH,
              "model",
              "ours",
              "published",
              "differs");
    for (size_t i = 0; i < table->num; i++)
        write_row(out, &table->rows[i]);
    text_addf(out,
              "\n%zu equal (%zu of them cut off or rounded twice), "
              "%zu different with a reason, %zu different without, "
              "%zu not comparable (%zu of them with the printed digits), "
              "%zu not measured\n",
              table->counts[PUBLISHED_EQUAL],
              table->num_inexact,
              table->counts[PUBLISHED_DIFFERENT] - table->num_unexplained,
              table->num_unexplained,
              table->counts[PUBLISHED_NOT_COMPARABLE],
              table->num_same_digits,
              table->counts[PUBLISHED_MISSING]);
    if (table->num_by_labels > 0) {
        text_addf(out,
                  "%zu of the equal and different rest on labels or "
                  "similarities recorded beside the answers: the published "
                  "judge's only if the recording is\n",
                  table->num_by_labels);
    }
}

void published_compare_write(const struct published_table *table,
                             struct text *out)
{
    if (table->num > 0)
        write_rows(table, out);
    for (size_t i = 0; i < table->num_strangers; i++) {
        text_show_plain(out, table->strangers[i]);
        text_add(out,
                 " is not on the board; a job's published_as says under which "
                 "name it is\n");
    }
}

static struct cJSON *row_json(const struct published_row *row)
{
    struct cJSON *object = json_new_object();
    double printed = (double)NAN;

    (void)text_to_double(row->published, &printed);
    json_add_text(object, "column", row->column);
    json_add_text(object, "model", row->model);
    json_add_text(object, "published_as", row->published_as);
    json_add_number(object, "ours", row->ours);
    json_add_number(object, "published", printed);
    json_add_text(object, "printed", row->published);
    json_add_number(object, "difference", row->difference);
    json_add_text(object, "verdict", verdict_name(row->verdict));
    if (row->digits != PUBLISHED_OTHER)
        json_add_text(object, "digits", published_digits_name(row->digits));
    json_add_bool(object, "by_recorded_labels", row->by_labels);
    if (row->kind)
        json_add_text(object, "kind", row->kind);
    if (row->reason && row->reason[0])
        json_add_text(object, "reason", row->reason);
    return object;
}

struct cJSON *published_compare_json(const struct published_table *table)
{
    struct cJSON *root = json_new_object();
    struct cJSON *rows = json_add_array(root, "comparisons");
    struct cJSON *sums;
    struct cJSON *strangers;

    for (size_t i = 0; i < table->num; i++)
        json_append(rows, row_json(&table->rows[i]));
    sums = json_add_object(root, "summary");
    json_add_number(sums, "equal", (double)table->counts[PUBLISHED_EQUAL]);
    json_add_number(sums, "equal_inexact", (double)table->num_inexact);
    json_add_number(
        sums,
        "different_with_reason",
        (double)(table->counts[PUBLISHED_DIFFERENT] - table->num_unexplained));
    json_add_number(sums,
                    "different_without_reason",
                    (double)table->num_unexplained);
    json_add_number(sums,
                    "not_comparable",
                    (double)table->counts[PUBLISHED_NOT_COMPARABLE]);
    json_add_number(sums,
                    "not_comparable_same_digits",
                    (double)table->num_same_digits);
    json_add_number(sums, "by_recorded_labels", (double)table->num_by_labels);
    json_add_number(sums, "missing", (double)table->counts[PUBLISHED_MISSING]);
    strangers = json_add_array(root, "not_on_the_board");
    for (size_t i = 0; i < table->num_strangers; i++)
        json_append_text(strangers, table->strangers[i]);
    return root;
}
