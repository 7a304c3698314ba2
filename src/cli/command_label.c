#include "analysis/export/export_source.h"
#include "analysis/label/label_key.h"
#include "analysis/label/label_sample.h"
#include "analysis/label/label_sheet.h"
#include "analysis/table.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/guard.h"
#include "cli/labels_of.h"
#include "cli/show.h"
#include "store/reader.h"
#include "store/reader_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct label_options {
    char *out;
    char *key;
    char *models;
    char *columns;
    char *labeller;
    int64_t num;
    int64_t seed;
    bool replace;
    bool json;
};

static const struct option options[] = {
    { .name = "out",
      .type = OPTION_PATH,
      .offset = offsetof(struct label_options, out),
      .value = "FILE",
      .letter = 'o',
      .help = "export: the file to label, CSV or (NAME.jsonl) JSON lines." },
    { .name = "key",
      .type = OPTION_PATH,
      .offset = offsetof(struct label_options, key),
      .value = "FILE",
      .help = "What joins ids to models; NAME.labels-key.json beside the "
              "results when not given. Not for those who label." },
    { .name = "num",
      .type = OPTION_INT,
      .offset = offsetof(struct label_options, num),
      .fallback = "400",
      .min = 1,
      .max = 100000,
      .value = "N",
      .help = "export: replies to draw, shared out evenly over models, columns "
              "and verdicts." },
    { .name = "seed",
      .type = OPTION_INT,
      .offset = offsetof(struct label_options, seed),
      .fallback = "1",
      .min = 0,
      .max = 4294967295,
      .value = "N",
      .help = "export: equal seeds draw the same replies in the same order." },
    { .name = "models",
      .type = OPTION_TEXT,
      .offset = offsetof(struct label_options, models),
      .value = "GLOB",
      .help = "export: of these models only." },
    { .name = "columns",
      .type = OPTION_TEXT,
      .offset = offsetof(struct label_options, columns),
      .value = "GLOB",
      .help = "export: of these columns only; '*_rta' is the refusals." },
    { .name = "labeller",
      .type = OPTION_TEXT,
      .offset = offsetof(struct label_options, labeller),
      .value = "NAME",
      .help = "import: who labelled the rows that name nobody; the file's name "
              "when not given." },
    { .name = "replace",
      .type = OPTION_FLAG,
      .offset = offsetof(struct label_options, replace),
      .help = "import: drop the labels that are there; needed for another "
              "draw." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct label_options, json),
      .help = "For programs." },
    { .name = NULL },
};

struct work {
    const struct label_options *given;
    char *results;       /* the file */
    char *key_path;      /* the key's */
    char *const *sheets; /* [num_sheets], of import */
    size_t num_sheets;
};

/* Of a run directory its results. */
static char *results_of(const char *path)
{
    return file_is_folder(path) ? path_join(path, "results.h5")
                                : mem_text(path);
}

/* ---- export ---- */

static int make_key(struct label_key *key,
                    struct label_sample *sample,
                    const struct reader *reader,
                    struct error *err)
{
    uint64_t *high = reader_data_load(reader, "/records/id_high", err);
    uint64_t *low =
        high ? reader_data_load(reader, "/records/id_low", err) : NULL;
    struct label_key_unit *units = mem_alloc(sample->num_units, sizeof *units);
    int rc = -1;

    for (size_t i = 0; low && i < sample->num_units; i++) {
        const size_t unit = sample->units[i].unit;

        units[i].unit = (struct hash128){ high[unit], low[unit] };
        units[i].stratum = sample->units[i].stratum;
    }
    if (low) {
        rc =
            label_key_make(key, &sample->strata, units, sample->num_units, err);
    }
    free(units);
    free(high);
    free(low);
    return rc;
}

static void say_export(const struct work *work,
                       const struct label_key *key,
                       struct text *out)
{
    const struct labels *strata = &key->strata;
    size_t num_thin = 0;

