#include "analysis/board.h"
#include "analysis/chosen.h"
#include "analysis/measured.h"
#include "analysis/published.h"
#include "analysis/published_compare.h"
#include "analysis/report/report_parts.h"
#include "analysis/role_wait.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/state.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A member of struct reader_score, as (model, column) in the document. */
struct field {
    const char *name;
    size_t offset;
    bool is_count;
};

#define FIELD(name, is_count)                                \
    {                                                        \
#        name, offsetof(struct reader_score, name), is_count \
    }

static const struct field fields[] = {
    FIELD(value, false),      FIELD(low, false),         FIELD(high, false),
    FIELD(within_low, false), FIELD(within_high, false), FIELD(num, true),
    FIELD(num_skipped, true), FIELD(num_recorded, true), FIELD(num_asked, true),
};

static double field_of(const struct reader_score *score,
                       const struct field *field)
{
    const unsigned char *at = (const unsigned char *)score + field->offset;
    uint64_t count;
    double value;

    if (field->is_count) {
        memcpy(&count, at, sizeof count);
        return (double)count;
    }
    if (field->offset == offsetof(struct reader_score, value))
        return measured_value(score);
    memcpy(&value, at, sizeof value);
    return value;
}

static void add_field(struct cJSON *object,
                      const struct reader *reader,
                      enum profile profile,
                      const struct field *field)
{
    struct cJSON *rows = json_add_array(object, field->name);

    for (size_t m = 0; m < reader_num_models(reader); m++) {
        struct cJSON *row = json_new_array();

        for (size_t c = 0; c < reader_num_columns(reader); c++) {
            json_append_number(
                row,
                field_of(reader_score(reader, profile, m, c), field));
        }
        json_append(rows, row);
    }
}

/* Counts of states as pairs, as most are 0; and why there is no value. */
static void add_cell(struct cJSON *states,
                     struct cJSON *reasons,
                     const struct role_wait *wait,
                     const struct reader_column *column,
                     const struct reader_score *score)
{
    struct cJSON *pairs = json_new_array();
    struct text reason = { 0 };

    for (int s = 0; s < NUM_STATES; s++) {
        if (score->states[s] > 0) {
            json_append_number(pairs, s);
            json_append_number(pairs, (double)score->states[s]);
        }
    }
    json_append(states, pairs);
    if (isnan(measured_value(score)))
        board_reason(&reason, wait, column, score);
    json_append_text(reasons, text_data(&reason));
    text_release(&reason);
}

static void add_states(struct cJSON *object,
                       const struct role_wait *wait,
                       enum profile profile)
{
    const struct reader *reader = wait->reader;
    struct cJSON *states = json_add_array(object, "states");
    struct cJSON *reasons = json_add_array(object, "reasons");

    for (size_t m = 0; m < reader_num_models(reader); m++) {
        struct cJSON *states_row = json_new_array();
        struct cJSON *reasons_row = json_new_array();

        for (size_t c = 0; c < reader_num_columns(reader); c++) {
            add_cell(states_row,
                     reasons_row,
                     wait,
                     reader_column(reader, c),
                     reader_score(reader, profile, m, c));
        }
        json_append(states, states_row);
        json_append(reasons, reasons_row);
    }
}

static void add_scores(struct cJSON *root, const struct reader *reader)
{
    struct cJSON *scores = json_add_object(root, "scores");
    struct cJSON *comparable;
    struct role_wait wait;

    role_wait_read(&wait, reader);
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct cJSON *object =
            json_add_object(scores, profile_name((enum profile)p));

        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
            add_field(object, reader, (enum profile)p, &fields[f]);
        add_states(object, &wait, (enum profile)p);
    }
    role_wait_release(&wait);
    comparable = json_add_array(root, "comparable");
    for (size_t m = 0; m < reader_num_models(reader); m++) {
        struct cJSON *row = json_new_array();

        for (size_t c = 0; c < reader_num_columns(reader); c++)
            json_append_number(row, reader_is_comparable(reader, m, c));
        json_append(comparable, row);
    }
}

static struct cJSON *labels_of(const struct reader_column *column)
{
    struct cJSON *labels =
        json_parse(column->labels, strlen(column->labels), "labels", NULL);

    return labels ? labels : json_new_array();
}

static void add_columns(struct cJSON *root, const struct reader *reader)
{
    struct cJSON *list = json_add_array(root, "columns");
    struct chosen chosen;

    chosen_read(&chosen, reader);
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_column *column = reader_column(reader, c);
        struct cJSON *object = board_json_column(column);

        json_add(object, "labels", labels_of(column));
        json_add_bool(object,
                      "wants_labels",
                      board_wants_labels(column, PROFILE_CORRECTED));
        json_add_bool(object, "chosen", chosen_has(&chosen, column));
        json_append(list, object);
    }
    chosen_release(&chosen);
}

/* What is on the board of the paper, where our installation knows it. */
static int add_published(struct cJSON *root,
                         const struct reader *reader,
                         struct error *err)
{
    struct published *board = published_open(err);
    struct published_table table;

    if (!board)
        return -1;
    published_compare(reader, board, &table);
    json_add(root, "published", published_compare_json(&table));
    published_compare_release(&table);
    published_close(board);
    return 0;
}

void report_states_add(struct cJSON *root)
{
    struct cJSON *states = json_add_array(root, "states");

    for (int s = 0; s < NUM_STATES; s++)
        json_append_text(states, state_name((enum state)s));
}

int report_scores_add(struct cJSON *root,
                      const struct reader *reader,
                      struct error *err)
{
    board_json_models(root, reader);
    add_columns(root, reader);
    add_scores(root, reader);
    return add_published(root, reader, err);
}
