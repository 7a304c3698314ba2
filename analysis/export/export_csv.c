#include "analysis/board.h"
#include "analysis/export/export_file.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "analysis/judge_trust.h"
#include "analysis/labels_of.h"
#include "analysis/measured.h"
#include "analysis/role_wait.h"
#include "analysis/table.h"
#include "base/json.h"
#include "base/text.h"
#include "base/text_show.h"
#include "trustsweep/reply.h"
#include "trustsweep/state.h"

#include <math.h>
#include <string.h>

static void add(struct text *out, const char *text, char end)
{
    text_show_field(out, text);
    text_add_len(out, &end, 1);
}

/* Nothing where there is no number. */
static void add_number(struct text *out, double number, char end)
{
    if (isfinite(number))
        text_addf(out, "%.17g", number);
    text_add_len(out, &end, 1);
}

static void add_count(struct text *out, uint64_t number, char end)
{
    text_addf(out, "%llu%c", (unsigned long long)number, end);
}

/* Whether people validated a rate of refusals, and what their labels make of
 * it. */
static void add_labels(struct text *out, const struct validation_cell *cell)
{
    text_addf(out, "%d,", (int)(cell && !isnan(cell->rate.value)));
    add_number(out, cell ? cell->rate.value : (double)NAN, ',');
    add_number(out, cell ? cell->rate.interval.low : (double)NAN, ',');
    add_number(out, cell ? cell->rate.interval.high : (double)NAN, ',');
    add_count(out, cell ? cell->num_labelled : 0, ',');
}

/* Value and intervals: nothing of what is no measurement, so that whoever takes
 * a mean of the column takes none of a 0 of nothing. */
static void add_value(struct text *out, const struct reader_score *score)
{
    const bool is_there = !measured_is_of_nothing(score);
    const double numbers[] = { score->value,
                               score->low,
                               score->high,
                               score->within_low,
                               score->within_high };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        add_number(out, is_there ? numbers[i] : (double)NAN, ',');
}

/* Why there is no value, in the words of `analyze`; nothing where there is
 * one. */
static void add_reason(struct text *out,
                       const struct role_wait *wait,
                       const struct reader_column *column,
                       const struct reader_score *score)
{
    struct text reason = { 0 };

    if (isnan(measured_value(score)))
        board_reason(&reason, wait, column, score);
    add(out, text_data(&reason), '\n');
    text_release(&reason);
}

static void add_score(struct text *out,
                      const struct role_wait *wait,
                      const struct validation *validation,
                      enum profile profile,
                      size_t m,
                      size_t c)
{
    const struct reader *reader = wait->reader;
    const struct reader_column *column = reader_column(reader, c);
    const struct reader_score *score = reader_score(reader, profile, m, c);
    const bool is_paper = profile == PROFILE_PAPER;

    add(out, reader_model(reader, m)->name, ',');
    add(out, reader_model(reader, m)->access, ',');
    add(out, column->name, ',');
    add(out, column->dimension, ',');
    text_addf(out, "%d,%s,", (int)column->is_ranked, profile_name(profile));
    add(out, is_paper ? column->unit : column->unit_corrected, ',');
    text_addf(out,
              "%d,",
              is_paper ? column->direction : column->direction_corrected);
    add_value(out, score);
    text_addf(out,
              "%d,",
              (int)(is_paper && reader_is_comparable(reader, m, c)));
    add_count(out, score->num, ',');
    add_count(out, score->num_skipped, ',');
    add_count(out, score->num_recorded, ',');
    add_count(out, score->num_asked, ',');
    for (int s = 1; s < NUM_STATES; s++)
        add_count(out, score->states[s], ',');
    if (board_wants_labels(column, profile)) {
        add_labels(out, validation_at(validation, m, c));
    } else {
        text_add(out, ",,,,,");
    }
    add_reason(out, wait, column, score);
}

static int write_scores(const struct reader *reader,
                        const struct validation *validation,
                        const char *folder,
                        struct error *err)
{
    struct export_file file;
    struct role_wait wait;
    int rc = 0;

    if (export_file_open(&file, folder, "scores.csv", err) < 0)
        return -1;
    role_wait_read(&wait, reader);
    text_add(&file.pending,
             "model,access,column,dimension,ranked,profile,unit,direction,"
             "value,low,high,within_low,within_high,comparable,num,"
             "num_skipped,num_recorded,num_asked");
    for (int s = 1; s < NUM_STATES; s++)
        text_addf(&file.pending, ",num_%s", state_name((enum state)s));
    text_add(&file.pending,
             ",validated,by_labels,by_labels_low,by_labels_high,"
             "num_labelled,reason\n");
    for (size_t m = 0; m < reader_num_models(reader); m++) {
        for (size_t c = 0; rc == 0 && c < reader_num_columns(reader); c++) {
            for (int p = 0; p < NUM_PROFILES; p++) {
                add_score(&file.pending,
                          &wait,
                          validation,
                          (enum profile)p,
                          m,
                          c);
            }
            rc = export_file_flush(&file, err);
        }
    }
    role_wait_release(&wait);
    return export_file_close(&file, rc == 0, err);
}

