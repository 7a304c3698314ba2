#include "store/writer_follow_ups.h"

#include "base/mem.h"
#include "store/h5.h"
#include "store/layout.h"
#include "store/stream.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum row {
    ID_HIGH = 0,
    ID_LOW,
    ROLE,
    STATE,
    QUESTION_OFFSET,
    QUESTION,
    ANSWER_OFFSET,
    ANSWER,
    VALUE_OFFSET,
    VALUE,
    ASKED_UNIT,
    ASKED_FOLLOW_UP,
    NUM_ROWS,
};

static const char *const paths[NUM_ROWS] = {
    [ID_HIGH] = "/follow_ups/id_high",
    [ID_LOW] = "/follow_ups/id_low",
    [ROLE] = "/follow_ups/role",
    [STATE] = "/follow_ups/state",
    [QUESTION_OFFSET] = "/follow_ups/question_offset",
    [QUESTION] = "/follow_ups/question",
    [ANSWER_OFFSET] = "/follow_ups/answer_offset",
    [ANSWER] = "/follow_ups/answer",
    [VALUE_OFFSET] = "/follow_ups/value_offset",
    [VALUE] = "/follow_ups/value",
    [ASKED_UNIT] = "/asked/unit",
    [ASKED_FOLLOW_UP] = "/asked/follow_up",
};

struct follow_ups {
    struct stream *rows[NUM_ROWS];
};

struct follow_ups *follow_ups_open(hid_t file, struct error *err)
{
    struct follow_ups *self = mem_alloc(1, sizeof *self);
    const uint64_t zero = 0;

    for (int i = 0; i < NUM_ROWS; i++) {
        self->rows[i] = stream_open(file, paths[i], err);
        if (!self->rows[i])
            goto fail;
    }
    if (stream_add(self->rows[QUESTION_OFFSET], &zero, 1, err) < 0
        || stream_add(self->rows[ANSWER_OFFSET], &zero, 1, err) < 0
        || stream_add(self->rows[VALUE_OFFSET], &zero, 1, err) < 0)
        goto fail;
    return self;
fail:
    follow_ups_close(self);
    return NULL;
}

void follow_ups_close(struct follow_ups *self)
{
    if (!self)
        return;
    for (int i = 0; i < NUM_ROWS; i++)
        stream_close(self->rows[i]);
    free(self);
}

/* The elements of one row, and where they end. */
static int add_ragged(struct follow_ups *self,
                      enum row row,
                      const void *values,
                      uint64_t num,
                      struct error *err)
{
    uint64_t end;

    if (stream_add(self->rows[row], values, values ? num : 0, err) < 0)
        return -1;
    end = stream_count(self->rows[row]);
    return stream_add(self->rows[(int)row - 1], &end, 1, err);
}

int follow_ups_add(struct follow_ups *self,
                   enum role role,
                   const char *question,
                   const struct reply *reply,
                   struct error *err)
{
    const uint8_t codes[] = { (uint8_t)role, (uint8_t)reply->state };

    if (stream_add(self->rows[ID_HIGH], &reply->unit.high, 1, err) < 0
        || stream_add(self->rows[ID_LOW], &reply->unit.low, 1, err) < 0
        || stream_add(self->rows[ROLE], &codes[0], 1, err) < 0
        || stream_add(self->rows[STATE], &codes[1], 1, err) < 0
        || add_ragged(self, QUESTION, question, strlen(question), err) < 0
        || add_ragged(self, ANSWER, reply->text, reply->text_len, err) < 0
        || add_ragged(self, VALUE, reply->values, reply->num_values, err) < 0)
        return -1;
    return 0;
}

uint64_t follow_ups_num(const struct follow_ups *self)
{
    return stream_count(self->rows[ROLE]);
}

int follow_ups_add_asked(struct follow_ups *self,
                         uint64_t unit,
                         uint64_t follow_up,
                         struct error *err)
{
    if (stream_add(self->rows[ASKED_UNIT], &unit, 1, err) < 0)
        return -1;
    return stream_add(self->rows[ASKED_FOLLOW_UP], &follow_up, 1, err);
}

int follow_ups_flush(struct follow_ups *self, hid_t file, struct error *err)
{
    if (stream_flush_all(self->rows, NUM_ROWS, err) < 0)
        return -1;
    for (int i = 0; i < NUM_ROWS; i++) {
        const enum schema_dim dim = stream_dim(self->rows[i]);

        if (layout_set_length(file, dim, stream_count(self->rows[i])) < 0)
            return h5_fail(err, ERR_IO, "/%s", schema_dimensions[dim].name);
    }
    return 0;
}