    for (size_t s = 0; s < strata->num_strata; s++) {
        num_thin += strata->strata[s].drawn < 2
                    && strata->strata[s].drawn < strata->strata[s].num;
    }
    if (work->given->json) {
        struct cJSON *root = json_new_object();

        json_add_text(root, "sheet", work->given->out);
        json_add_text(root, "key", work->key_path);
        json_add_text(root, "draw", strata->draw);
        json_add_number(root, "replies", (double)key->num_units);
        labels_put_strata(strata, root);
        json_write(root, out);
        json_free(root);
        return;
    }
    text_addf(out,
              "%zu replies to label in %s, of %zu groups of model, column and "
              "verdict\nkey: %s (not for those who label)\n",
              key->num_units,
              work->given->out,
              strata->num_strata,
              work->key_path);
    if (num_thin > 0) {
        text_addf(out,
                  "%zu groups have one reply: intervals will be wide; a larger "
                  "--num narrows them\n",
                  num_thin);
    }
    text_addf(out,
              "fill in the column label, then: trustsweep label import %s %s",
              work->results,
              work->given->out);
    if (work->given->key)
        text_addf(out, " --key %s", work->given->key);
    text_add(out, "\n");
}

static int write_both(const struct work *work,
                      struct export_source *source,
                      struct label_sample *sample,
                      struct text *out,
                      struct error *err)
{
    size_t *units;
    struct label_key key;
    int rc = -1;

    if (file_exists(work->given->out)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: is there already, perhaps with labels; move it "
                         "away, or --out OTHER",
                         work->given->out);
    }
    if (text_equal(work->given->out, work->key_path)) {
        return error_set(err,
                         ERR_USAGE,
                         "--out and --key are one file; give two names");
    }
    units = mem_alloc(sample->num_units, sizeof *units);
    for (size_t i = 0; i < sample->num_units; i++)
        units[i] = sample->units[i].unit;
    if (make_key(&key, sample, source->reader, err) == 0) {
        /* the key first: a sheet without one is lost work */
        rc = label_key_write(&key, work->key_path, err);
        if (rc == 0) {
            rc = label_sheet_write(source, &key, units, work->given->out, err);
            if (rc < 0)
                (void)remove(work->key_path);
        }
        if (rc == 0)
            say_export(work, &key, out);
        label_key_release(&key);
    }
    free(units);
    return rc;
}

static int export(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    const struct label_sample_params params = {
        .num = (size_t)work->given->num,
        .seed = (uint64_t)work->given->seed,
        .models = work->given->models,
        .columns = work->given->columns,
    };
    struct reader *reader = reader_open(work->results, err);
    struct export_source source;
    struct label_sample sample;
    int rc = -1;

    if (reader && export_source_open(&source, reader, err) == 0) {
        if (label_sample_draw(&sample, &source, &params, err) == 0) {
            rc = write_both(work, &source, &sample, out, err);
            label_sample_release(&sample);
        }
        export_source_close(&source);
    }
    reader_close(reader);
    return rc;
}

/* ---- import ---- */

/* The labels that are there, or none with the strata of the key. */
static int open_labels(struct labels *out,
                       const struct work *work,
                       const struct label_key *key,
                       const char *path,
                       struct error *err)
{
    *out = (struct labels){ .draw = "" };
    if (!work->given->replace && labels_read(out, path, err) < 0)
        return -1;
    if (out->num_strata == 0) {
        struct cJSON *root = json_new_object();

        labels_put_strata(&key->strata, root);
        memcpy(out->draw, key->strata.draw, sizeof out->draw);
        (void)labels_get_strata(out, root, path, NULL);
        json_free(root);
    } else if (strcmp(out->draw, key->strata.draw) != 0) {
        labels_release(out);
        return error_set(err,
                         ERR_USAGE,
                         "%s: holds labels of another draw than the key %s; "
                         "--replace drops them, --key names theirs",
                         path,
                         work->key_path);
    }
    return 0;
}

static int read_sheets(struct labels *labels,
                       const struct work *work,
                       const struct label_key *key,
                       struct label_sheet_count *count,
                       struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < work->num_sheets; i++) {
        char *stem = path_stem(work->sheets[i]);
        const struct label_sheet_params params = {
            .key = key,
            .key_path = work->key_path,
            .labeller = work->given->labeller ? work->given->labeller : stem,
        };

        rc = label_sheet_read(labels, &params, work->sheets[i], count, err);
        free(stem);
    }
    if (rc == 0 && labels->num_units == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "no row has a label; fill in the column label");
    }
    return rc;
}

static void say_import(const struct work *work,
                       const struct label_sheet_count *count,
                       const struct validation *validation,
                       struct text *out)
{
    struct table *tables[VALIDATION_TABLES];
    const struct table_style style = { .width = show_width() };
    size_t num;

