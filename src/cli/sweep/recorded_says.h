/*
 * recorded_says.h - what a model's recorded answers say, task by task: by that two
 * folders of one name are told apart.
 *
 * A run reads only what it asks for, and the units' ids are of that; here it is the
 * whole folder.
 */
#ifndef RECORDED_SAYS_H
#define RECORDED_SAYS_H

#include <stddef.h>

struct cJSON;
struct error;

/*
 * {TASK: a hash of the answers to it}, of the tasks [num] that have answers.
 *
 * returns  an object, json_free(); NULL without an error where the backend's
 *          facts say it all, and with one as backend_identify()
 */
struct cJSON *recorded_says(const char *spec,
                            const char *const *tasks,
                            size_t num,
                            struct error *err);

/* One identity (BACKEND_IDENTITY bytes) of all that `says`, and of `identity`,
 * that of the answers without a task, which it replaces. */
void recorded_says_identity(const struct cJSON *says, char *identity);

#endif
