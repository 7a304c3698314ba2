#include "cli/analyze_print.h"

#include "analysis/analysis.h"
#include "analysis/analysis_json.h"
#include "analysis/board.h"
#include "analysis/judge_trust.h"
#include "analysis/labels_of.h"
#include "analysis/parts_table.h"
#include "analysis/published.h"
#include "analysis/published_compare.h"
#include "analysis/role_trust.h"
#include "analysis/table.h"
#include "analysis/verdict_trust.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/parts/guard.h"
#include "cli/parts/show.h"
#include "store/reader.h"

#include <stdlib.h>

/* Takes the value. */
static void add_json(struct cJSON *value, struct text *out)
{
    json_write(value, out);
    json_free(value);
}

static struct analysis_options options_of(const struct analyze_wish *wish)
{
    return (struct analysis_options){
        .profile = wish->profile == PROFILE_CORRECTED ? PROFILE_CORRECTED
                                                      : PROFILE_PAPER,
        .resamples = wish->resamples,
        .seed = wish->seed,
        .utility = wish->utility,
        .facts = wish->facts,
        .series = wish->series,
        .notes = wish->notes,
        .progress = wish->progress,
        .progress_self = wish->progress_self,
    };
}

/* The open files; none: the board alone. */
struct files {
    struct reader **readers; /* [num] */
    size_t num;
};

static const struct reader *const *readers_of(const struct files *files)
{
    return (const struct reader *const *)files->readers;
}

/* Of one file: its board, and what is known of its verdicts. */
static int add_file(struct cJSON *object,
                    const char *path,
                    const struct reader *reader,
                    bool with_board,
                    struct error *err)
{
    struct labels_of labels;

    if (labels_of_open(&labels, path, reader, err) < 0)
        return -1;
    if (with_board)
        board_json_add(object, reader, labels_of_validation(&labels));
    verdict_trust_json(object, reader, labels_of_validation(&labels));
    labels_of_close(&labels);
    return 0;
}

/* Of several files what is known of the verdicts of each. */
static int add_files(struct cJSON *root,
                     const struct files *files,
                     const struct analyze_wish *wish,
                     struct error *err)
{
    struct cJSON *list = json_add_array(root, "files");
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < files->num; f++) {
        struct cJSON *object = json_new_object();

        json_add_text(object, "file", wish->files[f]);
        json_add_text(object,
                      "content_digest",
                      reader_digest(files->readers[f]));
        json_append(list, object);
        rc = add_file(object, wish->files[f], files->readers[f], false, err);
    }
    return rc;
}

static int print_json(const struct files *files,
                      const struct analyze_wish *wish,
                      struct text *out,
                      struct error *err)
{
    const struct analysis_options options = options_of(wish);
    struct cJSON *analysis;
    struct cJSON *root;
    int rc = 0;

    if (analysis_json(readers_of(files), files->num, &options, &analysis, err)
        < 0)
        return -1;
    root = json_new_object();
    if (files->num == 1) {
        rc = add_file(root, wish->files[0], files->readers[0], true, err);
    } else if (files->num > 1) {
        rc = add_files(root, files, wish, err);
    }
    json_add(root, "analysis", analysis);
    if (rc == 0)
        json_write(root, out);
    json_free(root);
    return rc;
}

static int print_compared(const struct reader *reader,
                          const struct analyze_wish *wish,
                          struct text *out,
                          struct error *err)
{
    struct published *board = published_open(err);
    struct published_table table;

    if (!board)
        return -1;
    published_compare(reader, board, &table);
    if (wish->is_json) {
        add_json(published_compare_json(&table), out);
    } else {
        published_compare_write(&table, out);
    }
    published_compare_release(&table);
    published_close(board);
    return 0;
}

static void print_table(const struct table *table,
                        const struct analyze_wish *wish,
                        bool is_first,
                        struct text *out)
{
    const struct table_style style = { .width = show_width(),
                                       .is_bold = wish->is_terminal };

    if (!is_first)
        text_add(out, wish->is_csv ? "\r\n" : "\n");
    if (wish->is_csv) {
        table_csv(table, out);
    } else {
        table_write(table, &style, out);
    }
}

/* Of each file that has labels beside it; that none has is said, where nothing
 * else was asked for. */
static int print_labels(const struct files *files,
                        const struct analyze_wish *wish,
                        bool *is_first,
                        struct text *out,
                        struct error *err)
{
    for (size_t f = 0; f < files->num; f++) {
        struct table *tables[VALIDATION_TABLES];
        struct labels_of labels;
        size_t num = 0;

        if (labels_of_open(&labels, wish->files[f], files->readers[f], err) < 0)
            return -1;
        if (labels.is_there)
            num = validation_tables(&labels.validation, tables);
        for (size_t t = 0; t < num; t++) {
            print_table(tables[t], wish, *is_first, out);
            table_destroy(tables[t]);
            *is_first = false;
        }
        labels_of_close(&labels);
    }
    if (*is_first && !wish->is_csv && text_equal(wish->part, "labels")) {
        text_add(out,
                 "Nobody labelled replies of these models: trustsweep label "
                 "--help\n");
    }
    return 0;
}

