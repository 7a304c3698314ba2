#include "analysis/chosen.h"
#include "analysis/measured.h"
#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/bug.h"
#include "trustsweep/state.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A sentence with what `text` holds, which is empty afterwards. */
static void say(struct cJSON *words, struct text *text)
{
    if (text->len > 0)
        json_append_text(words, text_data(text));
    text_clear(text);
}

static const char *plural(size_t num)
{
    return num == 1 ? "" : "s";
}

/* The files that a report is of. */
struct files {
    const struct reader *const *readers; /* [num] */
    size_t num;
};

/* Ranked columns that the job of a file asked for, of which the values are
 * counted in `measured`. */
static size_t count_values(const struct reader *reader, size_t *measured)
{
    struct chosen chosen;
    size_t ranked = 0;

    chosen_read(&chosen, reader);
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_column *column = reader_column(reader, c);

        if (!column->is_ranked || !chosen_has(&chosen, column))
            continue;
        ranked++;
        for (size_t m = 0; m < reader_num_models(reader); m++) {
            if (!isnan(
                    measured_value(reader_score(reader, PROFILE_PAPER, m, c))))
                (*measured)++;
        }
    }
    chosen_release(&chosen);
    return ranked;
}

static void say_size(struct cJSON *words, const struct files *files)
{
    size_t models = 0;
    size_t ranked = 0;
    size_t cells = 0;
    size_t measured = 0;
    struct text text = { 0 };

    for (size_t f = 0; f < files->num; f++) {
        const size_t num = reader_num_models(files->readers[f]);
        const size_t columns = count_values(files->readers[f], &measured);

        models += num;
        cells += num * columns;
        ranked = columns > ranked ? columns : ranked;
    }
    text_addf(&text, "%zu model%s ", models, plural(models));
    if (files->num > 1)
        text_addf(&text, "of %zu files ", files->num);
    if (ranked > 0) {
        text_addf(&text,
                  "in %zu ranked columns: %zu of %zu values were measured "
                  "under the published rules.",
                  ranked,
                  measured,
                  cells);
    } else {
        text_add(&text, "and no ranked column: the job asked for none.");
    }
    if (measured < cells)
        text_add(&text, " The others say why not.");
    say(words, &text);
    text_release(&text);
}

/* How many items of ranked columns ended in each state, over all models, is
 * added; returns the sum of all of this file. */
static uint64_t sum_states(const struct reader *reader,
                           uint64_t sums[NUM_STATES])
{
    uint64_t all = 0;

    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        if (!reader_column(reader, c)->is_ranked)
            continue;
        for (size_t m = 0; m < reader_num_models(reader); m++) {
            const uint64_t *states =
                reader_score(reader, PROFILE_PAPER, m, c)->states;

            for (int s = 0; s < NUM_STATES; s++) {
                sums[s] += states[s];
                all += states[s];
            }
        }
    }
    return all;
}

static void say_states(struct cJSON *words, const struct files *files)
{
    static const enum state lacking[] = { STATE_UNJUDGED, STATE_UNPARSED,
                                          STATE_BLOCKED,  STATE_FAILED,
                                          STATE_MISSING,  STATE_EMPTY,
                                          STATE_NO_FINAL, STATE_OVERLONG };
    uint64_t sums[NUM_STATES] = { 0 };
    uint64_t all = 0;
    struct text text = { 0 };

    for (size_t f = 0; f < files->num; f++)
        all += sum_states(files->readers[f], sums);
    for (size_t i = 0; i < ARRAY_LEN(lacking); i++) {
        const char *name = state_name(lacking[i]);
        const double share = (double)sums[lacking[i]] / (double)all;

        if (sums[lacking[i]] == 0)
            continue;
        text_add(&text,
                 text.len > 0 ? ", " : "Of the verdicts behind the values ");
        if (share < 0.001) {
            text_addf(&text, "under 0.1 %% are %s", name);
        } else {
            text_addf(&text, "%.1f %% are %s", 100.0 * share, name);
        }
    }
    if (text.len > 0)
        text_add(&text, ".");
    say(words, &text);
    text_release(&text);
}

