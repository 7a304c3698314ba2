#include "store/merge_same.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/merge_order.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Recorded answers have their own digest for identity: two files of one model
 * have two. */
static bool is_recorded(const char *identity)
{
    return text_starts(identity, "replay:");
}

/* A fact of a model may be unknown to one file; nothing else may. */
static bool is_same_text(const struct schema_dataset *what,
                         const char *a,
                         const char *b)
{
    if (text_equal(a, b))
        return true;
    if (what->dims[0] != DIM_MODEL)
        return false;
    if (text_equal(what->path, "/models/identity"))
        return is_recorded(a) && is_recorded(b);
    return !a[0] || !b[0];
}

static bool is_same_number(const struct schema_dataset *what,
                           const unsigned char *a,
                           const unsigned char *b)
{
    double first;
    double second;

    if (memcmp(a, b, schema_type_size(what->type)) == 0)
        return true;
    if (what->type != TYPE_F64)
        return false;
    memcpy(&first, a, sizeof first);
    memcpy(&second, b, sizeof second);
    return (isnan(first) && isnan(second))
           || (what->dims[0] == DIM_MODEL && (isnan(first) || isnan(second)));
}

struct values {
    char **texts;
    unsigned char *numbers;
};

static bool is_same(const struct schema_dataset *what,
                    const struct values *values,
                    const struct merge_row *a,
                    const struct merge_row *b)
{
    const struct values *first = &values[a->file];
    const struct values *second = &values[b->file];
    const size_t size = schema_type_size(what->type);

    if (first->texts && second->texts)
        return is_same_text(what, first->texts[a->row], second->texts[b->row]);
    return first->numbers && second->numbers
           && is_same_number(what,
                             &first->numbers[a->row * size],
                             &second->numbers[b->row * size]);
}

static int load(const struct merge_order *self,
                const struct schema_dataset *what,
                size_t file,
                struct values *out,
                struct error *err)
{
    const struct reader *reader = self->readers[file];

    *out = (struct values){ 0 };
    if (what->type == TYPE_STRING) {
        out->texts = reader_data_load_texts(reader, what->path, err);
    } else {
        out->numbers = reader_data_load(reader, what->path, err);
    }
    return out->texts || out->numbers ? 0 : error_wrap(err, "%s", reader->path);
}

static int differ(const struct merge_order *self,
                  const struct schema_dataset *what,
                  const struct values *values,
                  const struct merge_row *rows, /* [2] */
                  struct error *err)
{
    const size_t file = rows[1].file;
    const char *name = schema_dimensions[what->dims[0]].name;
    char *path = text_format("/%s", name);
    char **names = reader_data_load_texts(self->readers[file], path, NULL);
    const bool is_text = what->type == TYPE_STRING;

    (void)error_set(err,
                    ERR_USAGE,
                    "%s '%s' is not the same in both: %s is%s%.60s%s in %s, "
                    "%s%.60s%s in %s",
                    name,
                    names ? names[rows[1].row] : "?",
                    what->path,
                    is_text ? " '" : " one number",
                    is_text ? values[rows[0].file].texts[rows[0].row] : "",
                    is_text ? "'" : "",
                    self->paths[rows[0].file],
                    is_text ? "'" : "another",
                    is_text ? values[file].texts[rows[1].row] : "",
                    is_text ? "'" : "",
                    self->paths[file]);
    reader_data_free_texts(names,
                           (size_t)self->readers[file]->lengths[what->dims[0]]);
    free(path);
    return -1;
}

static int compare(const struct merge_order *self,
                   const struct schema_dataset *what,
                   const struct values *values,
                   struct error *err)
{
    const struct merge_axis *axis = &self->axes[what->dims[0]];

    for (size_t f = 0; f < self->num; f++) {
        const uint64_t num = self->readers[f]->lengths[what->dims[0]];

        for (uint64_t row = 0; row < num; row++) {
            const struct merge_row rows[] = {
                axis->rows[axis->place[f][row]],
                { .file = f, .row = row },
            };

            if (!is_same(what, values, &rows[0], &rows[1]))
                return differ(self, what, values, rows, err);
        }
    }
    return 0;
}

static int check(const struct merge_order *self,
                 const struct schema_dataset *what,
                 struct error *err)
{
    struct values *values = mem_alloc(self->num, sizeof *values);
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < self->num; f++) {
        if (schema_is_there(what, self->readers[f]->lengths))
            rc = load(self, what, f, &values[f], err);
    }
    if (rc == 0)
        rc = compare(self, what, values, err);
    for (size_t f = 0; f < self->num; f++) {
        reader_data_free_texts(
            values[f].texts,
            (size_t)self->readers[f]->lengths[what->dims[0]]);
        free(values[f].numbers);
    }
    free(values);
    return rc;
}

int merge_same_check(const struct merge_order *self,
                     enum schema_dim dim,
                     struct error *err)
{
    for (size_t i = 0; i < schema_num_datasets; i++) {
        const struct schema_dataset *what = &schema_datasets[i];

        if (what->dims[0] != dim || what->dims[1] != DIM_NONE
            || !what->in_digest || merge_order_refers(what->path) != DIM_NONE)
            continue;
        if (check(self, what, err) < 0)
            return -1;
    }
    return 0;
}
