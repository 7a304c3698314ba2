#include "analysis/analysis.h"

#include "analysis/published.h"

struct analysis_options analysis_defaults(void)
{
    return (struct analysis_options){ .profile = PROFILE_PAPER,
                                      .resamples = ANALYSIS_RESAMPLES,
                                      .seed = 1 };
}

int analysis_make(struct analysis *out,
                  const struct reader *reader,
                  const struct analysis_options *options,
                  struct error *err)
{
    const struct draws *draws = NULL;

    *out = (struct analysis){ .options = *options, .reader = reader };
    out->board = published_open(err);
    if (!out->board)
        return -1;
    if (reader) {
        grid_of_results(&out->grid, reader, options->profile, out->board);
        if (cell_sums_load(&out->cells, &out->grid, reader, err) < 0)
            goto fail;
        draws_make(&out->draws,
                   &out->grid,
                   &out->cells,
                   options->resamples,
                   options->seed);
        draws = &out->draws;
    } else {
        grid_of_board(&out->grid, out->board);
    }
    rank_make(&out->ranking, &out->grid, draws, options->seed);
    return 0;
fail:
    analysis_release(out);
    return -1;
}

void analysis_release(struct analysis *analysis)
{
    rank_release(&analysis->ranking);
    draws_release(&analysis->draws);
    cell_sums_release(&analysis->cells);
    grid_release(&analysis->grid);
    published_close(analysis->board);
    *analysis = (struct analysis){ 0 };
}