static void add_verdict(struct text *out,
                        const struct export_source *source,
                        size_t unit,
                        uint64_t o)
{
    const struct reader_rows *rows = &source->rows;
    const uint64_t item = rows->unit_item[unit];

    add(out, reader_model(source->reader, rows->unit_model[unit])->name, ',');
    add(out, reader_column(source->reader, rows->column[o])->name, ',');
    add(out, rows->tasks[source->task[unit]], ',');
    add_count(out, rows->item_index[item], ',');
    add_count(out, rows->unit_repeat[unit], ',');
    text_addf(out,
              "%s,%s,",
              state_name((enum state)source->state[unit]),
              finish_reason_name((enum finish_reason)source->finish[unit]));
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct reader_verdicts *of = &rows->by_profile[p];
        const char end = p + 1 < NUM_PROFILES ? ',' : '\n';

        text_addf(out,
                  "%d,%s,",
                  rows->profiles[o] >> p & 1,
                  state_name((enum state)of->state[o]));
        add(out, export_source_label(source, o, (enum profile)p), ',');
        add_number(out, of->value[o], end);
    }
}

static int write_verdicts(const struct export_source *source,
                          const struct export_params *params,
                          struct error *err)
{
    struct export_file file;
    int rc = 0;

    if (export_file_open(&file, params->folder, "verdicts.csv", err) < 0)
        return -1;
    text_add(&file.pending,
             "model,column,task,item,repeat,reply_state,finish,taken_paper,"
             "state_paper,label_paper,value_paper,taken_corrected,"
             "state_corrected,label_corrected,value_corrected\n");
    for (size_t u = 0; rc == 0 && u < source->rows.num_units; u++) {
        for (size_t i = source->first[u]; i < source->first[u + 1]; i++)
            add_verdict(&file.pending, source, u, source->order[i]);
        export_progress(params, u, source->rows.num_units);
        rc = export_file_flush(&file, err);
    }
    return export_file_close(&file, rc == 0, err);
}

/* Takes the table; nothing is written of NULL. */
static int write_table(struct table *table,
                       const char *name,
                       const struct export_params *params,
                       struct text *said,
                       struct error *err)
{
    struct export_file file;
    int rc = 0;

    if (table)
        rc = export_file_open(&file, params->folder, name, err);
    if (table && rc == 0) {
        table_csv(table, &file.pending);
        rc = export_file_close(&file, true, err);
        text_addf(said, ", %s", name);
    }
    table_destroy(table);
    return rc;
}

/* How far the verdicts can be trusted, where anything is known of that. */
static int write_trust(const struct reader *reader,
                       const struct validation *validation,
                       const struct export_params *params,
                       struct text *said,
                       struct error *err)
{
    struct cJSON *judge = judge_trust_read(reader);
    int rc = write_table(validation ? validation_table(validation) : NULL,
                         "labels.csv",
                         params,
                         said,
                         err);

    if (rc == 0) {
        rc = write_table(judge ? judge_trust_table(judge) : NULL,
                         "judge.csv",
                         params,
                         said,
                         err);
    }
    json_free(judge);
    return rc;
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    struct labels_of labels;
    const struct validation *validation;
    int rc = labels_of_open(&labels, params->file, source->reader, err);

    if (rc < 0)
        return rc;
    validation = labels_of_validation(&labels);
    text_add(said, "csv: scores.csv, verdicts.csv");
    rc = write_scores(source->reader, validation, params->folder, err);
    if (rc == 0)
        rc = write_verdicts(source, params, err);
    if (rc == 0)
        rc = write_trust(source->reader, validation, params, said, err);
    labels_of_close(&labels);
    text_addf(said,
              " (%zu verdicts; texts are left out)\n",
              source->rows.num_observations);
    return rc;
}

const struct export_ops export_csv = {
    .name = "csv",
    .help = "scores.csv, a row for each model, column and profile; "
            "verdicts.csv, a row for each verdict; labels.csv and judge.csv, "
            "where people or `calibrate` checked verdicts. No texts.",
    .write = write_all,
};
