#include "analysis/export/export_source.h"
#include "analysis/label/label_key.h"
#include "analysis/label/label_sample.h"
#include "analysis/label/label_sheet.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/exchange/label_work.h"
#include "cli/parts/guard.h"
#include "store/reader.h"
#include "store/reader_data.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

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

static void say_export(const struct label_work *work,
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

        json_add_text(root, "sheet", work->given->output);
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
              work->given->output,
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
              work->given->output);
    if (work->given->key)
        text_addf(out, " --key %s", work->given->key);
    text_add(out, "\n");
}

/* Before anything is read: whether both can be written. */
static int check_places(const struct label_work *work, struct error *err)
{
    if (file_can_make(work->given->output, err) < 0
        || file_can_make(work->key_path, err) < 0)
        return -1;
    if (file_exists(work->given->output)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: is there already, perhaps with labels; move it "
                         "away, or --output OTHER",
                         work->given->output);
    }
    if (text_equal(work->given->output, work->key_path)) {
        return error_set(err,
                         ERR_USAGE,
                         "--output and --key are one file; give two names");
    }
    return 0;
}

static int write_both(const struct label_work *work,
                      struct export_source *source,
                      struct label_sample *sample,
                      struct text *out,
                      struct error *err)
{
    size_t *units;
    struct label_key key;
    int rc = -1;

    units = mem_alloc(sample->num_units, sizeof *units);
    for (size_t i = 0; i < sample->num_units; i++)
        units[i] = sample->units[i].unit;
    if (make_key(&key, sample, source->reader, err) == 0) {
        /* the key first: a sheet without one is lost work */
        rc = label_key_write(&key, work->key_path, err);
        if (rc == 0) {
            rc = label_sheet_write(source,
                                   &key,
                                   units,
                                   work->given->output,
                                   err);
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

/* Nobody can label what is not there. */
static int check_texts(const struct reader *reader,
                       const char *path,
                       struct error *err)
{
    const char *left = reader_redaction(reader);

    if (text_equal(left, "none")) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: a redacted file without texts, so there is "
                         "nothing to read; draw from the file it was made of",
                         path);
    }
    if (left) {
        fprintf(
            stderr,
            "trustsweep label: %s: a redacted file: of data files that ask for "
            "harm or name people only the length of texts is left; draw "
            "from the file it was made of\n",
            path);
    }
    return 0;
}

int label_export(void *context, struct text *out, struct error *err)
{
    const struct label_work *work = context;
    const struct label_sample_params params = {
        .num = (size_t)work->given->num,
        .seed = (uint64_t)work->given->seed,
        .models = work->given->models,
        .columns = work->given->columns,
    };
    struct reader *reader;
    struct export_source source;
    struct label_sample sample;
    int rc = -1;

    if (check_places(work, err) < 0)
        return -1;
    reader = guard_open(work->results, err);
    if (reader && check_texts(reader, work->results, err) == 0
        && export_source_open(&source, reader, err) == 0) {
        if (label_sample_draw(&sample, &source, &params, err) == 0) {
            rc = write_both(work, &source, &sample, out, err);
            label_sample_release(&sample);
        }
        export_source_close(&source);
    }
    reader_close(reader);
    return rc;
}
