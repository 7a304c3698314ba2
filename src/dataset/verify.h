/*
 * verify.h - how a data set compares with the manifest, task by task, for
 * `dataset verify`.
 *
 * Unlike dataset_open() it does not stop at the first fault.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "base/hash.h"
#include "dataset/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

enum verify_state {
    VERIFY_ABSENT = 0, /* no such file */
    VERIFY_BROKEN,     /* cannot be read, or an item breaks the manifest */
    VERIFY_DIFFERENT,  /* good items, other bytes than the official file */
    VERIFY_OFFICIAL,   /* byte for byte the official file */
};

struct verify_task {
    const struct task *task; /* of the manifest; borrowed */
    enum verify_state state;
    uint64_t num_items;       /* found; task->num_items are expected */
    char sha256[SHA256_TEXT]; /* found; "" when nothing could be read */
    char text[480];           /* what is wrong, when broken; else "" */
};

struct verify {
    char *location;            /* absolute */
    struct verify_task *tasks; /* [num_tasks], manifest order, all of them */
    size_t num_tasks;
    size_t num_official; /* tasks in state VERIFY_OFFICIAL */
    size_t num_broken;   /* tasks in state VERIFY_BROKEN */
    char **others;       /* [num_others], "dimension/file" the manifest lacks */
    size_t num_others;
};

/*
 * Compare what is at `location` ("sample", zip or folder) with the manifest.
 *
 * returns  a value to be given to verify_destroy(), or NULL
 * errors   ERR_IO, ERR_FORMAT: only when the location itself cannot be read
 */
struct verify *verify_run(const struct manifest *manifest,
                          const char *location,
                          struct error *err);
void verify_destroy(struct verify *verify);

/* "absent", "broken", "different", "official". */
const char *verify_state_name(enum verify_state state);

#endif