/* Checkpoints of which the page has no row. */
static void say_skipped(struct cJSON *words, const struct cJSON *root)
{
    struct text text = { 0 };
    size_t num = 0;

    for (const struct cJSON *file = json_first(json_member(root, "files"));
         file;
         file = json_next(file))
        num += json_count(json_member(json_member(file, "run"), "skipped"));
    if (num > 0) {
        text_addf(&text,
                  "%zu checkpoint%s asked nothing; which and why stands with "
                  "the run below.",
                  num,
                  num == 1 ? " was" : "s were");
    }
    say(words, &text);
    text_release(&text);
}

/* Its sentences, as they are. */
static void say_analysis(struct cJSON *words, const struct cJSON *analysis)
{
    const struct cJSON *summary = json_member(analysis, "summary");

    for (const struct cJSON *at = json_first(summary); at; at = json_next(at)) {
        if (json_is_text(at))
            json_append_text(words, json_text(at));
    }
}

static void say_published(struct cJSON *words, const struct cJSON *root)
{
    const struct cJSON *files = json_member(root, "files");
    double equal = 0;
    double known = 0;
    double open = 0;
    struct text text = { 0 };

    for (const struct cJSON *at = json_first(files); at; at = json_next(at)) {
        const struct cJSON *sums =
            json_member(json_member(at, "published"), "summary");

        equal += json_member_number(sums, "equal");
        known += json_member_number(sums, "different_with_reason");
        open += json_member_number(sums, "different_without_reason");
    }
    if (equal + known + open > 0) {
        text_addf(&text,
                  "Beside the published board %.0f of %.0f comparable values "
                  "have the printed digits; of the others %.0f differ for a "
                  "known reason and %.0f without one.",
                  equal,
                  equal + known + open,
                  known,
                  open);
    } else {
        text_add(&text,
                 "No value may be set beside the published board's: that "
                 "takes the official data, all of it, and its judges.");
    }
    say(words, &text);
    text_release(&text);
}

/* What the corrected rules change in a column, over the models of a file; the
 * sum of the changes, whose number is counted in `num`. */
static double sum_changes(const struct reader *reader,
                          const char *name,
                          size_t *num)
{
    double sum = 0;

    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_column *column = reader_column(reader, c);

        if (!column->is_ranked || strcmp(column->name, name) != 0
            || strcmp(column->unit, column->unit_corrected) != 0
            || strcmp(column->unit, "1") != 0)
            continue;
        for (size_t m = 0; m < reader_num_models(reader); m++) {
            const double gap =
                measured_value(reader_score(reader, PROFILE_CORRECTED, m, c))
                - measured_value(reader_score(reader, PROFILE_PAPER, m, c));

            if (!isnan(gap)) {
                sum += fabs(gap);
                (*num)++;
            }
        }
    }
    return sum;
}

/* The ranked column whose value they change most. */
static void say_corrected(struct cJSON *words, const struct files *files)
{
    const struct reader *first = files->readers[0];
    const char *most = NULL;
    const double least = 0.0005; /* what is shown as more than 0.000 */
    double largest = 0;
    size_t num_largest = 0;
    struct text text = { 0 };

    for (size_t c = 0; c < reader_num_columns(first); c++) {
        const char *name = reader_column(first, c)->name;
        double sum = 0;
        size_t num = 0;

        for (size_t f = 0; f < files->num; f++)
            sum += sum_changes(files->readers[f], name, &num);
        if (num > 0 && sum / (double)num > largest
            && sum / (double)num >= least) {
            largest = sum / (double)num;
            num_largest = num;
            most = name;
        }
    }
    if (most) {
        text_addf(&text,
                  "Scored as the tasks intend instead of as published, %s "
                  "changes most: by %.3f ",
                  most,
                  largest);
        if (num_largest == 1) {
            text_add(&text, "for the one model that has it both ways.");
        } else {
            text_addf(&text,
                      "on average over %zu models, on a scale from 0 to 1.",
                      num_largest);
        }
    }
    say(words, &text);
    text_release(&text);
}

void report_words_add(struct cJSON *root,
                      const struct reader *const *readers,
                      size_t num_readers)
{
    const struct files files = { readers, num_readers };
    struct cJSON *words = json_add_array(root, "words");
    struct text text = { 0 };

    say_size(words, &files);
    say_analysis(words, json_member(root, "analysis"));
    say_states(words, &files);
    report_truncated_say(&text, readers, num_readers);
    say(words, &text);
    say_skipped(words, root);
    report_checked_say(&text, readers, num_readers, root);
    say(words, &text);
    say_published(words, root);
    say_corrected(words, &files);
    text_release(&text);
}
