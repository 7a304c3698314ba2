/*
 * run_standing.h - how a run stands, by its run.json and its folder: one whose
 * processes were killed could not say so itself.
 */
#ifndef RUN_STANDING_H
#define RUN_STANDING_H

#include <stdbool.h>

struct cJSON;
struct text;

/* States of run.json that are no last word and are said by who starts the ranks,
 * while there are none: before they are started again, and between rounds of
 * checkpoints. */
#define RUN_STATE_AGAIN   "starting again"
#define RUN_STATE_WAITING "waiting"

/* What a run is at while its state is "running". */
#define RUN_STAGE_STARTING  "starting"  /* the data set, the journal are read */
#define RUN_STAGE_ANSWERING "answering" /* models are asked */
#define RUN_STAGE_SCORING   "scoring"   /* replies are read, judged, scored */
#define RUN_STAGE_WRITING   "writing"   /* results.h5 is closed */

/* No states that a run could write. */
#define RUN_STANDING_DEAD     "ended without a word"
#define RUN_STANDING_STARTING "starting again from what is on disk"

struct run_standing {
    const char *state;  /* as run.json has it, its stage where nothing is
                           asked, or RUN_STANDING_ */
    const char *reason; /* one sentence; NULL: there is nothing to say */
    bool has_ended;     /* nothing more comes of it by itself */
    bool is_ending;     /* told to end; may say more after its last word */
    bool is_waiting;    /* for checkpoints */
    bool is_starting;   /* what run.json says is of an earlier start */
    bool is_at_work; /* its ranks are: rates, workers and the time that is left
                           are those of now */
};

/* run  as run_dir_read() gives it; texts are borrowed from there */
struct run_standing run_standing_of(const struct cJSON *run, const char *dir);

/* A line for people: "night: waiting: checkpoints until ...". */
void run_standing_describe(const struct run_standing *self,
                           const struct cJSON *run,
                           struct text *out);

/* Seconds since run.json was written, by the clock of who reads. */
double run_standing_age_s(const char *dir);

#endif
