#include "store/writer_follow_ups.h"

#include "store/writer_rows.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

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

struct rows *follow_ups_open(hid_t file, struct error *err)
{
    return rows_open(file, paths, NUM_ROWS, NULL, err);
}

int follow_ups_add(struct rows *self,
                   enum role role,
                   const char *question,
                   const struct reply *reply,
                   struct error *err)
{
    const uint8_t codes[] = { (uint8_t)role, (uint8_t)reply->state };
    const struct rows_field fields[] = {
        { ID_HIGH, &reply->unit.high },
        { ID_LOW, &reply->unit.low },
        { ROLE, &codes[0] },
        { STATE, &codes[1] },
    };

    if (rows_add(self, fields, ARRAY_LEN(fields), err) < 0
        || rows_add_many(self, QUESTION, question, strlen(question), err) < 0
        || rows_add_many(self, ANSWER, reply->text, reply->text_len, err) < 0)
        return -1;
    return rows_add_many(self, VALUE, reply->values, reply->num_values, err);
}

uint64_t follow_ups_num(const struct rows *self)
{
    return rows_num(self, ROLE);
}

int follow_ups_add_asked(struct rows *self,
                         uint64_t unit,
                         uint64_t follow_up,
                         struct error *err)
{
    const struct rows_field fields[] = {
        { ASKED_UNIT, &unit },
        { ASKED_FOLLOW_UP, &follow_up },
    };

    return rows_add(self, fields, ARRAY_LEN(fields), err);
}
