#include "analysis/report/report_cells.h"
#include "analysis/report/report_mask.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "store/reader_data.h"
#include "trustsweep/error.h"
#include "trustsweep/state.h"
#include "trustsweep/unit.h"

#include <stdlib.h>
#include <string.h>

struct asked {
    uint64_t *unit, *follow_up; /* [num] */
    size_t num;
    uint8_t *role, *state; /* [num_follow_ups] */
    struct reader_texts *question, *answer;
};

static int load(struct asked *out,
                const struct report_cells *cells,
                struct error *err)
{
    const struct reader *reader = cells->reader;
    const size_t num_follow_ups = reader_data_length(reader, DIM_FOLLOW_UP);

    *out = (struct asked){ .num = reader_data_length(reader, DIM_ASKED) };
    out->unit = reader_data_load(reader, "/asked/unit", err);
    out->follow_up = reader_data_load(reader, "/asked/follow_up", err);
    out->role = reader_data_load(reader, "/follow_ups/role", err);
    out->state = reader_data_load(reader, "/follow_ups/state", err);
    out->question = reader_data_open(reader, "/follow_ups/question", err);
    out->answer = reader_data_open(reader, "/follow_ups/answer", err);
    if (!out->unit || !out->follow_up || !out->role || !out->state
        || !out->question || !out->answer)
        return -1;
    for (size_t i = 0; i < out->num; i++) {
        const uint64_t row = out->follow_up[i];

        if (out->unit[i] >= cells->rows.num_units || row >= num_follow_ups
            || row >= reader_data_num(out->question)
            || row >= reader_data_num(out->answer)
            || out->role[row] >= NUM_ROLES || out->state[row] >= NUM_STATES) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: /asked: row %zu is out of range",
                             reader_path(reader),
                             i);
        }
    }
    return 0;
}

static void release(struct asked *asked)
{
    free(asked->unit);
    free(asked->follow_up);
    free(asked->role);
    free(asked->state);
    reader_data_close(asked->question);
    reader_data_close(asked->answer);
}

static int add_one(struct cJSON *list,
                   const struct report_cells *cells,
                   const struct asked *asked,
                   size_t i,
                   struct error *err)
{
    const size_t row = (size_t)asked->follow_up[i];
    const uint64_t item = cells->rows.unit_item[asked->unit[i]];
    const bool shows = report_cells_shows(cells, cells->rows.item_task[item]);
    const char *question, *answer;
    size_t question_len, answer_len;
    struct cJSON *object;

    if (reader_data_get(asked->question, row, &question, &question_len, err) < 0
        || reader_data_get(asked->answer, row, &answer, &answer_len, err) < 0)
        return -1;
    object = json_new_object();
    json_add_text(object, "role", role_name((enum role)asked->role[row]));
    json_add_text(object, "state", state_name((enum state)asked->state[row]));
    report_cells_add_text(object,
                          "question",
                          cells,
                          shows,
                          question,
                          question_len);
    report_cells_add_text(object,
                          "answer",
                          cells,
                          shows || report_mask_is_verdict(answer_len),
                          answer,
                          answer_len);
    json_append(list, object);
    return 0;
}

/* The list of a unit that is shown, made when it is not there. */
static struct cJSON *list_of(struct cJSON **lists,
                             struct cJSON *root,
                             const struct report_cells *cells,
                             uint64_t unit)
{
    const size_t slot = cells->sample.unit_slot[unit] - 1;

    if (!lists[slot]) {
        char *key = text_format("%zu", slot);

        lists[slot] = json_add_array(root, key);
        free(key);
    }
    return lists[slot];
}

int report_cells_add_asked(struct cJSON *root,
                           const struct report_cells *self,
                           struct error *err)
{
    struct cJSON *object = json_add_object(root, "asked");
    struct cJSON **lists =
        mem_alloc(self->rows.num_units, sizeof(struct cJSON *));
    struct asked asked;
    int rc = load(&asked, self, err);

    for (size_t i = 0; rc == 0 && i < asked.num; i++) {
        if (self->sample.unit_slot[asked.unit[i]] > 0) {
            rc = add_one(list_of(lists, object, self, asked.unit[i]),
                         self,
                         &asked,
                         i,
                         err);
        }
    }
    release(&asked);
    free((void *)lists);
    return rc;
}
