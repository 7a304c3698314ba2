#include "dispatch/ledger.h"

#include "base/mem.h"

#include <stdlib.h>

void ledger_release(struct ledger *ledger)
{
    free(ledger->rows);
    *ledger = (struct ledger){ 0 };
}

struct ledger_row *ledger_row(struct ledger *ledger, int rank, int model)
{
    /* The latest rows are the busy ones. */
    for (size_t i = ledger->num; i > 0; i--) {
        struct ledger_row *row = &ledger->rows[i - 1];

        if (row->rank == rank && row->model == model)
            return row;
    }
    ledger->rows = mem_reserve(ledger->rows,
                               &ledger->cap,
                               ledger->num + 1,
                               sizeof *ledger->rows);
    ledger->rows[ledger->num] = (struct ledger_row){
        .rank = rank,
        .model = model,
    };
    return &ledger->rows[ledger->num++];
}
