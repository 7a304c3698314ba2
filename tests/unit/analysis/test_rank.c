/* Ranks of the published board, and of a file with models that lack columns. */
#include "analysis/published.h"
#include "analysis/rank.h"
#include "base/mem.h"
#include "stats/ranks.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of the values as printed, each column by its direction; the seven columns in
 * which the rank card differs are known (test_card.c). */
static const struct {
    const char *model;
    double mean_rank;
} board_ranks[] = {
    { "gpt-4", 4.97 },      { "llama2-70b", 5.42 }, { "chatgpt", 6.23 },
    { "llama2-13b", 6.48 }, { "llama2-7b", 7.19 },  { "ernie", 7.23 },
};

static void test_board(void **state)
{
    struct error err = { 0 };
    struct published *board = published_open(&err);
    struct grid grid;
    struct ranking ranking;

    (void)state;
    assert_non_null(board);
    grid_of_board(&grid, board);
    assert_int_equal(grid.num_models, 16);
    assert_int_equal(grid.num_columns, 31);
    rank_make(&ranking, &grid, NULL, 1);
    assert_int_equal(ranking.num_scopes, 7);
    assert_int_equal(ranking.scopes[0].num_columns, 31);
    for (size_t i = 0; i < ARRAY_LEN(board_ranks); i++) {
        const struct rank_row *row = &ranking.scopes[0].rows[i];

        assert_string_equal(grid.models[row->model].name, board_ranks[i].model);
        assert_true(fabs(row->mean_rank - board_ranks[i].mean_rank) < 0.005);
        assert_true(row->place == (double)(i + 1));
        assert_true(row->columns_low < row->mean_rank
                    && row->mean_rank < row->columns_high);
        assert_true(isnan(row->low) && isnan(row->p_first));
    }
    rank_release(&ranking);
    grid_release(&grid);
    published_close(board);
}

enum { MODELS = 4, COLUMNS = 6, DRAWS = 200 };

static const size_t last = (size_t)3 * COLUMNS; /* d in column p */

static const double unknown = (double)NAN;

/* c lacks a column; d has one only. */
static const double values[MODELS][COLUMNS] = {
    { 0.9, 0.9, 0.9, 0.9, 0.2, 0.5 },
    { 0.5, 0.5, 0.5, 0.5, 0.1, 0.5 },
    { 0.1, 0.1, 0.1, 0.1, 0.3, (double)NAN },
    { 1.0, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN },
};

static void make_grid(struct grid *grid)
{
    static const char *const names[] = { "a", "b", "c", "d" };
    static const char *const columns[] = { "p", "q", "r", "s", "t", "u" };
    const size_t num = (size_t)MODELS * COLUMNS;

    *grid = (struct grid){
        .models = mem_alloc(MODELS, sizeof *grid->models),
        .num_models = MODELS,
        .columns = mem_alloc(COLUMNS, sizeof *grid->columns),
        .num_columns = COLUMNS,
        .values = mem_copy(values, sizeof values),
        .low = mem_alloc(num, sizeof(double)),
        .high = mem_alloc(num, sizeof(double)),
        .num = mem_alloc(num, sizeof(uint64_t)),
        .is_comparable = mem_alloc(num, sizeof(bool)),
    };
    for (size_t m = 0; m < MODELS; m++)
        grid->models[m] = (struct grid_model){ .name = names[m] };
    for (size_t c = 0; c < COLUMNS; c++) {
        grid->columns[c] = (struct grid_column){
            .name = columns[c],
            .dimension = c < 4 ? "safety" : "privacy",
            .direction = c == 4 ? -1 : 1,
            .weight = 1,
        };
    }
}

