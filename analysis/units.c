#include "analysis/units.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

/* A unit's name: the cluster, or the item's position. */
static struct hash128 name_of(const struct sums *sums, size_t entry)
{
    if (sums->clusters)
        return sums->clusters[entry];
    return (struct hash128){ 0, sums->items[entry] };
}

struct name {
    struct hash128 hash;
    size_t item; /* the first one of it */
    size_t unit;
};

static int compare_names(const void *a, const void *b)
{
    const struct name *left = a;
    const struct name *right = b;
    const int by_hash = hash_compare(left->hash, right->hash);

    if (by_hash != 0)
        return by_hash;
    return left->item < right->item ? -1 : left->item > right->item;
}

static int compare_items(const void *a, const void *b)
{
    const struct name *left = a;
    const struct name *right = b;

    return left->item < right->item ? -1 : left->item > right->item;
}

/* The names of all models' units, each once, in order of their hashes.  Units
 * are in order of their first items: so they are drawn alike whatever stands for
 * a name, as in a file whose texts are masked. */
static struct name *list_names(struct units *out)
{
    struct name *names;
    size_t num = 0;

    for (size_t m = 0; m < out->num_models; m++)
        num += out->sums[m] ? out->sums[m]->num : 0;
    names = mem_alloc(num, sizeof *names);
    num = 0;
    for (size_t m = 0; m < out->num_models; m++) {
        const struct sums *sums = out->sums[m];

        for (size_t i = 0; sums && i < sums->num; i++) {
            names[num++] = (struct name){ .hash = name_of(sums, i),
                                          .item = sums->items[i] };
        }
    }
    if (num > 0)
        qsort(names, num, sizeof *names, compare_names);
    for (size_t i = 0; i < num; i++) {
        if (i == 0 || !hash_equal(names[i].hash, names[out->num - 1].hash))
            names[out->num++] = names[i];
    }
    if (out->num > 0)
        qsort(names, out->num, sizeof *names, compare_items);
    for (size_t u = 0; u < out->num; u++)
        names[u].unit = u;
    if (out->num > 0)
        qsort(names, out->num, sizeof *names, compare_names);
    return names;
}

/* By the hash alone. */
static int compare(const void *a, const void *b)
{
    return hash_compare(((const struct name *)a)->hash,
                        ((const struct name *)b)->hash);
}

static size_t find(const struct units *units,
                   const struct name *names,
                   struct hash128 hash)
{
    const struct name wanted = { .hash = hash };
    const struct name *at =
        bsearch(&wanted, names, units->num, sizeof *names, compare);

    return at->unit;
}

/* One row a unit, (num, width); and the stratum of each, where all entries of a
 * unit are of one. */
static double *add_up(struct units *out, const struct name *names)
{
    const size_t width = out->offsets[out->num_models];
    double *rows = mem_alloc(out->num * width, sizeof *rows);
    uint32_t *seen = mem_alloc(out->num, sizeof *seen);
    bool has_strata = true;

    for (size_t m = 0; m < out->num_models; m++) {
        const struct sums *sums = out->sums[m];

        for (size_t i = 0; sums && i < sums->num; i++) {
            const size_t unit = find(out, names, name_of(sums, i));
            double *row = &rows[unit * width + out->offsets[m]];
            const uint32_t stratum = sums->strata ? sums->strata[i] + 1 : 1;

            for (size_t k = 0; k < sums->width; k++)
                row[k] += sums->parts[i * sums->width + k];
            has_strata = has_strata && (!seen[unit] || seen[unit] == stratum);
            seen[unit] = stratum;
        }
    }
    for (size_t u = 0; u < out->num; u++)
        seen[u]--;
    if (has_strata) {
        out->strata = seen;
    } else {
        free(seen);
    }
    return rows;
}

/* Most parts are 0. */
static void compress(struct units *out, const double *rows)
{
    const size_t width = out->offsets[out->num_models];
    size_t num = 0;

    for (size_t i = 0; i < out->num * width; i++)
        num += rows[i] != 0;
    out->starts = mem_alloc(out->num + 1, sizeof *out->starts);
    out->places = mem_alloc(num, sizeof *out->places);
    out->values = mem_alloc(num, sizeof *out->values);
    out->totals = mem_alloc(width, sizeof *out->totals);
    num = 0;
    for (size_t u = 0; u < out->num; u++) {
        for (size_t k = 0; k < width; k++) {
            const double value = rows[u * width + k];

            if (value != 0) {
                out->places[num] = (uint32_t)k;
                out->values[num++] = value;
                out->totals[k] += value;
            }
        }
        out->starts[u + 1] = num;
    }
}

void units_of_column(struct units *out,
                     const struct cell_sums *cells,
                     size_t column)
{
    const size_t num = cells->num_models;
    const struct sums **sums = mem_alloc(num, sizeof(const struct sums *));
    struct name *names;
    double *rows;

    *out = (struct units){ .num_models = num, .sums = sums };
    out->offsets = mem_alloc(num + 1, sizeof *out->offsets);
    for (size_t m = 0; m < num; m++) {
        const struct sums *of = &cells->cells[m * cells->num_columns + column];

        sums[m] = of->num > 0 ? of : NULL;
        out->offsets[m + 1] = out->offsets[m] + (sums[m] ? of->width : 0);
    }
    names = list_names(out);
    rows = add_up(out, names);
    compress(out, rows);
    free(names);
    free(rows);
}

void units_release(struct units *units)
{
    free((void *)units->sums);
    free(units->offsets);
    free(units->strata);
    free(units->starts);
    free(units->places);
    free(units->values);
    free(units->totals);
    *units = (struct units){ 0 };
}