    if (work->given->json) {
        struct cJSON *root = validation_json(validation);

        json_add_number(root, "rows_labelled", (double)count->num_labels);
        json_add_number(root, "rows_empty", (double)count->num_empty);
        json_write(root, out);
        json_free(root);
        return;
    }
    text_addf(out,
              "%zu labels read, %zu rows are without\n",
              count->num_labels,
              count->num_empty);
    if (validation->num_unknown > 0) {
        text_addf(out,
                  "%zu labelled replies are not in %s: other replies than the "
                  "ones that were drawn from?\n",
                  validation->num_unknown,
                  work->results);
    }
    num = validation_tables(validation, tables);
    for (size_t t = 0; t < num; t++) {
        text_add(out, "\n");
        table_write(tables[t], &style, out);
        table_destroy(tables[t]);
    }
}

static int keep(const struct work *work,
                const struct label_key *key,
                const struct reader *reader,
                struct text *out,
                struct error *err)
{
    struct label_sheet_count count = { 0 };
    struct validation validation;
    struct labels labels;
    char *path = labels_path(work->results);
    int rc = open_labels(&labels, work, key, path, err);

    if (rc == 0) {
        rc = read_sheets(&labels, work, key, &count, err);
        if (rc == 0)
            rc = validation_make(&validation, reader, &labels, err);
        if (rc == 0) {
            rc = labels_write(&labels, path, err);
            if (rc == 0)
                say_import(work, &count, &validation, out);
            validation_release(&validation);
        }
        labels_release(&labels);
    }
    free(path);
    return rc;
}

static int import(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    struct reader *reader = reader_open(work->results, err);
    struct label_key key;
    int rc = -1;

    if (reader && label_key_read(&key, work->key_path, err) == 0) {
        rc = keep(work, &key, reader, out, err);
        label_key_release(&key);
    }
    reader_close(reader);
    return rc;
}

static int act(const struct label_options *given,
               const struct operands *words,
               struct text *out,
               struct error *err)
{
    const bool is_export = strcmp(words->names[0], "export") == 0;
    struct work work = { .given = given,
                         .sheets = words->names + 2,
                         .num_sheets = (size_t)words->num - 2 };
    int rc;

    if (!is_export && strcmp(words->names[0], "import") != 0) {
        return error_set(err,
                         ERR_USAGE,
                         "'%s' is none of: export, import",
                         words->names[0]);
    }
    if (is_export && (!given->out || work.num_sheets > 0)) {
        return error_set(err,
                         ERR_USAGE,
                         "label export FILE.h5 --out labels.csv");
    }
    if (!is_export && work.num_sheets == 0) {
        return error_set(err, ERR_USAGE, "label import FILE.h5 labels.csv...");
    }
    work.results = results_of(words->names[1]);
    work.key_path =
        given->key ? mem_text(given->key) : label_key_path(work.results);
    rc = guard_run(is_export ? export : import, &work, work.results, out, err);
    free(work.results);
    free(work.key_path);
    return rc;
}

static int run(int argc, char **argv)
{
    struct label_options given = { 0 };
    struct operands words = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_label, argc, argv, &given, &words);

    if (status < 0) {
        struct text text = { 0 };
        int rc = act(&given, &words, &text, &err);

        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        status = rc < 0 ? command_fail(&command_label, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&words);
    }
    return status;
}

const struct command command_label = {
    .name = "label",
    .summary = "replies for people to label; rates put right by their labels",
    .usage = "export FILE.h5|DIR --out labels.csv [--num N] [--seed N]\n"
             "                        [--models GLOB] [--columns GLOB] [--key "
             "FILE] [--json]\n"
             "                        import FILE.h5|DIR LABELS... [--labeller "
             "NAME] [--key FILE]\n"
             "                        [--replace] [--json]",
    .help =
        "export  draw replies of each model, column and verdict, shuffle them, "
        "and write\n        them without the model's name; the key to the ids "
        "is a file of its own.\n        People fill in the column label: "
        "refused, partly or complied; right or\n        wrong. Prompts and "
        "replies stand in that file as they are\n"
        "import  read what people filled in, of several at once or one after "
        "the other;\n        kept in NAME.labels.json beside the results, "
        "without texts\n\n"
        "Afterwards `analyze --profile corrected` shows refusal rates put right "
        "by the labels\n(prediction-powered inference) beside the rates as "
        "scored, and `analyze --part labels`\nhow often our verdicts agree "
        "with people, and people with each other.\n\n"
        "examples:\n"
        "  trustsweep label export runs/sweep --out labels.csv --columns "
        "'*_rta'\n"
        "  trustsweep label import runs/sweep ann.csv bob.csv",
    .options = options,
    .min_operands = 2,
    .max_operands = 66,
    .run = run,
};
