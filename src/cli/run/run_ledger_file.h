/*
 * run_ledger_file.h - what was spent as JSON, and back.  Names, not numbers: the
 * job of the next start may have other models.
 */
#ifndef RUN_LEDGER_FILE_H
#define RUN_LEDGER_FILE_H

#include "cli/results/spent.h"

#include <stdbool.h>

struct cJSON;

/* Number of a name, which it may get by this; -1: it is none ("") */
struct run_ledger_names {
    int (*model)(void *self, const char *name);
    int (*task)(void *self, const char *name);
    void *self;
};

struct cJSON *run_ledger_file_make(const struct spent *spent);

/* False: it is not what that makes, and `out` is empty. */
bool run_ledger_file_take(const struct cJSON *root,
                          const struct run_ledger_names *names,
                          struct spent *out);

#endif
