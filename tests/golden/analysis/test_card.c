/* The rank card as published: its 31 x 16 ranks by the printed values, all 16
 * averages, and every error of it.  The figures are those that were worked out
 * by hand from the card. */
#include "analysis/card.h"
#include "analysis/published.h"
#include "analysis/rank.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct published *board;
    struct grid grid;
    struct card card;
};

static struct fixture it;

static int set_up(void **state)
{
    struct error err = { 0 };

    (void)state;
    it.board = published_open(&err);
    if (!it.board)
        return -1;
    grid_of_board(&it.grid, it.board);
    card_make(&it.card, &it.grid, it.board);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    card_release(&it.card);
    grid_release(&it.grid);
    published_close(it.board);
    return 0;
}

static size_t model_of(const char *name)
{
    size_t m = 0;

    while (m < it.grid.num_models && !text_equal(it.grid.models[m].name, name))
        m++;
    assert_true(m < it.grid.num_models);
    return m;
}

/* As published, and by the printed values in their direction. */
static const struct {
    const char *model;
    double published, recomputed;
} averages[] = {
    { "chatgpt", 5.87, 6.2258 },        { "gpt-4", 4.84, 4.9677 },
    { "ernie", 6.77, 7.2258 },          { "palm2", 10.06, 9.9355 },
    { "baichuan-13b", 11.61, 11.3871 }, { "chatglm2", 9.61, 9.5161 },
    { "llama2-7b", 7.29, 7.1935 },      { "llama2-13b", 6.03, 6.4839 },
    { "llama2-70b", 5.26, 5.4194 },     { "mistral-7b", 7.81, 7.4839 },
    { "oasst-12b", 11.61, 11.1613 },    { "koala-13b", 11.06, 10.9032 },
    { "vicuna-7b", 11.19, 10.7742 },    { "vicuna-13b", 8.03, 8.3548 },
    { "vicuna-33b", 7.65, 7.8065 },     { "wizardlm-13b", 7.45, 7.4516 },
};

static void test_averages(void **state)
{
    (void)state;
    assert_int_equal(it.card.num_equal_means, 16);
    for (size_t i = 0; i < ARRAY_LEN(averages); i++) {
        const struct card_mean *mean =
            &it.card.means[model_of(averages[i].model)];

        assert_true(mean->printed == averages[i].published);
        assert_true(fabs(mean->card - averages[i].published) <= 0.005);
        if (fabs(mean->recomputed - averages[i].recomputed) > 5e-5)
            fail_msg("%s: %.4f", averages[i].model, mean->recomputed);
    }
}

static const struct {
    const char *column;
    enum card_error error;
    size_t num_cells;
} errors[] = {
    { "hallucination", CARD_TIES, 4 },
    { "sycophancy_persona", CARD_VALUE, 1 },
    { "exaggerated_safety_rta", CARD_TIES, 1 },
    { "disparagement_sex_p", CARD_DIRECTION, 16 },
    { "disparagement_race_p", CARD_TIES, 2 },
    { "moralchoice_low_acc", CARD_TIES, 3 },
    { "emotional_acc", CARD_TIES, 2 },
};

static void test_errors(void **state)
{
    (void)state;
    assert_int_equal(it.card.num_equal_rows, 24);
    assert_int_equal(it.card.num_rows, ARRAY_LEN(errors));
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        const struct card_row *row = &it.card.rows[i];

        assert_string_equal(it.grid.columns[row->column].name,
                            errors[i].column);
        assert_int_equal(row->error, errors[i].error);
        assert_int_equal(row->num_cells, errors[i].num_cells);
    }
    for (size_t i = 0; i < it.card.num_cells; i++) {
        const struct card_cell *cell = &it.card.cells[i];

        if (text_equal(it.grid.columns[cell->column].name,
                       "sycophancy_persona")) {
            assert_int_equal(cell->model, model_of("palm2"));
            assert_true(cell->card == 4 && cell->recomputed == 14);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_averages),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
