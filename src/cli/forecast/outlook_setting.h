/*
 * outlook_setting.h - what an earlier results file measured a speed of and on,
 * beside what the job has now.
 *
 * A speed of the same model on the same GPUs is believed more than one that was
 * typed into a job file; of anything else it says less.
 */
#ifndef OUTLOOK_SETTING_H
#define OUTLOOK_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outlook;
struct outlook_setting;
struct reader_costs;

/* What the file says in its provenance; `file` is not kept. */
struct outlook_setting *outlook_setting_read(const struct reader_costs *file);
void outlook_setting_destroy(struct outlook_setting *self); /* accepts NULL */

struct outlook_wanted {
    const char *name;     /* of a model or role */
    const char *identity; /* of what answers */
    int64_t gpus;         /* -1 = what a worker has */
    bool needs_gpu;
    size_t player; /* its row in outlook->types */
};

/*
 * Times the speed that was measured: the one that the job's `tokens_per_s` means,
 * which other types of GPUs are so many times as fast as.  0: it was measured of
 * another model, with other `gpus` or, if it needs a GPU, `share`, or on types
 * whose speeds the job does not tell.  What the file does not say is taken for the
 * same.
 */
double outlook_setting_factor(const struct outlook_setting *self,
                              const struct outlook *outlook,
                              const struct outlook_wanted *wanted);

#endif
