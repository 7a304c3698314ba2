#include "store/writer_records.h"

#include "base/background.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/layout.h"
#include "store/stream.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"

#include <stdlib.h>

enum row {
    ITEM_TASK = 0,
    ITEM_INDEX,
    ITEM_OCCURRENCE,
    ITEM_HASH_HIGH,
    ITEM_HASH_LOW,
    ITEM_ENTRY_OFFSET,
    ITEM_ENTRY,
    UNIT_ID_HIGH,
    UNIT_ID_LOW,
    UNIT_MODEL,
    UNIT_TASK,
    UNIT_ITEM,
    UNIT_REPEAT,
    UNIT_ROLE,
    UNIT_STATE,
    UNIT_FINISH,
    UNIT_PROMPT_TOKENS,
    UNIT_REPLY_TOKENS,
    UNIT_TEXT_OFFSET,
    UNIT_TEXT,
    UNIT_REASONING_OFFSET,
    UNIT_REASONING,
    UNIT_DETAIL_OFFSET,
    UNIT_DETAIL,
    UNIT_RECORDED_OFFSET,
    UNIT_RECORDED,
    UNIT_VALUE_OFFSET,
    UNIT_VALUE,
    TIMING_RANK,
    TIMING_ATTEMPT,
    TIMING_FINISHED_MS,
    TIMING_CACHED_TOKENS,
    TIMING_WAIT_NS,
    TIMING_PREFILL_NS,
    TIMING_DECODE_NS,
    OBS_COLUMN,
    OBS_UNIT,
    OBS_PROFILES,
    OBS_STATE_PAPER,
    OBS_LABEL_PAPER,
    OBS_VALUE_PAPER,
    OBS_STATE_CORRECTED,
    OBS_LABEL_CORRECTED,
    OBS_VALUE_CORRECTED,
    LEDGER_RANK,
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
    [ITEM_TASK] = "/items/task",
    [ITEM_INDEX] = "/items/index",
    [ITEM_OCCURRENCE] = "/items/occurrence",
    [ITEM_HASH_HIGH] = "/items/hash_high",
    [ITEM_HASH_LOW] = "/items/hash_low",
    [ITEM_ENTRY_OFFSET] = "/items/entry_offset",
    [ITEM_ENTRY] = "/items/entry",
    [UNIT_ID_HIGH] = "/records/id_high",
    [UNIT_ID_LOW] = "/records/id_low",
    [UNIT_MODEL] = "/records/model",
    [UNIT_TASK] = "/records/task",
    [UNIT_ITEM] = "/records/item",
    [UNIT_REPEAT] = "/records/repeat",
    [UNIT_ROLE] = "/records/role",
    [UNIT_STATE] = "/records/state",
    [UNIT_FINISH] = "/records/finish",
    [UNIT_PROMPT_TOKENS] = "/records/prompt_tokens",
    [UNIT_REPLY_TOKENS] = "/records/reply_tokens",
    [UNIT_TEXT_OFFSET] = "/records/text_offset",
    [UNIT_TEXT] = "/records/text",
    [UNIT_REASONING_OFFSET] = "/records/reasoning_offset",
    [UNIT_REASONING] = "/records/reasoning",
    [UNIT_DETAIL_OFFSET] = "/records/detail_offset",
    [UNIT_DETAIL] = "/records/detail",
    [UNIT_RECORDED_OFFSET] = "/records/recorded_offset",
    [UNIT_RECORDED] = "/records/recorded",
    [UNIT_VALUE_OFFSET] = "/records/value_offset",
    [UNIT_VALUE] = "/records/value",
    [TIMING_RANK] = "/timing/rank",
    [TIMING_ATTEMPT] = "/timing/attempt",
    [TIMING_FINISHED_MS] = "/timing/finished_ms",
    [TIMING_CACHED_TOKENS] = "/timing/cached_tokens",
    [TIMING_WAIT_NS] = "/timing/wait_ns",
    [TIMING_PREFILL_NS] = "/timing/prefill_ns",
    [TIMING_DECODE_NS] = "/timing/decode_ns",
    [OBS_COLUMN] = "/observations/column",
    [OBS_UNIT] = "/observations/unit",
    [OBS_PROFILES] = "/observations/profiles",
    [OBS_STATE_PAPER] = "/observations/state_paper",
    [OBS_LABEL_PAPER] = "/observations/label_paper",
    [OBS_VALUE_PAPER] = "/observations/value_paper",
    [OBS_STATE_CORRECTED] = "/observations/state_corrected",
    [OBS_LABEL_CORRECTED] = "/observations/label_corrected",
    [OBS_VALUE_CORRECTED] = "/observations/value_corrected",
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

struct records {
    struct stream *rows[NUM_ROWS];
    struct background *packer;
};

/* A value of the type that the schema says. */
struct field {
    enum row row;
    const void *value;
};

struct records *records_open(hid_t file, struct error *err)
{
    struct records *self = mem_alloc(1, sizeof *self);
    static const enum row offsets[] = {
        ITEM_ENTRY_OFFSET,  UNIT_TEXT_OFFSET,     UNIT_REASONING_OFFSET,
        UNIT_DETAIL_OFFSET, UNIT_RECORDED_OFFSET, UNIT_VALUE_OFFSET
    };
    const uint64_t zero = 0;

