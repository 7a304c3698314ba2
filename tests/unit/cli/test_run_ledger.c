/* What was spent, added up over starts, and through a file. */
#include "base/json.h"
#include "base/text.h"
#include "cli/results/spent.h"
#include "cli/run/run_ledger_file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const models[] = { "alpha", "beta", "gone" };
static const char *const tasks[] = { "one", "judge" };

/* Borrowed rows; not to be released. */
static struct spent make(struct spent_start *start,
                         struct spent_row *rows,
                         size_t num_rows)
{
    return (struct spent){
        .models = models,
        .num_models = 3,
        .tasks = tasks,
        .num_tasks = 2,
        .starts = start,
        .num_starts = 1,
        .rows = rows,
        .num_rows = num_rows,
    };
}

static int find(const char *const *names, int num, const char *name)
{
    for (int i = 0; i < num; i++) {
        if (text_equal(names[i], name))
            return i;
    }
    return -1;
}

static int find_model(void *self, const char *name)
{
    (void)self;
    return find(models, 3, name);
}

static int find_task(void *self, const char *name)
{
    (void)self;
    return find(tasks, 2, name);
}

static const struct run_ledger_names names = { find_model, find_task, NULL };

static void near(double got, double want)
{
    assert_true(fabs(got - want) < 1e-9);
}

static struct spent add_two(void)
{
    struct spent_start first = { "a", 2, 3.5 };
    struct spent_start second = { "b", 1, 2 };
    struct spent_row before[] = {
        { 1, 0, false, { .load_s = 1, .decode_s = 2.5, .loads = 1 } },
        { 2, 2, false, { .idle_s = 3.5 } },
    };
    struct spent_row now[] = {
        { 1, 0, false, { .decode_s = 1.5, .loads = 1 } },
        { 1, 0, false, { .load_s = 0.3 } }, /* cut short */
        { 1, -1, true, { .idle_s = 0.2 } },
    };
    const struct spent from = make(&first, before, 2);
    const struct spent more = make(&second, now, 3);
    struct spent sum = spent_copy(&from);

    spent_add(&sum, &more);
    return sum;
}

static double sum_of(const struct spent *spent)
{
    double sum_s = 0;

    for (size_t i = 0; i < spent->num_rows; i++) {
        const struct ledger_seconds *of = &spent->rows[i].spent;

        sum_s += of->load_s + of->decode_s + of->idle_s;
    }
    return sum_s;
}

static void test_add(void **state)
{
    struct spent sum = add_two();

    (void)state;
    assert_int_equal(sum.num_starts, 2);
    assert_int_equal(sum.num_rows, 4);
    near(sum_of(&sum), 9);
    near(spent_all_allocated_s(&sum), 9);
    near(spent_allocated_s(&sum, 1), 5.5);
    near(spent_allocated_s(&sum, 2), 3.5);
    assert_int_equal(spent_most_workers(&sum), 2);
    /* rank 1: of no model, a load that was cut short, the loads that ended */
    assert_true(sum.rows[0].model == -1 && sum.rows[0].is_apart);
    near(sum.rows[1].spent.load_s, 0.3);
    assert_int_equal(sum.rows[1].spent.loads, 0);
    near(sum.rows[2].spent.load_s, 1);
    near(sum.rows[2].spent.decode_s, 4);
    assert_int_equal(sum.rows[2].spent.loads, 2);
    spent_release(&sum);
}

static void test_through_a_file(void **state)
{
    struct ledger_cell cells[] = {
        { 1, 1, { .prefill_s = 0.125, .units = 7, .reply_tokens = 11 } },
        { -1, LEDGER_NO_TASK, { .wasted_s = 2 } },
    };
    struct spent sum = add_two();
    struct spent with_cells = sum;
    struct spent back;
    struct cJSON *json;

    (void)state;
    with_cells.cells = cells;
    with_cells.num_cells = 2;
    json = run_ledger_file_make(&with_cells);
    assert_true(run_ledger_file_take(json, &names, &back));
    json_free(json);
    assert_int_equal(back.num_starts, 2);
    assert_string_equal(back.starts[1].began, "b");
    near(spent_all_allocated_s(&back), 9);
    assert_int_equal(back.num_rows, sum.num_rows);
    for (size_t i = 0; i < sum.num_rows; i++) {
        assert_int_equal(back.rows[i].rank, sum.rows[i].rank);
        assert_int_equal(back.rows[i].model, sum.rows[i].model);
        assert_int_equal(back.rows[i].is_apart, sum.rows[i].is_apart);
        assert_memory_equal(&back.rows[i].spent,
                            &sum.rows[i].spent,
                            sizeof back.rows[i].spent);
    }
    assert_int_equal(back.num_cells, 2);
    assert_int_equal(back.cells[0].task, 1);
    assert_int_equal(back.cells[0].spent.units, 7);
    assert_int_equal(back.cells[1].model, -1);
    assert_true(back.cells[1].task == LEDGER_NO_TASK);
    spent_release(&back);
    spent_release(&sum);
}

static void test_damaged(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{\"starts\":[],\"rows\":[]}",
        "{\"starts\":[{\"started\":\"x\",\"workers\":0,\"seconds\":1}],"
        "\"rows\":[],\"cells\":[]}",
        "{\"starts\":[],\"rows\":[{\"rank\":-1,\"model\":\"alpha\"}],"
        "\"cells\":[]}",
        "{\"starts\":[],\"rows\":[{\"rank\":1,\"model\":\"alpha\","
        "\"load_s\":-2}],\"cells\":[]}",
        "{\"starts\":[],\"rows\":[{\"rank\":1,\"model\":\"alpha\","
        "\"units\":\"many\"}],\"cells\":[]}",
        "{\"starts\":[],\"rows\":[],\"cells\":[{\"model\":\"alpha\"}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cJSON *json = json_parse(bad[i], strlen(bad[i]), "t", NULL);
        struct spent out;

        assert_non_null(json);
        assert_false(run_ledger_file_take(json, &names, &out));
        assert_int_equal(out.num_starts, 0);
        assert_null(out.rows);
        json_free(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_through_a_file),
        cmocka_unit_test(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
