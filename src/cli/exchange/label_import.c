#include "analysis/label/label_key.h"
#include "analysis/label/label_sheet.h"
#include "analysis/labels.h"
#include "analysis/table.h"
#include "analysis/validation.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/exchange/label_work.h"
#include "cli/parts/guard.h"
#include "cli/parts/show.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* The labels that are there, or none with the strata of the key. */
static int open_labels(struct labels *out,
                       const struct label_work *work,
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
                       const struct label_work *work,
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

static void say_import(const struct label_work *work,
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

static int keep(const struct label_work *work,
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

static int read_key(struct label_key *out,
                    const struct label_work *work,
                    struct error *err)
{
    if (!file_exists(work->key_path)) {
        return error_set(
            err,
            ERR_IO,
            "%s: no key is there; 'trustsweep label export' wrote it with "
            "the file to label: name it with --key FILE",
            work->key_path);
    }
    return label_key_read(out, work->key_path, err);
}

int label_import(void *context, struct text *out, struct error *err)
{
    const struct label_work *work = context;
    struct reader *reader = guard_open(work->results, err);
    struct label_key key;
    int rc = -1;

    if (reader && read_key(&key, work, err) == 0) {
        rc = keep(work, &key, reader, out, err);
        label_key_release(&key);
    }
    reader_close(reader);
    return rc;
}
