#include "score/sample.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sample_init(struct sample *sample, const struct metric_params *params)
{
    *sample = (struct sample){ .params = params };
}

void sample_release(struct sample *sample)
{
    for (size_t i = 0; sample->names && i < sample->num_groups; i++)
        free(sample->names[i]);
    free((void *)sample->names);
    free(sample->entries);
    free(sample->groups);
    free(sample->items);
    free(sample->asks);
    free(sample->clusters);
    free(sample->errors);
    *sample = (struct sample){ 0 };
}

uint32_t sample_group(struct sample *sample,
                      const struct item *item,
                      const char *field)
{
    char buf[ITEM_KEY];
    const char *name = field ? item_key(item, field, buf, sizeof buf) : NULL;

    if (!name)
        name = "";
    for (size_t i = 0; i < sample->num_groups; i++) {
        if (text_equal(sample->names[i], name))
            return (uint32_t)i;
    }
    sample->names = mem_reserve((void *)sample->names,
                                &sample->cap_groups,
                                sample->num_groups + 1,
                                sizeof *sample->names);
    sample->names[sample->num_groups] = mem_text(name);
    return (uint32_t)sample->num_groups++;
}

void sample_fix_groups(struct sample *sample, size_t num)
{
    sample->num_groups = num;
}

/* The fields named in `list`, separated by commas; an item that has none of
 * them is a cluster of its own. */
static struct hash128 cluster_of(const struct item *item, const char *list)
{
    struct hash_stream *stream = hash_stream_create();
    bool has_any = false;

    while (list && *list) {
        const size_t len = strcspn(list, ",");
        char *field = mem_text_len(list, len);
        char buf[ITEM_KEY];
        const char *key = item_key(item, field, buf, sizeof buf);

        const struct cJSON *value = json_member(item->entry, field);
        struct text text = { 0 };

        if (!key && value && !json_is_null(value)) {
            json_write_line(value, &text);
            key = text_data(&text);
        }
        hash_stream_text(stream, key);
        has_any = has_any || key;
        list += len + (list[len] == ',');
        text_release(&text);
        free(field);
    }
    if (!has_any)
        hash_stream_u64(stream, item->index);
    return hash_stream_end(stream);
}

void sample_add(struct sample *sample,
                uint32_t group,
                const struct observation *observation,
                double a,
                double b)
{
    const char *fields = sample->params->cluster;

    sample->entries = mem_reserve(sample->entries,
                                  &sample->cap,
                                  sample->num + 1,
                                  sizeof *sample->entries);
    sample->entries[sample->num++] = (struct sample_entry){
        .group = group,
        .repeat = observation->repeat,
        .item = observation->item->index,
        .cluster = fields ? cluster_of(observation->item, fields)
                          : (struct hash128){ 0 },
        .a = a,
        .b = b,
        .error = observation->verdict->error,
    };
    sample->has_repeats = sample->has_repeats || observation->repeat > 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Number groups by name. */
static void order_groups(struct sample *sample)
{
    uint32_t *places;
    const char **sorted;

    if (!sample->names)
        return;
    places = mem_alloc(sample->num_groups, sizeof *places);
    sorted = mem_alloc(sample->num_groups, sizeof *sorted);
    memcpy((void *)sorted,
           (const void *)sample->names,
           sample->num_groups * sizeof *sorted);
    qsort((void *)sorted, sample->num_groups, sizeof *sorted, compare_names);
    for (size_t i = 0; i < sample->num_groups; i++) {
        const char **at = bsearch(&sample->names[i],
                                  (const void *)sorted,
                                  sample->num_groups,
                                  sizeof *sorted,
                                  compare_names);

        places[i] = (uint32_t)(at - sorted);
    }
    for (size_t i = 0; i < sample->num; i++)
        sample->entries[i].group = places[sample->entries[i].group];
    memcpy((void *)sample->names,
           (const void *)sorted,
           sample->num_groups * sizeof *sorted);
    free((void *)sorted);
    free(places);
}

static int compare_numbers(double x, double y)
{
    return (x > y) - (x < y);
}

static int compare_entries(const void *a, const void *b)
{
    const struct sample_entry *x = a;
    const struct sample_entry *y = b;
    int order = hash_compare(x->cluster, y->cluster);

    if (order == 0)
        order = (x->item > y->item) - (x->item < y->item);
    if (order == 0)
        order = (x->repeat > y->repeat) - (x->repeat < y->repeat);
    if (order == 0)
        order = (x->group > y->group) - (x->group < y->group);
    if (order == 0)
        order = compare_numbers(x->a, y->a);
    return order != 0 ? order : compare_numbers(x->b, y->b);
}

void sample_finish(struct sample *sample)
{
    const size_t num = sample->num;

    order_groups(sample);
    if (num > 0)
        qsort(sample->entries, num, sizeof *sample->entries, compare_entries);
    sample->groups = mem_alloc(num, sizeof *sample->groups);
    sample->items = mem_alloc(num, sizeof *sample->items);
    sample->asks = mem_alloc(num, sizeof *sample->asks);
    sample->errors = mem_alloc(num, sizeof *sample->errors);
    if (sample->params->cluster)
        sample->clusters = mem_alloc(num, sizeof *sample->clusters);
    for (size_t i = 0; i < num; i++) {
        const struct sample_entry *x = &sample->entries[i];
        const bool is_cluster = i > 0 && hash_equal(x->cluster, x[-1].cluster);
        const bool is_item = is_cluster && x->item == x[-1].item;
        const bool is_ask = is_item && x->repeat == x[-1].repeat;

        sample->groups[i] = x->group;
        sample->errors[i] = x->error;
        if (i > 0) {
            sample->items[i] = sample->items[i - 1] + !is_item;
            sample->asks[i] = sample->asks[i - 1] + !is_ask;
        }
        if (i > 0 && sample->clusters)
            sample->clusters[i] = sample->clusters[i - 1] + !is_cluster;
    }
}

void sample_need_all_groups(struct sample *sample)
{
    bool *is_there = mem_alloc(sample->num_groups, sizeof *is_there);

    for (size_t i = 0; i < sample->num; i++)
        is_there[sample->entries[i].group] = true;
    for (size_t g = 0; g < sample->num_groups; g++)
        sample->lacks_part = sample->lacks_part || !is_there[g];
    free(is_there);
}

double sample_error(const struct sample *sample)
{
    double *sums = mem_alloc(sample->num_groups, sizeof *sums);
    double *counts = mem_alloc(sample->num_groups, sizeof *counts);
    double sum = 0;
    double num_used = 0;

    for (size_t i = 0; i < sample->num; i++) {
        sums[sample->groups[i]] += sample->errors[i];
        counts[sample->groups[i]]++;
    }
    for (size_t g = 0; g < sample->num_groups; g++) {
        if (counts[g] > 0) {
            sum += sums[g] / counts[g];
            num_used++;
        }
    }
    free(sums);
    free(counts);
    return num_used > 0 ? sum / num_used : 0;
}

double sample_number(const struct item *item, const char *field)
{
    double number = item_number(item, field);
    const char *text = item_text(item, field);

    if (isnan(number) && (!text || !text_to_double(text, &number)))
        return (double)NAN;
    return number;
}

int sample_label(const char *const *labels, const char *name)
{
    if (!labels || !name || !labels[0])
        return LABEL_NONE;
    for (int i = 1; labels[i]; i++) {
        if (text_equal(labels[i], name))
            return i;
    }
    return LABEL_NONE;
}
