#include "store/reader_utility.h"

#include "base/mem.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>

static const struct {
    const char *path;
    size_t offset;
} texts[] = {
    { "/measure", offsetof(struct reader_measure, name) },
    { "/utility/task", offsetof(struct reader_measure, task) },
    { "/utility/kind", offsetof(struct reader_measure, kind) },
    { "/utility/format", offsetof(struct reader_measure, format) },
    { "/utility/ask", offsetof(struct reader_measure, ask) },
};

static char **member(struct reader_measure *measure, size_t text)
{
    return (char **)(void *)((char *)measure + texts[text].offset);
}

static int load_numbers(const struct reader *reader,
                        struct reader_utility *out,
                        struct error *err)
{
    const hid_t file = reader->file;
    const uint64_t num = out->num_measures;
    uint32_t *columns = load_all(file, "/utility/column", TYPE_U32, num, err);
    uint32_t *examples =
        load_all(file, "/utility/num_examples", TYPE_U32, num, err);
    double *chances = load_all(file, "/utility/chance", TYPE_F64, num, err);
    int rc = columns && examples && chances ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < num; i++) {
        out->measures[i].column = columns[i];
        out->measures[i].num_examples = examples[i];
        out->measures[i].chance = chances[i];
        if (columns[i] >= reader->lengths[DIM_COLUMN]) {
            rc = error_set(err,
                           ERR_FORMAT,
                           "/utility/column: row %zu is no column",
                           i);
        }
    }
    free(columns);
    free(examples);
    free(chances);
    return rc;
}

static int load_values(const struct reader *reader,
                       struct reader_utility *out,
                       struct error *err)
{
    const hid_t file = reader->file;
    const uint64_t num = (uint64_t)out->num_models * out->num_measures;

    out->accuracy = load_all(file, "/utility/accuracy", TYPE_F64, num, err);
    out->low = load_all(file, "/utility/low", TYPE_F64, num, err);
    out->high = load_all(file, "/utility/high", TYPE_F64, num, err);
    out->num = load_all(file, "/utility/num", TYPE_U64, num, err);
    out->num_skipped =
        load_all(file, "/utility/num_skipped", TYPE_U64, num, err);
    out->methods = load_all(file, "/utility/method", TYPE_U8, num, err);
    return out->accuracy && out->low && out->high && out->num
                   && out->num_skipped && out->methods
               ? 0
               : -1;
}

static int load_measures(const struct reader *reader,
                         struct reader_utility *out,
                         struct error *err)
{
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        char **list =
            load_texts(reader->file, texts[t].path, out->num_measures, err);

        if (!list)
            return -1;
        for (size_t i = 0; i < out->num_measures; i++)
            *member(&out->measures[i], t) = list[i];
        free((void *)list);
    }
    return load_numbers(reader, out, err);
}

int reader_utility_load(const struct reader *reader,
                        struct reader_utility *out,
                        struct error *err)
{
    *out = (struct reader_utility){
        .num_measures = (size_t)reader->lengths[DIM_MEASURE],
        .num_models = (size_t)reader->lengths[DIM_MODEL],
    };
    if (out->num_measures == 0)
        return 0;
    out->measures = mem_alloc(out->num_measures, sizeof *out->measures);
    if (load_measures(reader, out, err) < 0
        || load_values(reader, out, err) < 0) {
        reader_utility_release(out);
        return error_wrap(err, "%s", reader->path);
    }
    return 0;
}

void reader_utility_release(struct reader_utility *utility)
{
    for (size_t i = 0; utility->measures && i < utility->num_measures; i++) {
        for (size_t t = 0; t < ARRAY_LEN(texts); t++)
            free(*member(&utility->measures[i], t));
    }
    free(utility->measures);
    free(utility->accuracy);
    free(utility->low);
    free(utility->high);
    free(utility->num);
    free(utility->num_skipped);
    free(utility->methods);
    *utility = (struct reader_utility){ 0 };
}