/* In a quarter of the draws a and b change places in column p. */
static void make_draws(struct draws *draws, const struct grid *grid)
{
    *draws = (struct draws){
        .grid = grid,
        .num = DRAWS,
        .values = mem_alloc((size_t)DRAWS * MODELS * COLUMNS, sizeof(double)),
        .num_units = mem_alloc(COLUMNS, sizeof(size_t)),
    };
    for (size_t d = 0; d < DRAWS; d++) {
        double *at = &draws->values[d * MODELS * COLUMNS];

        memcpy(at, values, sizeof values);
        if (d % 4 == 0) {
            at[0] = values[1][0];
            at[COLUMNS] = values[0][0];
        }
    }
    draws->num_units[0] = 10;
}

static void test_what_is_lacking_is_shown(void **state)
{
    struct grid grid;
    struct draws draws;
    struct ranking ranking;
    const struct rank_scope *scope;

    (void)state;
    make_grid(&grid);
    make_draws(&draws, &grid);
    rank_make(&ranking, &grid, &draws, 1);
    /* in its column d is ranked, in the scopes it is not */
    assert_true(ranking.cells[last].rank == 1);
    assert_true(ranking.cells[0].rank == 2);
    assert_false(ranking.is_in[3]);
    scope = &ranking.scopes[0];
    assert_int_equal(scope->num_rows, 3);
    assert_int_equal(scope->num_columns, 5);
    assert_int_equal(scope->num_possible, 6);
    /* a: 1 1 1 1 2; t is better when lower */
    assert_int_equal(scope->rows[0].model, 0);
    assert_true(fabs(scope->rows[0].mean_rank - 1.2) < 1e-12);
    assert_true(fabs(scope->rows[0].high - 1.4) < 1e-12);
    assert_true(fabs(scope->rows[0].low - 1.2) < 1e-12);
    assert_true(scope->rows[0].p_first == 1);
    assert_string_equal(ranking.scopes[2].name, "privacy");
    assert_int_equal(ranking.scopes[2].num_columns, 1);
    rank_release(&ranking);
    draws_release(&draws);
    grid_release(&grid);
}

static void test_weights_count_overall_only(void **state)
{
    struct grid grid;
    struct ranking ranking;
    const struct rank_scope *scope;

    (void)state;
    make_grid(&grid);
    for (size_t c = 0; c < 4; c++)
        grid.columns[c].weight = 0.25;
    grid.columns[4].weight = 3;
    rank_make(&ranking, &grid, NULL, 1);
    scope = &ranking.scopes[0];
    /* a: 1 1 1 1 2 */
    for (size_t r = 0; r < scope->num_rows; r++) {
        if (scope->rows[r].model == 0)
            assert_true(fabs(scope->rows[r].mean_rank - 7.0 / 4) < 1e-12);
    }
    assert_true(rank_has_weights(&ranking, scope));
    assert_false(rank_has_weights(&ranking, &ranking.scopes[1]));
    rank_release(&ranking);
    grid.columns[4].weight = 0;
    rank_make(&ranking, &grid, NULL, 1);
    assert_int_equal(ranking.scopes[0].num_columns, 4);
    assert_true(ranking.scopes[0].rows[0].mean_rank == 1);
    /* of its own dimension it still is */
    assert_int_equal(ranking.scopes[2].num_columns, 1);
    assert_true(ranking.scopes[2].rows[0].mean_rank == 1);
    rank_release(&ranking);
    grid_release(&grid);
}

static void test_resamples_give_the_chance(void **state)
{
    struct grid grid;
    struct draws draws;
    struct ranking ranking;
    const struct rank_cell *a;

    (void)state;
    make_grid(&grid);
    make_draws(&draws, &grid);
    grid.values[last] = unknown;
    for (size_t d = 0; d < DRAWS; d++)
        draws.values[d * MODELS * COLUMNS + last] = unknown;
    rank_make(&ranking, &grid, &draws, 1);
    a = &ranking.cells[0];
    assert_true(a->rank == 1 && a->low == 1 && a->high == 2);
    assert_true(a->p_first == 0.75 && a->p_top3 == 1);
    /* a column that was not drawn says nothing of chance */
    assert_true(isnan(ranking.cells[1].low));
    rank_release(&ranking);
    draws_release(&draws);
    grid_release(&grid);
}

