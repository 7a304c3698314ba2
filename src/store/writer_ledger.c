#include "store/writer_ledger.h"

#include "store/writer_rows.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

enum row {
    LEDGER_RANK = 0,
    LEDGER_MODEL,
    LEDGER_LOAD_S,
    LEDGER_GENERATE_S,
    LEDGER_IDLE_S,
    LEDGER_WASTED_S,
    LEDGER_UNITS,
    LEDGER_PROMPT_TOKENS,
    LEDGER_REPLY_TOKENS,
    LEDGER_PREFILL_S,
    LEDGER_DECODE_S,
    LEDGER_JUDGE_WAIT_S,
    LEDGER_LOADS,
    CELL_MODEL,
    CELL_TASK,
    CELL_PREFILL_S,
    CELL_DECODE_S,
    CELL_WASTED_S,
    CELL_UNITS,
    CELL_PROMPT_TOKENS,
    CELL_REPLY_TOKENS,
    CELL_LOAD_S,
    CELL_JUDGE_WAIT_S,
    CELL_IDLE_S,
    NUM_ROWS,
};

static const char *const paths[NUM_ROWS] = {
    [LEDGER_RANK] = "/ledger/rank",
    [LEDGER_MODEL] = "/ledger/model",
    [LEDGER_LOAD_S] = "/ledger/load_s",
    [LEDGER_GENERATE_S] = "/ledger/generate_s",
    [LEDGER_IDLE_S] = "/ledger/idle_s",
    [LEDGER_WASTED_S] = "/ledger/wasted_s",
    [LEDGER_UNITS] = "/ledger/units",
    [LEDGER_PROMPT_TOKENS] = "/ledger/prompt_tokens",
    [LEDGER_REPLY_TOKENS] = "/ledger/reply_tokens",
    [LEDGER_PREFILL_S] = "/ledger/prefill_s",
    [LEDGER_DECODE_S] = "/ledger/decode_s",
    [LEDGER_JUDGE_WAIT_S] = "/ledger/judge_wait_s",
    [LEDGER_LOADS] = "/ledger/loads",
    [CELL_MODEL] = "/ledger/cell_model",
    [CELL_TASK] = "/ledger/cell_task",
    [CELL_PREFILL_S] = "/ledger/cell_prefill_s",
    [CELL_DECODE_S] = "/ledger/cell_decode_s",
    [CELL_WASTED_S] = "/ledger/cell_wasted_s",
    [CELL_UNITS] = "/ledger/cell_units",
    [CELL_PROMPT_TOKENS] = "/ledger/cell_prompt_tokens",
    [CELL_REPLY_TOKENS] = "/ledger/cell_reply_tokens",
    [CELL_LOAD_S] = "/ledger/cell_load_s",
    [CELL_JUDGE_WAIT_S] = "/ledger/cell_judge_wait_s",
    [CELL_IDLE_S] = "/ledger/cell_idle_s",
};

struct rows *ledger_rows_open(hid_t file, struct error *err)
{
    return rows_open(file, paths, NUM_ROWS, NULL, err);
}

int ledger_rows_add(struct rows *self,
                    const struct writer_ledger *row,
                    struct error *err)
{
    const struct rows_field fields[] = {
        { LEDGER_RANK, &row->rank },
        { LEDGER_MODEL, &row->model },
        { LEDGER_LOAD_S, &row->load_s },
        { LEDGER_GENERATE_S, &row->generate_s },
        { LEDGER_IDLE_S, &row->idle_s },
        { LEDGER_WASTED_S, &row->wasted_s },
        { LEDGER_UNITS, &row->units },
        { LEDGER_PROMPT_TOKENS, &row->prompt_tokens },
        { LEDGER_REPLY_TOKENS, &row->reply_tokens },
        { LEDGER_PREFILL_S, &row->prefill_s },
        { LEDGER_DECODE_S, &row->decode_s },
        { LEDGER_JUDGE_WAIT_S, &row->judge_wait_s },
        { LEDGER_LOADS, &row->loads },
    };

    return rows_add(self, fields, ARRAY_LEN(fields), err);
}

int ledger_rows_add_cell(struct rows *self,
                         const struct writer_cell *cell,
                         struct error *err)
{
    const struct rows_field fields[] = {
        { CELL_MODEL, &cell->model },
        { CELL_TASK, &cell->task },
        { CELL_PREFILL_S, &cell->prefill_s },
        { CELL_DECODE_S, &cell->decode_s },
        { CELL_WASTED_S, &cell->wasted_s },
        { CELL_UNITS, &cell->units },
        { CELL_PROMPT_TOKENS, &cell->prompt_tokens },
        { CELL_REPLY_TOKENS, &cell->reply_tokens },
        { CELL_LOAD_S, &cell->load_s },
        { CELL_JUDGE_WAIT_S, &cell->judge_wait_s },
        { CELL_IDLE_S, &cell->idle_s },
    };

    return rows_add(self, fields, ARRAY_LEN(fields), err);
}
