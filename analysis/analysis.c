#include "analysis/analysis.h"

#include "analysis/published.h"
#include "base/text.h"
#include "base/text_show.h"

struct analysis_options analysis_defaults(void)
{
    return (struct analysis_options){ .profile = PROFILE_PAPER,
                                      .resamples = ANALYSIS_RESAMPLES,
                                      .seed = 1 };
}

/* What is done of all, after the parts that take most of the time, of one file of
 * seven models. */
static const double loaded_share = 0.04;
static const double drawn_share = 0.8;
static const double ranked_share = 0.86;

static void tell(const struct analysis *analysis, double share)
{
    const struct analysis_options *options = &analysis->options;

    if (options->progress)
        options->progress(options->progress_self, share);
}

static void tell_drawn(void *context, double share)
{
    tell(context, loaded_share + share * (drawn_share - loaded_share));
}

/* What follows from grid, draws and ranking. */
static void make_parts(struct analysis *out, const struct draws *draws)
{
    const uint64_t seed = out->options.seed;
    const struct statements_input input = {
        .board = out->board,
        .ranking = &out->ranking,
        .correlation = &out->correlation,
        .utility = &out->utility,
        .access = &out->access,
        .over_alignment = &out->over_alignment,
        .spread = &out->spread,
        .card = out->is_board ? &out->card : NULL,
        .seed = seed,
    };

    if (draws) {
        pair_tests_make(&out->pairs, &out->ranking, &out->cells);
        compare_make(&out->compare, &out->ranking, &out->pairs);
        compare_series(&out->series, &out->grid, out->options.series, seed);
        placed_make(&out->placed, &out->grid, draws, out->board);
    }
    correlation_trust_make(&out->correlation,
                           &out->ranking,
                           &out->utility,
                           seed);
    access_gap_make(&out->access, &out->ranking, seed);
    over_alignment_make(&out->over_alignment, &out->grid, draws);
    spread_make(&out->spread, &out->ranking);
    if (out->is_board)
        card_make(&out->card, &out->grid, out->board);
    statements_make(&out->statements, &input);
    summary_make(&out->summary, out);
}

/* Of models that stand in several files: what makes one of them. */
static void say_doubles(const struct grid *grid, struct text *notes)
{
    const struct grid_model *first = NULL;
    size_t num = 0;

    for (size_t m = 0; m < grid->num_models; m++) {
        const struct grid_model *model = &grid->models[m];

        if (text_equal(model->name, model->plain))
            continue;
        first = first ? first : model;
        num++;
    }
    if (!first || !notes)
        return;
    text_addf(notes,
              "%zu models have the name of another file's, such as ",
              num);
    text_show_plain(notes, first->name);
    text_add(notes,
             ": they are told apart; where files hold other tasks of a model, "
             "'trustsweep merge' makes one of them\n");
}

static int load(struct analysis *out,
                const struct reader *const *readers,
                size_t num_readers,
                struct error *err)
{
    const struct analysis_options *options = &out->options;
    const struct draws_told told = { tell_drawn, out };

    if (num_readers == 0) {
        grid_of_board(&out->grid, out->board);
        return 0;
    }
    grid_of_results(&out->grid,
                    readers,
                    num_readers,
                    options->profile,
                    out->board);
    if (cell_sums_load(&out->cells, &out->grid, err) < 0)
        return -1;
    tell(out, loaded_share);
    draws_make(&out->draws,
               &out->grid,
               &out->cells,
               options->resamples,
               options->seed,
               &told);
    return 0;
}

int analysis_make(struct analysis *out,
                  const struct reader *const *readers,
                  size_t num_readers,
                  const struct analysis_options *options,
                  struct error *err)
{
    const struct draws *draws = num_readers > 0 ? &out->draws : NULL;

    *out =
        (struct analysis){ .options = *options, .is_board = num_readers == 0 };
    out->board = published_open(err);
    if (!out->board)
        return -1;
    if (load(out, readers, num_readers, err) < 0)
        goto fail;
    say_doubles(&out->grid, options->notes);
    if (utility_read(&out->utility,
                     &out->grid,
                     out->board,
                     options->utility,
                     options->notes,
                     err)
        < 0)
        goto fail;
    if (sheet_make(&out->sheet, &out->grid, out->board, options->facts, err)
        < 0)
        goto fail;
    rank_make(&out->ranking, &out->grid, draws, options->seed);
    tell(out, ranked_share);
    make_parts(out, draws);
    tell(out, 1);
    return 0;
fail:
    analysis_release(out);
    return -1;
}

void analysis_release(struct analysis *analysis)
{
    summary_release(&analysis->summary);
    sheet_release(&analysis->sheet);
    statements_release(&analysis->statements);
    card_release(&analysis->card);
    spread_release(&analysis->spread);
    over_alignment_release(&analysis->over_alignment);
    access_gap_release(&analysis->access);
    correlation_trust_release(&analysis->correlation);
    utility_release(&analysis->utility);
    placed_release(&analysis->placed);
    compare_series_release(&analysis->series);
    compare_release(&analysis->compare);
    pair_tests_release(&analysis->pairs);
    rank_release(&analysis->ranking);
    draws_release(&analysis->draws);
    cell_sums_release(&analysis->cells);
    grid_release(&analysis->grid);
    published_close(analysis->board);
    *analysis = (struct analysis){ 0 };
}

const char *analysis_model(const struct analysis *analysis, size_t model)
{
    return analysis->grid.models[model].name;
}
