/*
 * run_shape.h - what readers of run.json take for given.
 */
#ifndef RUN_SHAPE_H
#define RUN_SHAPE_H

struct cJSON;
struct error;

/* file  its path, for the error: ERR_FORMAT, which says what helps */
int run_shape_check(const struct cJSON *run,
                    const char *file,
                    struct error *err);

#endif
