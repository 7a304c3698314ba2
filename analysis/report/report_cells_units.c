#include "analysis/report/report_cells.h"
#include "analysis/report/report_mask.h"
#include "base/json.h"
#include "store/reader_data.h"
#include "trustsweep/error.h"
#include "trustsweep/state.h"

#include <stdlib.h>

enum kind { TEXT, REASONING, DETAIL, RECORDED, NUM_KINDS };

/* The texts of units, and numbers of them; all of the file. */
struct columns {
    struct reader_texts *texts[NUM_KINDS];
    uint8_t *state; /* [num_units] each */
    uint32_t *reply_tokens;
};

static int open_columns(struct columns *out,
                        const struct reader *reader,
                        struct error *err)
{
    static const char *const paths[] = { "/records/text",
                                         "/records/reasoning",
                                         "/records/detail",
                                         "/records/recorded" };

    for (int k = 0; k < NUM_KINDS; k++) {
        out->texts[k] = reader_data_open(reader, paths[k], err);
        if (!out->texts[k])
            return -1;
    }
    out->state = reader_data_load(reader, "/records/state", err);
    out->reply_tokens = reader_data_load(reader, "/records/reply_tokens", err);
    return out->state && out->reply_tokens ? 0 : -1;
}

static void close_columns(struct columns *columns)
{
    for (int k = 0; k < NUM_KINDS; k++)
        reader_data_close(columns->texts[k]);
    free(columns->state);
    free(columns->reply_tokens);
}

/* The reply; of a refusal whose text is not shown, its opening. */
static void add_reply(struct cJSON *object,
                      const struct report_cells *self,
                      size_t unit,
                      bool shows,
                      const char *bytes,
                      size_t len)
{
    if (!shows && self->is_refusal[unit]
        && self->params->texts == REPORT_TEXTS_MASKED) {
        report_cells_add_text(object,
                              "text",
                              self,
                              true,
                              bytes,
                              report_mask_opening(bytes, len));
        json_add_number(object, "text_bytes", (double)len);
    } else {
        report_cells_add_text(object, "text", self, shows, bytes, len);
    }
}

/* A provider that refuses a prompt may quote it. */
static void add_detail(struct cJSON *object,
                       const struct report_cells *self,
                       bool shows,
                       const char *bytes,
                       size_t len)
{
    const size_t cause = shows || self->params->texts == REPORT_TEXTS_FULL
                             ? len
                             : report_mask_cause(bytes, len);

    report_cells_add_text(object, "detail", self, true, bytes, cause);
    if (cause < len)
        json_add_number(object, "detail_bytes", (double)len);
}

static void add_recorded(struct cJSON *object,
                         const struct report_cells *self,
                         bool shows,
                         const char *bytes,
                         size_t len)
{
    struct cJSON *value = json_parse(bytes, len, "recorded", NULL);

    if (value && self->params->texts != REPORT_TEXTS_FULL)
        (void)report_mask_recorded(value, shows);
    if (value)
        json_add(object, "recorded", value);
}

static int add_unit(struct cJSON *list,
                    const struct report_cells *self,
                    const struct columns *columns,
                    size_t unit,
                    struct error *err)
{
    const bool has_texts = self->params->texts != REPORT_TEXTS_NONE;
    const uint32_t repeat = self->rows.unit_repeat[unit];
    const bool shows =
        report_cells_shows(self,
                           self->rows.item_task[self->rows.unit_item[unit]]);
    const char *bytes[NUM_KINDS];
    size_t len[NUM_KINDS];
    struct cJSON *object;

    for (int k = 0; k < NUM_KINDS; k++) {
        if (reader_data_get(columns->texts[k], unit, &bytes[k], &len[k], err)
            < 0)
            return -1;
    }
    object = json_new_object();
    json_add_number(object,
                    "item",
                    (double)self->sample.item_slot[self->rows.unit_item[unit]]
                        - 1);
    json_add_number(object, "state", columns->state[unit]);
    if (repeat > 0)
        json_add_number(object, "repeat", repeat);
    if (columns->reply_tokens[unit] > 0)
        json_add_number(object, "tokens", columns->reply_tokens[unit]);
    add_reply(object, self, unit, shows, bytes[TEXT], len[TEXT]);
    if (len[REASONING] > 0) {
        report_cells_add_text(object,
                              "reasoning",
                              self,
                              shows,
                              bytes[REASONING],
                              len[REASONING]);
    }
    if (has_texts && len[DETAIL] > 0)
        add_detail(object, self, shows, bytes[DETAIL], len[DETAIL]);
    if (len[RECORDED] > 0)
        add_recorded(object, self, shows, bytes[RECORDED], len[RECORDED]);
    json_append(list, object);
    return 0;
}

int report_cells_add_units(struct cJSON *root,
                           const struct report_cells *self,
                           struct error *err)
{
    struct cJSON *list = json_add_array(root, "units");
    struct columns columns = { 0 };
    int rc = open_columns(&columns, self->reader, err);

    for (size_t u = 0; rc == 0 && u < self->rows.num_units; u++) {
        if (self->sample.unit_slot[u] > 0)
            rc = add_unit(list, self, &columns, u, err);
    }
    close_columns(&columns);
    return rc;
}
