/*
 * ledger.h - where the seconds went, per worker and model.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "dispatch/coordinator.h"

struct ledger {
    struct ledger_row *rows; /* [num] in order of appearance */
    size_t num;
    size_t cap;
};

void ledger_release(struct ledger *ledger);

/* The row of that worker and model, made when there is none; borrowed until
 * the next call. */
struct ledger_row *ledger_row(struct ledger *ledger, int rank, int model);

#endif
