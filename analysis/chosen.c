#include "analysis/chosen.h"

#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"

void chosen_read(struct chosen *out, const struct reader *reader)
{
    out->job = reader_provenance_json(reader, "job");
}

bool chosen_has(const struct chosen *self, const struct reader_column *column)
{
    const struct cJSON *only = json_member(self->job, "only");

    for (const struct cJSON *at = json_first(only); at; at = json_next(at)) {
        if (json_is_text(at) && text_glob(json_text(at), column->task))
            return true;
    }
    return json_count(only) == 0;
}

bool chosen_ranks(const struct chosen *self, const struct reader *reader)
{
    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        const struct reader_column *column = reader_column(reader, c);

        if (column->is_ranked && chosen_has(self, column))
            return true;
    }
    return false;
}

void chosen_release(struct chosen *self)
{
    json_free(self->job);
    self->job = NULL;
}
