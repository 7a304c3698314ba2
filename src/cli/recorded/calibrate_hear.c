#include "base/mem.h"
#include "base/text.h"
#include "cli/recorded/calibrate_parts.h"
#include "cli/recorded/calibrate_voice.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* All cases by one voice, until nothing is open. */
static int hear(const struct calibration *work,
                enum calibrate_voice which,
                struct voice *voice,
                const struct prompts *prompts,
                struct error *err)
{
    struct calibrate_sample *sample = work->sample;
    const struct answerer answerer = { voice, voice_answer };
    int rc;

    do {
        for (size_t i = 0; i < sample->num_cases; i++) {
            struct calibrate_case *one = &sample->cases[i];
            const struct calibrate_place place = { one->evaluator,
                                                   one->model,
                                                   one->group };
            struct calibrate_group group;

            if (one->said[which] != CALIBRATE_OPEN)
                continue;
            rc = calibrate_load(work, &place, &group, err);
            if (rc == 1) {
                one->said[which] = calibrate_judge(work,
                                                   one,
                                                   &group,
                                                   true,
                                                   &answerer,
                                                   prompts);
            }
            calibrate_unload(&group);
            if (rc < 0)
                return -1;
        }
        rc = voice_ask(voice, err);
    } while (rc > 0);
    return rc;
}

static int hear_voice(const struct calibration *work,
                      enum calibrate_voice which,
                      const char *spec,
                      const struct prompts *prompts,
                      struct error *err)
{
    const struct voice_params params = {
        .roles = &work->params->sweep->roles,
        .spec = spec,
        .salt = which >= CALIBRATE_AGAIN
                    ? (uint64_t)(which - CALIBRATE_AGAIN) + 1
                    : 0,
    };
    struct voice *voice = voice_create(&params);
    int rc = hear(work, which, voice, prompts, err);

    voice_destroy(voice);
    return rc;
}

/* Wordings the other way round; those that have no other are as they are, and
 * their evaluators have no say in it. */
static int hear_swapped(const struct calibration *work,
                        const char *spec,
                        struct error *err)
{
    const struct prompts *prompts = &work->params->sweep->dataset->prompts;
    struct prompts swapped = {
        .list = mem_alloc(prompts->num, sizeof *swapped.list),
    };
    int rc;

    for (size_t i = 0; i < prompts->num; i++) {
        char *text = voice_swapped(prompts->list[i].text);

        /* without a wording nothing is asked */
        if (text) {
            swapped.list[swapped.num++] =
                (struct prompt){ prompts->list[i].name, text };
        }
    }
    rc = hear_voice(work, CALIBRATE_SWAPPED, spec, &swapped, err);
    for (size_t i = 0; i < work->sample->num_cases; i++) {
        struct calibrate_case *one = &work->sample->cases[i];
        const char *name = work->sample->names[one->evaluator];
        bool is_swapped = false;

        for (size_t p = 0; p < swapped.num; p++)
            is_swapped |= text_starts(swapped.list[p].name, name);
        if (!is_swapped)
            one->said[CALIBRATE_SWAPPED] = CALIBRATE_OPEN;
    }
    for (size_t p = 0; p < swapped.num; p++)
        free(swapped.list[p].text);
    free(swapped.list);
    return rc;
}

int calibrate_hear(const struct calibration *work, struct error *err)
{
    const struct calibrate_params *params = work->params;
    const struct sweep *sweep = params->sweep;
    const struct prompts *prompts = &sweep->dataset->prompts;
    const char *spec = sweep->roles.players[ROLE_JUDGE].spec;
    const double steps = 2 + params->repeats + (params->other ? 1 : 0);
    int rc = hear_voice(work, CALIBRATE_JUDGE, spec, prompts, err);
    double done = 1;

    for (int r = 0; rc == 0 && r < params->repeats; r++) {
        params->progress(params->progress_self, done++ / steps);
        rc = hear_voice(work,
                        (enum calibrate_voice)(CALIBRATE_AGAIN + r),
                        spec,
                        prompts,
                        err);
    }
    params->progress(params->progress_self, done++ / steps);
    if (rc == 0)
        rc = hear_swapped(work, spec, err);
    params->progress(params->progress_self, done / steps);
    if (rc == 0 && params->other)
        rc = hear_voice(work, CALIBRATE_OTHER, params->other, prompts, err);
    return rc;
}
