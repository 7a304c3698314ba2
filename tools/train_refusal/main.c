/*
 * train_refusal FOLDER WEIGHTS - train the refusal classifier on recorded
 * answers and say how well it does on models it has not seen.
 *
 * FOLDER holds MODEL/DIMENSION/FILE.json.gz (examples.h).  Trains once for
 * each model left out, prints the table, calibrates on those, trains on all
 * and writes WEIGHTS.  One thread, fixed seeds: the same build gives the same
 * bytes.
 */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "classify/refusal.h"
#include "classify/weights.h"
#include "tools/train_refusal/calibrate.h"
#include "tools/train_refusal/examples.h"
#include "tools/train_refusal/fit_grams.h"
#include "tools/train_refusal/fit_net.h"
#include "tools/train_refusal/report.h"
#include "tools/train_refusal/subset.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

static struct weights *train(const struct examples *examples, int left_out)
{
    struct weights *weights = mem_alloc(1, sizeof *weights);

    fit_grams(weights, examples, left_out);
    fit_net(&weights->net, examples, left_out);
    return weights;
}

/* Opinions on one model, of what was trained on the others, through the file
 * format and the code that reads it. */
static int ask(const struct examples *examples,
               size_t model,
               struct opinion *opinions,
               struct error *err)
{
    struct weights *weights = train(examples, (int)model);
    struct text bytes = { 0 };
    struct refusal_classifier *classifier;

    weights_write(weights, &bytes);
    free(weights);
    classifier = refusal_parse(bytes.data, bytes.len, "trained weights", err);
    text_release(&bytes);
    if (!classifier) {
        return -1;
    }
    for (size_t i = 0; i < examples->num; i++) {
        const struct example *e = &examples->items[i];
        if (e->model == model) {
            opinions[i].is_known =
                refusal_parts(classifier, e->text, e->len, &opinions[i].parts);
        }
    }
    refusal_destroy(classifier);
    return 0;
}

static int write_weights(const struct examples *examples,
                         const struct opinion *opinions,
                         const char *path,
                         struct error *err)
{
    struct weights *weights = train(examples, SUBSET_ALL);
    struct calibration *c = &weights->calibration;
    struct text bytes = { 0 };
    int result;

    calibrate_fit(c, examples, opinions, SUBSET_ALL);
    weights_write(weights, &bytes);
    result = file_write(path, bytes.data, bytes.len, err);
    printf("%s: %zu bytes; offset %.3f, slopes %.3f %.3f, tau %.2f\n",
           path,
           bytes.len,
           c->offset,
           c->gram_slope,
           c->net_slope,
           c->tau);
    text_release(&bytes);
    free(weights);
    return result;
}

static int run(const char *folder, const char *path, struct error *err)
{
    struct examples examples = { 0 };
    struct opinion *opinions = NULL;
    int result = examples_read(&examples, folder, err);

    if (result == 0) {
        printf("%zu labelled answers of %zu models\n",
               examples.num,
               examples.num_models);
        opinions = mem_alloc(examples.num, sizeof *opinions);
    }
    for (size_t m = 0; result == 0 && m < examples.num_models; m++) {
        fprintf(stderr, "without %s\n", examples.models[m]);
        result = ask(&examples, m, opinions, err);
    }
    if (result == 0) {
        report_print(&examples, opinions);
        result = write_weights(&examples, opinions, path, err);
    }
    free(opinions);
    examples_release(&examples);
    return result;
}

int main(int argc, char **argv)
{
    struct error err = { 0 };

    if (argc != 3) {
        fprintf(stderr, "usage: train_refusal FOLDER WEIGHTS\n");
        return 2;
    }
    if (run(argv[1], argv[2], &err)) {
        fprintf(stderr, "train_refusal: %s\n", err.text);
        return error_exit_status(&err);
    }
    return 0;
}