static double sum_of(const double *numbers, size_t num)
{
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += numbers[i];
    return sum;
}

/* Ties share a place; those with a rank have all places together. */
static void test_ties_share_places(void **state)
{
    static const double ranks[][MODELS + 1] = {
        { 1, 1, 3, 4, 5 },
        { 1, 2, 3, 3, 3 },
        { 1, 2, 2, 2, 2 },
        { 1, 1, 1, 1, (double)NAN },
    };
    static const double top3[][MODELS + 1] = {
        { 1, 1, 1, 0, 0 },
        { 1, 1, 1.0 / 3, 1.0 / 3, 1.0 / 3 },
        { 1, 0.5, 0.5, 0.5, 0.5 },
        { 0.75, 0.75, 0.75, 0.75, 0 },
    };
    struct grid grid;
    struct draws draws;
    struct ranking ranking;
    double chance = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ranks); i++) {
        double first[MODELS + 1] = { 0 };
        double three[MODELS + 1] = { 0 };

        ranks_add_places(ranks[i], MODELS + 1, 1, first);
        ranks_add_places(ranks[i], MODELS + 1, 3, three);
        assert_true(fabs(sum_of(first, MODELS + 1) - 1) < 1e-12);
        for (size_t m = 0; m <= MODELS; m++)
            assert_true(fabs(three[m] - top3[i][m]) < 1e-12);
    }
    make_grid(&grid);
    make_draws(&draws, &grid);
    grid.values[last] = unknown;
    /* a and b are equal in column p in one half of the draws */
    for (size_t d = 0; d < DRAWS; d++) {
        double *at = &draws.values[d * MODELS * COLUMNS];

        at[last] = unknown;
        at[0] = 0.9;
        at[COLUMNS] = d % 2 == 0 ? 0.9 : 0.5;
    }
    rank_make(&ranking, &grid, &draws, 1);
    assert_true(ranking.cells[0].p_first == 0.75);
    assert_true(ranking.cells[COLUMNS].p_first == 0.25);
    for (size_t i = 0; i < ranking.scopes[0].num_rows; i++)
        chance += ranking.scopes[0].rows[i].p_first;
    assert_true(fabs(chance - 1) < 1e-12);
    rank_release(&ranking);
    draws_release(&draws);
    grid_release(&grid);
}

/* A mean rank that its resamples draw to the middle is explained, no other. */
static void test_outside_of_its_interval(void **state)
{
    struct rank_row rows[] = {
        { .mean_rank = 1.5, .low = 1.2, .high = 2 },
        { .mean_rank = 2, .low = (double)NAN, .high = (double)NAN },
        { .mean_rank = 1.35, .low = 1.35 + 1e-15, .high = 3.06 },
    };
    const struct rank_scope scope = { .rows = rows,
                                      .num_rows = ARRAY_LEN(rows) };

    (void)state;
    assert_null(rank_note(&scope));
    rows[2].low = 1.71;
    assert_non_null(strstr(rank_note(&scope), "resamples mix their order"));
    rows[2] = rows[0];
    rows[2].mean_rank = 2.5;
    assert_non_null(rank_note(&scope));
}

static void test_nothing(void **state)
{
    struct grid grid = { 0 };
    struct ranking ranking;

    (void)state;
    rank_make(&ranking, &grid, NULL, 1);
    assert_int_equal(ranking.num_scopes, 1);
    assert_int_equal(ranking.scopes[0].num_rows, 0);
    rank_release(&ranking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_board),
        cmocka_unit_test(test_what_is_lacking_is_shown),
        cmocka_unit_test(test_weights_count_overall_only),
        cmocka_unit_test(test_resamples_give_the_chance),
        cmocka_unit_test(test_ties_share_places),
        cmocka_unit_test(test_outside_of_its_interval),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
