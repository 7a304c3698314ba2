/*
 * recorded_hashes.h - hashes of a model's recorded answers, task by task: by them two
 * folders of one name are told apart.
 *
 * A run reads only what it asks for, and the units' ids are of that; here it is the
 * whole folder.
 */
#ifndef RECORDED_HASHES_H
#define RECORDED_HASHES_H

#include <stddef.h>

struct cJSON;
struct error;

/*
 * {TASK: a hash of the answers to it}, of the tasks [num] that have answers.
 *
 * returns  an object, json_free(); NULL without an error where the backend's
 *          facts say it all, and with one as backend_identify()
 */
struct cJSON *recorded_hashes(const char *spec,
                              const char *const *tasks,
                              size_t num,
                              struct error *err);

/* One identity (BACKEND_IDENTITY bytes) of all these hashes, and of `identity`,
 * that of the answers without a task, which it replaces. */
void recorded_hashes_identity(const struct cJSON *hashes, char *identity);

#endif
