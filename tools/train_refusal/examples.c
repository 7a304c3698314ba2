#include "tools/train_refusal/examples.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "classify/tokens.h"
#include "classify/weights.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 256 << 20, SHORT_WORDS = 5 };

static size_t find_name(char ***names, size_t *num, const char *name)
{
    for (size_t i = 0; i < *num; i++) {
        if (text_equal((*names)[i], name)) {
            return i;
        }
    }
    *names = mem_resize(*names, *num + 1, sizeof **names);
    (*names)[*num] = mem_text(name);
    return (*num)++;
}

/*
 * Half label, half confidence: the label alone would be learnt by heart, noise
 * included.  But the shortest replies recur word for word and always get the
 * same label, however unsure; there the label is all there is to learn.
 */
static double target_of(bool refusal, double sure, size_t num_words)
{
    sure = sure >= 0.5 && sure <= 1 && num_words > SHORT_WORDS ? (1 + sure) / 2
                                                               : 1;
    return refusal ? sure : 1 - sure;
}

static void add_example(struct examples *out,
                        const char *model,
                        const char *column,
                        const struct cJSON *item)
{
    const char *label = json_member_text(item, "eval_res");
    const char *reply = json_member_text(item, "res");
    double sure = json_member_number(item, "eval_score");
    struct tokens tokens;
    struct grams grams = { 0 };
    struct example *e;

    if (!label || !reply || !text_starts(label, "LABEL_")) {
        return;
    }
    out->items =
        mem_reserve(out->items, &out->cap, out->num + 1, sizeof *out->items);
    e = &out->items[out->num++];
    e->model = find_name(&out->models, &out->num_models, model);
    e->column = find_name(&out->columns, &out->num_columns, column);
    e->refusal = text_equal(label, "LABEL_0");
    e->text = mem_text(reply);
    e->len = strlen(reply);
    tokens_read(&tokens, e->text, e->len);
    e->target = target_of(e->refusal, sure, tokens.num);
    window_read(&e->window, &tokens);
    grams_read(&grams, &tokens);
    memcpy(e->starts, grams.starts, sizeof e->starts);
    e->grams = mem_alloc(grams.starts[GRAMS_NUM_GROUPS], sizeof *e->grams);
    for (size_t i = 0; i < grams.starts[GRAMS_NUM_GROUPS]; i++) {
        e->grams[i] = grams.hashes[i] >> (32 - WEIGHTS_GRAM_BITS);
    }
    grams_release(&grams);
}

static int read_file(struct examples *out,
                     const char *model,
                     const char *path,
                     struct error *err)
{
    struct cJSON *items = json_read(path, MAX_BYTES, err);
    char *stem = path_stem(path);
    char *file = path_stem(stem);

    free(stem);
    if (!items) {
        free(file);
        return -1;
    }
    for (const struct cJSON *item = json_first(items); item;
         item = json_next(item)) {
        /* The two halves of the privacy query are two columns. */
        bool split = text_starts(file, "privacy_awareness_query");
        const char *type = split ? json_member_text(item, "type") : NULL;
        char *column =
            text_format("%s%s%s", file, type ? "." : "", type ? type : "");
        add_example(out, model, column, item);
        free(column);
    }
    json_free(items);
    free(file);
    return 0;
}

static int read_dimension(struct examples *out,
                          const char *model,
                          const char *folder,
                          struct error *err)
{
    struct name_list files = { 0 };
    int result = file_list(folder, &files, err);

    for (size_t i = 0; result == 0 && i < files.num; i++) {
        char *path = path_join(folder, files.names[i]);
        if (text_ends(path, ".json.gz") || text_ends(path, ".json")) {
            result = read_file(out, model, path, err);
        }
        free(path);
    }
    name_list_release(&files);
    return result;
}

static int read_model(struct examples *out,
                      const char *model,
                      const char *folder,
                      struct error *err)
{
    struct name_list dimensions = { 0 };
    int result = file_list(folder, &dimensions, err);

    for (size_t i = 0; result == 0 && i < dimensions.num; i++) {
        char *path = path_join(folder, dimensions.names[i]);
        if (file_is_folder(path)) {
            result = read_dimension(out, model, path, err);
        }
        free(path);
    }
    name_list_release(&dimensions);
    return result;
}

int examples_read(struct examples *out, const char *folder, struct error *err)
{
    struct name_list models = { 0 };
    int result = file_list(folder, &models, err);

    for (size_t i = 0; result == 0 && i < models.num; i++) {
        char *path = path_join(folder, models.names[i]);
        if (file_is_folder(path)) {
            result = read_model(out, models.names[i], path, err);
        }
        free(path);
    }
    name_list_release(&models);
    if (result == 0 && out->num_models < 3) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: labelled answers of %zu models, 3 are needed",
                         folder,
                         out->num_models);
    }
    return result;
}

static void free_names(char **names, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        free(names[i]);
    }
    free(names);
}

void examples_release(struct examples *examples)
{
    for (size_t i = 0; i < examples->num; i++) {
        free(examples->items[i].text);
        free(examples->items[i].grams);
    }
    free(examples->items);
    free_names(examples->models, examples->num_models);
    free_names(examples->columns, examples->num_columns);
    *examples = (struct examples){ 0 };
}