    self->packer = background_create();
    for (int i = 0; i < NUM_ROWS; i++) {
        self->rows[i] = stream_open(file, paths[i], err);
        if (!self->rows[i])
            goto fail;
        stream_pack_by(self->rows[i], self->packer);
    }
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        if (stream_add(self->rows[offsets[i]], &zero, 1, err) < 0)
            goto fail;
    }
    return self;
fail:
    records_close(self);
    return NULL;
}

void records_close(struct records *self)
{
    if (!self)
        return;
    for (int i = 0; i < NUM_ROWS; i++)
        stream_close(self->rows[i]);
    background_destroy(self->packer);
    free(self);
}

static int add_fields(struct records *self,
                      const struct field *fields,
                      size_t num,
                      struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (stream_add(self->rows[fields[i].row], fields[i].value, 1, err) < 0)
            return -1;
    }
    return 0;
}

/* The elements of one row, and where they end. */
static int add_ragged(struct records *self,
                      enum row row,
                      const void *values,
                      uint64_t num,
                      struct error *err)
{
    const enum row offset = (enum row)((int)row - 1);
    uint64_t end;

    if (stream_add(self->rows[row], values, values ? num : 0, err) < 0)
        return -1;
    end = stream_count(self->rows[row]);
    return stream_add(self->rows[offset], &end, 1, err);
}

static uint64_t length_of(const char *text)
{
    uint64_t len = 0;

    while (text && text[len])
        len++;
    return len;
}

int records_add_items(struct records *self,
                      size_t task,
                      const struct writer_task *items,
                      struct error *err)
{
    struct text entry = { 0 };
    const uint32_t row = (uint32_t)task;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < items->num_items; i++) {
        const struct item *item = &items->items[i];
        const uint64_t index = item->index;
        const struct field fields[] = {
            { ITEM_TASK, &row },
            { ITEM_INDEX, &index },
            { ITEM_OCCURRENCE, &item->occurrence },
            { ITEM_HASH_HIGH, &item->hash.high },
            { ITEM_HASH_LOW, &item->hash.low },
        };

        text_clear(&entry);
        if (item->entry)
            json_canonical(item->entry, &entry);
        rc = add_fields(self, fields, sizeof fields / sizeof fields[0], err);
        if (rc == 0)
            rc = add_ragged(self, ITEM_ENTRY, entry.data, entry.len, err);
    }
    text_release(&entry);
    return rc;
}

static int add_reply(struct records *self,
                     const struct reply *reply,
                     struct error *err)
{
    const uint8_t state = (uint8_t)reply->state;
    const uint8_t finish = (uint8_t)reply->finish;
    const struct field fields[] = {
        { UNIT_STATE, &state },
        { UNIT_FINISH, &finish },
        { UNIT_PROMPT_TOKENS, &reply->prompt_tokens },
        { UNIT_REPLY_TOKENS, &reply->reply_tokens },
        { TIMING_CACHED_TOKENS, &reply->cached_tokens },
        { TIMING_WAIT_NS, &reply->wait_ns },
        { TIMING_PREFILL_NS, &reply->prefill_ns },
        { TIMING_DECODE_NS, &reply->decode_ns },
    };
    const struct {
        enum row row;
        const void *values;
        uint64_t num;
    } ragged[] = {
        { UNIT_TEXT, reply->text, reply->text_len },
        { UNIT_REASONING, reply->reasoning, reply->reasoning_len },
        { UNIT_DETAIL, reply->detail, length_of(reply->detail) },
        { UNIT_RECORDED, reply->recorded, length_of(reply->recorded) },
        { UNIT_VALUE, reply->values, reply->num_values },
    };

