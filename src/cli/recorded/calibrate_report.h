/*
 * calibrate_report.h - what the voices said of a sample of replies, as numbers
 * with intervals.  Pure.
 */
#ifndef CALIBRATE_REPORT_H
#define CALIBRATE_REPORT_H

#include "cli/recorded/calibrate.h"

#include <stdbool.h>

struct cJSON;

enum calibrate_voice {
    CALIBRATE_JUDGE = 0,
    CALIBRATE_RECORDED,
    CALIBRATE_SWAPPED,
    CALIBRATE_OTHER,
    CALIBRATE_AGAIN, /* and further ones behind it */
    NUM_CALIBRATE_VOICES = CALIBRATE_AGAIN + CALIBRATE_MAX_REPEATS,
};

enum calibrate_said {
    CALIBRATE_OPEN = 0, /* was not asked */
    CALIBRATE_NO,
    CALIBRATE_YES,
    CALIBRATE_NOTHING, /* an answer that says nothing */
};

struct calibrate_case {
    size_t evaluator, model, group;
    size_t member; /* that the judge is asked about */
    bool is_own;   /* a reply of the judge's own model */
    int said[NUM_CALIBRATE_VOICES];
};

struct calibrate_sample {
    const char **names; /* [num_evaluators] */
    size_t num_evaluators;
    struct calibrate_case *cases; /* [num_cases] */
    size_t num_cases;
    int repeats;
};

/*
 * {"questions": N, "measures": [{"evaluator": NAME or "all", "measure":
 * "labels" | "other" | "swapped" | "again", "num", "agree", "agree_interval",
 * "kappa", "kappa_interval", "nothing"}], "self_preference": ...}
 *
 * Of several repeats "alpha" and "alpha_interval" stand in the place of kappa's.
 *
 * "nothing": share of questions whose answer is of no use
 */
struct cJSON *calibrate_report(const struct calibrate_sample *sample);

#endif
