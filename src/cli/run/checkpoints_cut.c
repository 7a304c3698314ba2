#include "cli/run/checkpoints_cut.h"

#include "base/text.h"
#include "cli/folder/checkpoints_left_out.h"
#include "cli/forecast/outlook.h"
#include "cli/run/checkpoints_forecast.h"
#include "cli/run/checkpoints_subset.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdio.h>

enum { SHRINKS = 8 }; /* of a cut that takes too long; then it is halved */

/* Of the part that a cut would have to be of itself, so that it comes to fit. */
static const double shrink = 0.99;

/* The longest load of one model. */
static double one_load_s(const struct outlook *outlook)
{
    double load_s = 0;

    for (size_t i = 0; i < outlook->params.num_models; i++)
        load_s = fmax(load_s, outlook->models[i].load_s);
    return load_s;
}

/* With more models than workers each loads several of them, one after the other:
 * the least that this can take. */
static double least_load_s(const struct outlook *outlook, size_t workers)
{
    const size_t num = outlook->params.num_models;
    const size_t times = (num + workers - 1) / workers;
    double sum_s = 0;

    for (size_t i = 0; i < num; i++)
        sum_s += fmax(outlook->models[i].load_s, 0);
    return fmax((double)times * sum_s / (double)num, one_load_s(outlook));
}

/* The same of what the models are asked now that they are cut. */
static int forecast_cut(const struct job *job,
                        size_t first,
                        const struct checkpoints_cut_params *params,
                        struct checkpoints_took *took,
                        struct error *err)
{
    struct outlook outlook;
    struct sweep *sweep;

    if (checkpoints_forecast_open(job, first, &sweep, &outlook, err) < 0)
        return -1;
    *took = checkpoints_forecast_all(job, &outlook, params);
    checkpoints_forecast_close(sweep, &outlook);
    return 0;
}

/* What is known of models that do not fit. */
struct tried {
    double part;      /* of their work that there is time for, if each worker
                         loads once */
    bool is_too_wide; /* a subset would fit that is wider than `widest` */
};

/* The new models with all that they have. */
struct whole {
    const struct sweep *sweep;
    struct outlook *outlook;
    const struct checkpoints_cut_params *params;
    struct tried *tried;
};

static bool take_part(struct job *job,
                      size_t first,
                      const struct whole *whole,
                      double part,
                      struct text *said)
{
    const enum checkpoints_subset taken = checkpoints_subset_set(job,
                                                                 first,
                                                                 whole->sweep,
                                                                 whole->outlook,
                                                                 part,
                                                                 said);

    if (taken == CHECKPOINTS_SUBSET_TOO_WIDE)
        whole->tried->is_too_wide = true;
    return taken == CHECKPOINTS_SUBSET_DONE;
}

/* Items are whole and loads come where they fall, so what is taken is forecast
 * itself, and less is taken until that fits.  1: it does, or it is one model of
 * which no less can be asked; 0: too little is left of each. */
static int take(struct job *job,
                size_t first,
                const struct whole *whole,
                double part,
                struct text *said,
                struct error *err)
{
    const double usable_s = checkpoints_forecast_usable_s(whole->params);
    bool is_taken = take_part(job, first, whole, part, said);

    for (int i = 0; is_taken && part < 1; i++) {
        struct checkpoints_took took;

        if (forecast_cut(job, first, whole->params, &took, err) < 0)
            return -1;
        if (took.all_s <= usable_s)
            return 1;
        part *= i < SHRINKS ? shrink * checkpoints_forecast_part(usable_s, took)
                            : 0.5;
        if (part > 0 && checkpoints_subset_is_least(job, first, whole->sweep)) {
            is_taken = job->num_models - first == 1;
            break;
        }
        text_clear(said);
        is_taken = take_part(job, first, whole, part, said);
    }
    if (!is_taken) {
        checkpoints_subset_clear(job, first);
        text_clear(said);
    }
    return is_taken;
}

/* How many of them would fit, by what part of all there is time for if each worker
 * loads once: fewer than there are, and about as many as can have half of their
 * work done.  One is always tried. */
static size_t fewer(size_t num, double part)
{
    const size_t guess = (size_t)(2 * part * (double)num);

    if (guess >= num)
        return num - 1;
    return guess > 0 || num == 1 ? guess : 1;
}

/* In the order of the job: these come before those that left earlier. */
static void leave_out(struct job *job, size_t num_kept, struct text *left_out)
{
    struct text names = { 0 };

    for (size_t i = num_kept; i < job->num_models; i++)
        text_addf(&names, "%s\n", job->models[i].name);
    text_add(&names, text_data(left_out));
    text_release(left_out);
    *left_out = names;
    while (job->num_models > num_kept)
        job_drop_last_model(job);
}

static int fit(struct job *job,
               size_t first,
               const struct whole *whole,
               struct text *said,
               struct error *err)
{
    const double usable_s = checkpoints_forecast_usable_s(whole->params);
    struct checkpoints_took took =
        checkpoints_forecast_all(job, whole->outlook, whole->params);
    double part = 1;

    if (took.all_s > usable_s) {
        took.load_s = one_load_s(whole->outlook);
        whole->tried->part = checkpoints_forecast_part(usable_s, took);
        took.load_s =
            least_load_s(whole->outlook, (size_t)whole->params->workers);
        part = checkpoints_forecast_part(usable_s, took);
    }
    return take(job, first, whole, part, said, err);
}

/* With those that are in the job now.  1: they fit, whole or cut. */
static int try_all(struct job *job,
                   size_t first,
                   const struct checkpoints_cut_params *params,
                   struct tried *tried,
                   struct text *said,
                   struct error *err)
{
    struct outlook outlook;
    struct sweep *sweep;
    int rc = 1;

    if (checkpoints_forecast_open(job, first, &sweep, &outlook, err) < 0)
        return -1;
    if (outlook.is_known) {
        const struct whole whole = { sweep, &outlook, params, tried };

        rc = fit(job, first, &whole, said, err);
    } else {
        text_addf(said,
                  "the speed of new checkpoints is unknown (tokens_per_s): "
                  "nothing is cut for the deadline\n");
    }
    checkpoints_forecast_close(sweep, &outlook);
    return rc;
}

int checkpoints_cut(struct job *job,
                    size_t first,
                    const struct checkpoints_cut_params *params,
                    struct text *said,
                    struct checkpoints_left_out *left_out,
                    struct error *err)
{
    int rc = 0;

    checkpoints_forecast_learn(job, first, params);
    while (rc == 0 && job->num_models > first) {
        const size_t num = job->num_models - first;
        struct tried tried = { .part = 1 };

        rc = try_all(job, first, params, &tried, said, err);
        if (rc == 0)
            leave_out(job, first + fewer(num, tried.part), &left_out->names);
        if (rc == 0 && tried.is_too_wide) {
            left_out->is_too_wide = true;
            left_out->widest = job->checkpoints.widest;
        }
    }
    return rc < 0 ? -1 : 0;
}