    if (add_fields(self, fields, sizeof fields / sizeof fields[0], err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof ragged / sizeof ragged[0]; i++) {
        if (add_ragged(self,
                       ragged[i].row,
                       ragged[i].values,
                       ragged[i].num,
                       err)
            < 0)
            return -1;
    }
    return 0;
}

int records_add_unit(struct records *self,
                     const struct records_unit *unit,
                     struct error *err)
{
    static const struct record nothing;
    const struct record *record = unit->record ? unit->record : &nothing;
    const uint32_t model = (uint32_t)unit->model;
    const uint32_t task = (uint32_t)unit->task;
    const uint8_t role = (uint8_t)record->role;
    const struct field fields[] = {
        { UNIT_ID_HIGH, &unit->id.high },
        { UNIT_ID_LOW, &unit->id.low },
        { UNIT_MODEL, &model },
        { UNIT_TASK, &task },
        { UNIT_ITEM, &unit->item },
        { UNIT_REPEAT, &unit->repeat },
        { UNIT_ROLE, &role },
        { TIMING_RANK, &record->rank },
        { TIMING_ATTEMPT, &record->attempt },
        { TIMING_FINISHED_MS, &record->finished_ms },
    };

    if (add_fields(self, fields, sizeof fields / sizeof fields[0], err) < 0)
        return -1;
    return add_reply(self, &record->reply, err);
}

int records_add_observation(struct records *self,
                            size_t column,
                            size_t unit,
                            unsigned profiles,
                            const struct verdicts *verdicts,
                            struct error *err)
{
    const struct verdict *paper = &verdicts->by_profile[PROFILE_PAPER];
    const struct verdict *corrected = &verdicts->by_profile[PROFILE_CORRECTED];
    const uint32_t column_row = (uint32_t)column;
    const uint64_t unit_row = unit;
    const uint8_t bits = (uint8_t)profiles;
    const uint8_t states[] = { (uint8_t)paper->state,
                               (uint8_t)corrected->state };
    const int32_t labels[] = { paper->label, corrected->label };
    const struct field fields[] = {
        { OBS_COLUMN, &column_row },
        { OBS_UNIT, &unit_row },
        { OBS_PROFILES, &bits },
        { OBS_STATE_PAPER, &states[0] },
        { OBS_LABEL_PAPER, &labels[0] },
        { OBS_VALUE_PAPER, &paper->value },
        { OBS_STATE_CORRECTED, &states[1] },
        { OBS_LABEL_CORRECTED, &labels[1] },
        { OBS_VALUE_CORRECTED, &corrected->value },
    };

    return add_fields(self, fields, sizeof fields / sizeof fields[0], err);
}

int records_add_ledger(struct records *self,
                       const struct writer_ledger *row,
                       struct error *err)
{
    const struct field fields[] = {
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

    return add_fields(self, fields, sizeof fields / sizeof fields[0], err);
}

int records_add_cell(struct records *self,
                     const struct writer_cell *cell,
                     struct error *err)
{
    const struct field fields[] = {
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

    return add_fields(self, fields, sizeof fields / sizeof fields[0], err);
}

uint64_t records_num_units(const struct records *self)
{
    return stream_count(self->rows[UNIT_ID_LOW]);
}

int records_flush(struct records *self, hid_t file, struct error *err)
{
    if (stream_flush_all(self->rows, NUM_ROWS, err) < 0)
        return -1;
    for (int i = 0; i < NUM_ROWS; i++) {
        const enum schema_dim dim = stream_dim(self->rows[i]);

        if (schema_dimensions[dim].is_growing
            && layout_set_length(file, dim, stream_count(self->rows[i])) < 0)
            return h5_fail(err, ERR_IO, "/%s", schema_dimensions[dim].name);
    }
    return 0;
}
