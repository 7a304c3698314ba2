#include "analysis/utility_measured.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/reader_utility.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

/* So many were asked of the model that was asked most. */
static uint64_t count_questions(const struct reader_utility *from, size_t at)
{
    uint64_t most = 0;

    for (size_t m = 0; m < from->num_models; m++) {
        const size_t i = m * from->num_measures + at;
        const uint64_t num = from->num[i] + from->num_skipped[i];

        most = num > most ? num : most;
    }
    return most;
}

/* How a task was asked: what makes two measures one. */
static char *describe(const struct reader_utility *from, size_t at)
{
    const struct reader_measure *of = &from->measures[at];

    return text_format("measured in these results: %s, %llu questions, %s, %u "
                       "solved example%s before each question, share right "
                       "(guessing: %.4f)",
                       of->task,
                       (unsigned long long)count_questions(from, at),
                       of->ask,
                       of->num_examples,
                       of->num_examples == 1 ? "" : "s",
                       of->chance);
}

/* The measure of an earlier file that was asked alike, or a new one; NULL: too
 * many. */
static struct utility_measure *place(struct utility *out,
                                     const struct reader_utility *from,
                                     size_t which,
                                     size_t file,
                                     struct error *err)
{
    const struct reader_measure *of = &from->measures[which];
    char *source = describe(from, which);
    char *name = mem_text(of->name);
    struct utility_measure *found = NULL;

    for (size_t i = 0; i < out->num_measures && !found; i++) {
        struct utility_measure *at = &out->measures[i];

        if (at->kind != UTILITY_MEASURED || !text_equal(at->asked, of->name))
            continue;
        if (text_equal(at->source, source)) {
            found = at;
        } else {
            free(name);
            name = text_format("%s@%zu", of->name, file + 1);
        }
    }
    if (!found) {
        found =
            utility_add(out, name, source, UTILITY_MEASURED, "results", err);
        if (found)
            found->asked = mem_text(of->name);
    }
    free(name);
    free(source);
    return found;
}

/* All measures of one file. */
static int add_file(struct utility *out,
                    const struct grid *grid,
                    size_t file,
                    struct error *err)
{
    struct reader_utility from;
    int rc = reader_utility_load(grid->readers[file], &from, err);

    for (size_t i = 0; rc == 0 && i < from.num_measures; i++) {
        struct utility_measure *to;

        if (!text_equal(from.measures[i].kind, "all"))
            continue;
        to = place(out, &from, i, file, err);
        if (!to) {
            rc = -1;
            break;
        }
        for (size_t m = 0; m < grid->num_models; m++) {
            const struct grid_model *model = &grid->models[m];
            const size_t at = model->at * from.num_measures + i;

            if (model->file != file)
                continue;
            to->values[m] = from.accuracy[at];
            to->low[m] = from.low[at];
            to->high[m] = from.high[at];
            to->num[m] = from.num[at];
            to->methods[m] = from.methods[at];
        }
    }
    reader_utility_release(&from);
    return rc;
}

/* "; by likelihood: a, b; by generation: c" behind the source. */
static void add_methods(struct utility_measure *measure,
                        const struct grid *grid)
{
    struct text out = { 0 };

    text_add(&out, measure->source);
    for (unsigned method = METHOD_LIKELIHOOD;
         method <= (METHOD_LIKELIHOOD | METHOD_GENERATION);
         method++) {
        size_t num = 0;

        for (size_t m = 0; m < grid->num_models; m++) {
            if (measure->methods[m] != method)
                continue;
            if (num++ == 0) {
                text_addf(&out, "; by %s: ", schema_method_name(method));
            } else {
                text_add(&out, ", ");
            }
            text_add(&out, grid->models[m].name);
        }
    }
    free(measure->source);
    measure->source = text_take(&out);
}

static bool has_value(const struct utility_measure *measure, size_t num_models)
{
    for (size_t m = 0; m < num_models; m++) {
        if (!isnan(measure->values[m]))
            return true;
    }
    return false;
}

int utility_measured_add(struct utility *out,
                         const struct grid *grid,
                         struct error *err)
{
    const size_t had = out->num_measures;
    int num = 0;

    for (size_t f = 0; f < grid->num_readers; f++) {
        if (add_file(out, grid, f, err) < 0)
            return -1;
    }
    for (size_t i = had; i < out->num_measures; i++) {
        add_methods(&out->measures[i], grid);
        num += has_value(&out->measures[i], out->num_models);
    }
    return num;
}
