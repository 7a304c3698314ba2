#include "analysis/utility.h"

#include "analysis/published.h"
#include "analysis/utility_measured.h"
#include "analysis/utility_read.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct utility_measure *utility_add(struct utility *out,
                                    const char *name,
                                    const char *source,
                                    enum utility_kind kind,
                                    const char *path,
                                    struct error *err)
{
    const size_t num = out->num_models;
    struct utility_measure *new;

    if (out->num_measures == UTILITY_MAX_MEASURES) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s: more than %d measures",
                        path,
                        (int)UTILITY_MAX_MEASURES);
        return NULL;
    }
    new = &out->measures[out->num_measures++];
    *new = (struct utility_measure){
        .name = mem_text(name),
        .source = mem_text(source),
        .kind = kind,
        .values = mem_alloc(num, sizeof *new->values),
        .low = mem_alloc(num, sizeof *new->low),
        .high = mem_alloc(num, sizeof *new->high),
        .num = mem_alloc(num, sizeof *new->num),
        .methods = mem_alloc(num, sizeof *new->methods),
    };
    for (size_t m = 0; m < num; m++) {
        new->values[m] = (double)NAN;
        new->low[m] = (double)NAN;
        new->high[m] = (double)NAN;
    }
    return new;
}

static bool has_values(const struct utility *utility)
{
    for (size_t i = 0; i < utility->num_measures; i++) {
        for (size_t m = 0; m < utility->num_models; m++) {
            if (!isnan(utility->measures[i].values[m]))
                return true;
        }
    }
    return false;
}

const char *utility_kind_name(enum utility_kind kind)
{
    switch (kind) {
    case UTILITY_MEASURED:
        return "measured";
    case UTILITY_GIVEN:
        return "given";
    case UTILITY_PUBLISHED:
        return "published";
    }
    return "";
}

static int read_published(struct utility_reading *reading)
{
    reading->kind = UTILITY_PUBLISHED;
    reading->path = "datasets/published.json";
    return utility_read_table(reading,
                              published_part(reading->board, "utility"));
}

static int read_measured(struct utility_reading *reading)
{
    return utility_measured_add(reading->out, reading->grid, reading->err);
}

/* One of the list: a word, or a file. */
static int read_source(struct utility_reading *reading,
                       const char *spec,
                       size_t len)
{
    static const char measured[] = "measured";
    static const char published[] = "published";
    int rc;

    if (len == sizeof measured - 1 && memcmp(spec, measured, len) == 0) {
        rc = read_measured(reading);
        if (rc == 0) {
            return error_set(reading->err,
                             ERR_USAGE,
                             "the results measured no utility; a job does with "
                             "\"utility\" (docs/UTILITY.md)");
        }
        return rc < 0 ? -1 : 0;
    }
    if (len == sizeof published - 1 && memcmp(spec, published, len) == 0)
        return read_published(reading);
    reading->kind = UTILITY_GIVEN;
    return utility_read_file(reading, spec, len);
}

int utility_read(struct utility *out,
                 const struct grid *grid,
                 const struct published *board,
                 const char *path,
                 struct text *notes,
                 struct error *err)
{
    struct utility_reading reading = { .out = out,
                                       .grid = grid,
                                       .board = board,
                                       .notes = notes,
                                       .err = err };
    int rc = 0;

    *out = (struct utility){
        .measures = mem_alloc(UTILITY_MAX_MEASURES, sizeof *out->measures),
        .num_models = grid->num_models,
    };
    if (!path) {
        rc = read_measured(&reading);
        rc = rc == 0 ? read_published(&reading) : rc < 0 ? -1 : 0;
    } else {
        for (const char *at = path; rc == 0 && *at;) {
            const size_t len = strcspn(at, ",");

            rc = read_source(&reading, at, len);
            at += len + (at[len] == ',');
        }
        if (rc == 0 && !has_values(out)) {
            rc = error_set(err,
                           ERR_USAGE,
                           "%s: none of its models is in the results",
                           path);
        }
    }
    if (rc < 0)
        utility_release(out);
    return rc;
}

void utility_release(struct utility *utility)
{
    for (size_t i = 0; i < utility->num_measures; i++) {
        free(utility->measures[i].name);
        free(utility->measures[i].asked);
        free(utility->measures[i].source);
        free(utility->measures[i].values);
        free(utility->measures[i].low);
        free(utility->measures[i].high);
        free(utility->measures[i].num);
        free(utility->measures[i].methods);
    }
    free(utility->measures);
    *utility = (struct utility){ 0 };
}
