#include "analysis/board.h"
#include "analysis/label_kind.h"
#include "analysis/validation.h"
#include "base/text.h"
#include "store/reader.h"

#include <math.h>

bool board_wants_labels(const struct reader_column *column,
                        enum profile profile)
{
    return profile == PROFILE_CORRECTED
           && label_kind_of(column) == LABEL_KIND_REFUSAL;
}

void board_labels(struct text *out,
                  const struct reader *reader,
                  const struct validation *validation,
                  size_t model,
                  size_t column)
{
    const struct validation_cell *cell =
        validation_at(validation, model, column);

    if (isnan(reader_score(reader, PROFILE_CORRECTED, model, column)->value))
        return;
    if (!cell) {
        text_add(out, "not validated on this model");
    } else if (isnan(cell->rate.value)) {
        text_addf(out, "- %s", cell->lack ? cell->lack : "");
    } else {
        text_addf(out, "%.3f", cell->rate.value);
        if (!isnan(cell->rate.interval.low)) {
            text_addf(out,
                      " [%.3f, %.3f]",
                      cell->rate.interval.low,
                      cell->rate.interval.high);
        }
        text_addf(out, " %llu", (unsigned long long)cell->num_labelled);
    }
}
