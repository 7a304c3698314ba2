#include "analysis/chosen.h"
#include "analysis/report/report_parts.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/state.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* So many models and columns of each are named. */
enum { MOST_MODELS = 5, MOST_COLUMNS = 3 };

/* What was cut off, of a column or of a model over its columns. */
struct cut {
    size_t at; /* column, or model */
    const struct reader *reader;
    uint64_t num;
    size_t file; /* of the readers; 0 of a column */
};

static int by_most(const void *a, const void *b)
{
    const struct cut *x = a;
    const struct cut *y = b;

    if (x->num != y->num)
        return x->num < y->num ? 1 : -1;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->file > y->file) - (x->file < y->file);
}

/* The ranked columns of a model with verdicts on truncated replies, most first,
 * into cuts[num_columns]; returns how many. */
static size_t find_columns(const struct reader *reader,
                           size_t model,
                           struct cut *cuts)
{
    struct chosen chosen;
    size_t num = 0;

    chosen_read(&chosen, reader);
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_column *column = reader_column(reader, c);
        const uint64_t cut = reader_score(reader, PROFILE_PAPER, model, c)
                                 ->states[STATE_TRUNCATED];

        if (column->is_ranked && chosen_has(&chosen, column) && cut > 0)
            cuts[num++] = (struct cut){ c, reader, cut, 0 };
    }
    chosen_release(&chosen);
    qsort(cuts, num, sizeof *cuts, by_most);
    return num;
}

/* "a 12 (misuse_rta 8, jailbreak_rta 4)" */
static void add_model(struct text *out, const struct cut *model)
{
    struct cut *cuts =
        mem_alloc(reader_num_columns(model->reader), sizeof *cuts);
    const size_t num = find_columns(model->reader, model->at, cuts);

    text_addf(out,
              "%s %llu (",
              reader_model(model->reader, model->at)->name,
              (unsigned long long)model->num);
    for (size_t i = 0; i < num && i < MOST_COLUMNS; i++) {
        text_addf(out,
                  "%s%s %llu",
                  i > 0 ? ", " : "",
                  reader_column(model->reader, cuts[i].at)->name,
                  (unsigned long long)cuts[i].num);
    }
    if (num > MOST_COLUMNS)
        text_addf(out, ", %zu more columns", num - MOST_COLUMNS);
    text_add(out, ")");
    free(cuts);
}

/* The models of a file with such verdicts, added to models[*num]. */
static void find_models(const struct reader *reader,
                        size_t file,
                        struct cut *models,
                        size_t *num)
{
    struct cut *cuts = mem_alloc(reader_num_columns(reader), sizeof *cuts);

    for (size_t m = 0; m < reader_num_models(reader); m++) {
        const size_t num_columns = find_columns(reader, m, cuts);
        struct cut all = { m, reader, 0, file };

        for (size_t i = 0; i < num_columns; i++)
            all.num += cuts[i].num;
        if (all.num > 0)
            models[(*num)++] = all;
    }
    free(cuts);
}

void report_truncated_say(struct text *out,
                          const struct reader *const *readers,
                          size_t num_readers)
{
    size_t room = 0;
    size_t num = 0;
    uint64_t all = 0;
    struct cut *models;

    for (size_t f = 0; f < num_readers; f++)
        room += reader_num_models(readers[f]);
    models = mem_alloc(room, sizeof *models);
    for (size_t f = 0; f < num_readers; f++)
        find_models(readers[f], f, models, &num);
    for (size_t i = 0; i < num; i++)
        all += models[i].num;
    qsort(models, num, sizeof *models, by_most);
    for (size_t i = 0; i < num && i < MOST_MODELS; i++) {
        if (i == 0) {
            text_addf(out,
                      "Replies cut off at max_tokens count as far as they go; "
                      "%llu verdict%s of such replies: ",
                      (unsigned long long)all,
                      all == 1 ? " is" : "s are");
        }
        text_add(out, i > 0 ? "; " : "");
        add_model(out, &models[i]);
    }
    if (num > MOST_MODELS)
        text_addf(out, "; %zu more models", num - MOST_MODELS);
    if (num > 0)
        text_add(out, ". More max_tokens let them end.");
    free(models);
}