/* What was found of the judges, of each file. */
static void print_judges(const struct files *files,
                         const struct analyze_wish *wish,
                         bool *is_first,
                         struct text *out)
{
    for (size_t f = 0; f < files->num; f++) {
        struct cJSON *document = judge_trust_read(files->readers[f]);
        struct table *table;

        if (!document)
            continue;
        table = judge_trust_table(document);
        print_table(table, wish, *is_first, out);
        if (!wish->is_csv)
            judge_trust_self(out, document);
        *is_first = false;
        table_destroy(table);
        json_free(document);
    }
    if (*is_first && !wish->is_csv && text_equal(wish->part, "judge"))
        text_add(out, "Nothing is known of a judge: trustsweep calibrate\n");
}

/* Nothing at all would leave open whether it was looked at. */
static void print_nothing(const struct analysis *analysis,
                          const char *part,
                          struct text *out)
{
    text_addf(out, "Nothing to say: --part %s takes ", part);
    parts_table_takes(analysis, part, out);
    text_add(out, ".\n");
}

/* Parts of each file, which say themselves that they have nothing. */
static bool is_of_files(const char *part)
{
    return text_equal(part, "judge") || text_equal(part, "labels");
}

static int print_parts(const struct files *files,
                       const struct analyze_wish *wish,
                       struct text *out,
                       struct error *err)
{
    const struct analysis_options options = options_of(wish);
    const bool is_all = text_equal(wish->part, "all");
    struct analysis analysis;
    bool is_first = true;

    if (analysis_make(&analysis, readers_of(files), files->num, &options, err)
        < 0)
        return -1;
    for (size_t i = 0; parts_table_names[i]; i++) {
        struct table *tables[PARTS_TABLES];
        size_t num;

        if (!is_all && !text_equal(wish->part, parts_table_names[i]))
            continue;
        num = parts_table_make(&analysis, parts_table_names[i], tables);
        for (size_t t = 0; t < num; t++) {
            print_table(tables[t], wish, is_first, out);
            table_destroy(tables[t]);
            is_first = false;
        }
    }
    if (is_first && !wish->is_csv && !is_all && !is_of_files(wish->part))
        print_nothing(&analysis, wish->part, out);
    analysis_release(&analysis);
    if (is_all || text_equal(wish->part, "judge"))
        print_judges(files, wish, &is_first, out);
    if (is_all || text_equal(wish->part, "labels"))
        return print_labels(files, wish, &is_first, out, err);
    return 0;
}

static int print_values(const struct files *files,
                        size_t at,
                        const struct analyze_wish *wish,
                        struct text *out,
                        struct error *err)
{
    const struct reader *reader = files->readers[at];
    struct labels_of labels;

    if (labels_of_open(&labels, wish->files[at], reader, err) < 0)
        return -1;
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct board_params params = { .profile = (enum profile)p,
                                       .only_ranked = !wish->all_columns,
                                       .width = show_width(),
                                       .validation =
                                           labels_of_validation(&labels) };

        if (wish->profile == NUM_PROFILES || wish->profile == params.profile)
            board_write(reader, &params, out);
    }
    role_trust_note(out, reader);
    judge_trust_note(out, reader);
    labels_of_close(&labels);
    return 0;
}

static int print(const struct files *files,
                 const struct analyze_wish *wish,
                 struct text *out,
                 struct error *err)
{
    if (files->num > 0 && wish->is_published)
        return print_compared(files->readers[0], wish, out, err);
    if (wish->is_json)
        return print_json(files, wish, out, err);
    if (!text_equal(wish->part, "values"))
        return print_parts(files, wish, out, err);
    for (size_t f = 0; f < files->num; f++) {
        if (print_values(files, f, wish, out, err) < 0)
            return -1;
    }
    return 0;
}

int analyze_print(const struct analyze_wish *wish,
                  struct text *out,
                  struct error *err)
{
    struct files files = {
        .readers = mem_alloc(wish->num_files, sizeof(struct reader *)),
    };
    int rc = 0;

    while (rc == 0 && files.num < wish->num_files) {
        struct reader *reader = guard_open(wish->files[files.num], err);

        if (!reader) {
            rc = -1;
        } else {
            files.readers[files.num++] = reader;
        }
    }
    if (rc == 0)
        rc = print(&files, wish, out, err);
    for (size_t f = 0; f < files.num; f++)
        reader_close(files.readers[f]);
    free((void *)files.readers);
    return rc;
}
