#include "store/writer_records.h"

#include "base/background.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/writer_rows.h"
#include "trustsweep/bug.h"
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
};

struct records {
    struct rows *rows;
    struct background *packer;
};

struct records *records_open(hid_t file, struct error *err)
{
    struct records *self = mem_alloc(1, sizeof *self);

    self->packer = background_create();
    self->rows = rows_open(file, paths, NUM_ROWS, self->packer, err);
    if (!self->rows) {
        records_close(self);
        return NULL;
    }
    return self;
}

void records_close(struct records *self)
{
    if (!self)
        return;
    rows_close(self->rows);
    background_destroy(self->packer);
    free(self);
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
        const struct rows_field fields[] = {
            { ITEM_TASK, &row },
            { ITEM_INDEX, &index },
            { ITEM_OCCURRENCE, &item->occurrence },
            { ITEM_HASH_HIGH, &item->hash.high },
            { ITEM_HASH_LOW, &item->hash.low },
        };

        text_clear(&entry);
        if (item->entry)
            json_canonical(item->entry, &entry);
        rc = rows_add(self->rows, fields, ARRAY_LEN(fields), err);
        if (rc == 0) {
            rc = rows_add_many(self->rows,
                               ITEM_ENTRY,
                               entry.data,
                               entry.len,
                               err);
        }
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
    const struct rows_field fields[] = {
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
        int row;
        const void *values;
        uint64_t num;
    } ragged[] = {
        { UNIT_TEXT, reply->text, reply->text_len },
        { UNIT_REASONING, reply->reasoning, reply->reasoning_len },
        { UNIT_DETAIL, reply->detail, length_of(reply->detail) },
        { UNIT_RECORDED, reply->recorded, length_of(reply->recorded) },
        { UNIT_VALUE, reply->values, reply->num_values },
    };

    if (rows_add(self->rows, fields, ARRAY_LEN(fields), err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(ragged); i++) {
        if (rows_add_many(self->rows,
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
    const struct rows_field fields[] = {
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

    if (rows_add(self->rows, fields, ARRAY_LEN(fields), err) < 0)
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
    const struct rows_field fields[] = {
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

    return rows_add(self->rows, fields, ARRAY_LEN(fields), err);
}

uint64_t records_num_units(const struct records *self)
{
    return rows_num(self->rows, UNIT_ID_LOW);
}

int records_flush(struct records *self, struct error *err)
{
    return rows_flush(self->rows, err);
}
