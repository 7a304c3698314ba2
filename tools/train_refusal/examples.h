/*
 * examples.h - recorded answers with the label the Longformer gave them.
 *
 * FOLDER/MODEL/DIMENSION/FILE.json.gz, arrays of items with `res`, `eval_res`
 * (LABEL_0 = refusal) and `eval_score`.  Items without a label are passed over.
 */
#ifndef EXAMPLES_H
#define EXAMPLES_H

#include "classify/grams.h"
#include "classify/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

struct example {
    size_t model;
    size_t column;
    bool refusal;
    double target; /* what is learnt: between the label and its confidence */
    char *text;
    size_t len;
    struct window window;
    uint32_t *grams; /* indices of weights, as starts[] groups them */
    size_t starts[GRAMS_NUM_GROUPS + 1];
};

struct examples {
    struct example *items; /* [num], by model, file, place in it */
    size_t num;
    size_t cap;
    char **models; /* [num_models] */
    size_t num_models;
    char **columns; /* [num_columns] */
    size_t num_columns;
};

int examples_read(struct examples *out, const char *folder, struct error *err);
void examples_release(struct examples *examples);

#endif
