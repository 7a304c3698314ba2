/* Who is to blame when all workers were lost; what is counted at the start. */
#include "base/text.h"
#include "dispatch/book.h"
#include "schedule/schedule.h"
#include "trustsweep/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NUM_UNITS = 4, RANK = 1 };

static uint64_t num_appended;

static struct hash128 id_of(void *self, size_t unit)
{
    (void)self;
    return (struct hash128){ 1, unit };
}

static size_t find(void *self, struct hash128 id)
{
    (void)self;
    return id.low;
}

static bool is_none(void *self, size_t unit)
{
    (void)self;
    (void)unit;
    return false;
}

/* Units 0 and 1 have a record, 0 of a failure; 1 and 2 are left out. */
static bool is_recorded(void *self, size_t unit)
{
    (void)self;
    return unit < 2;
}

static bool is_left_out(void *self, size_t unit)
{
    (void)self;
    return unit == 1 || unit == 2;
}

static bool has_failed(void *self, size_t unit)
{
    (void)self;
    return unit == 0;
}

static int append(void *self,
                  size_t unit,
                  const struct record *record,
                  uint64_t *ticket,
                  struct error *err)
{
    (void)self;
    (void)unit;
    (void)record;
    (void)err;
    *ticket = ++num_appended;
    return 0;
}

static int synced(void *self, uint64_t *ticket, struct error *err)
{
    (void)self;
    (void)err;
    *ticket = num_appended;
    return 0;
}

static void no_ack(void *context, int rank, struct hash128 unit)
{
    (void)context;
    (void)rank;
    (void)unit;
}

struct fixture {
    struct schedule *schedule;
    struct book *book;
};

static void create(struct fixture *f, const struct work *work)
{
    static const uint16_t models[NUM_UNITS];
    static const float costs[NUM_UNITS] = { 1, 1, 1, 1 };
    const struct schedule_model model = { .tokens_per_s = 1 };
    const struct schedule_params schedule = { .models = &model,
                                              .num_models = 1,
                                              .num_units = NUM_UNITS,
                                              .unit_model = models,
                                              .unit_cost = costs,
                                              .num_slots = 1,
                                              .lease_s = 10,
                                              .max_lease = NUM_UNITS };
    struct book_params params = { .max_attempts = 3, .backoff_ms = 10 };

    num_appended = 0;
    f->schedule = schedule_create(&schedule);
    params.schedule = f->schedule;
    params.work = *work;
    params.sink = (struct sink){ .append = append, .synced = synced };
    f->book = book_create(&params);
}

static void open_book(struct fixture *f)
{
    const struct work work = { .num_units = NUM_UNITS,
                               .id = id_of,
                               .find = find,
                               .is_done = is_none };
    size_t units[NUM_UNITS];
    int of = SCHEDULE_NO_MODEL;

    create(f, &work);
    assert_true(schedule_lease(f->schedule, 0, SCHEDULE_NO_MODEL, 0, &of, units)
                > 0);
    (void)schedule_lease(f->schedule, 0, 0, 0, &of, units);
    for (uint32_t i = 0; i < NUM_UNITS; i++)
        book_lease(f->book, i, RANK, i + 1);
}

static void close_book(struct fixture *f)
{
    book_destroy(f->book);
    schedule_destroy(f->schedule);
}

static void finish(struct fixture *f, size_t unit)
{
    struct record record = { 0 };

    reply_set_text(&record.reply, "a", 1, FINISH_STOP);
    assert_int_equal(book_take(f->book, unit, RANK, &record, NULL),
                     BOOK_RECORDED);
    record_release(&record);
    assert_int_equal(book_sync(f->book, no_ack, NULL, NULL), 1);
}

/* All were killed at once, each with a unit: none of these did it. */
static void who_was_useful_is_not_blamed_at_once(void **state)
{
    struct fixture f;

    (void)state;
    open_book(&f);
    finish(&f, 0);
    assert_int_equal(book_lost(f.book, 1, true, NULL), 0);
    assert_int_equal(book_lost(f.book, 2, true, NULL), 0);
    assert_int_equal(book_quarantine(f.book, NULL), 0);
    book_lease(f.book, 1, RANK, 10); /* and again with the same one */
    assert_int_equal(book_lost(f.book, 1, false, NULL), 0);
    assert_int_equal(book_quarantine(f.book, NULL), 1);
    assert_int_equal(book_totals(f.book)->num_quarantined, 1);
    close_book(&f);
}

/* A start that got nowhere: the next one must not be lost to the same. */
static void where_nothing_was_done_one_loss_is_enough(void **state)
{
    struct fixture f;

    (void)state;
    open_book(&f);
    assert_int_equal(book_lost(f.book, 1, true, NULL), 0);
    assert_int_equal(book_lost(f.book, 2, false, NULL), 0);
    assert_int_equal(book_quarantine(f.book, NULL), 1);
    close_book(&f);
}

/* Who compares `done` with the records on disk must find as many. */
static void what_is_left_out_is_not_done(void **state)
{
    const struct work work = { .num_units = NUM_UNITS,
                               .id = id_of,
                               .find = find,
                               .is_done = is_recorded,
                               .is_left_out = is_left_out,
                               .has_failed = has_failed };
    const struct book_totals *totals;
    struct fixture f;
    size_t units[NUM_UNITS];
    int of = SCHEDULE_NO_MODEL;

    (void)state;
    create(&f, &work);
    totals = book_totals(f.book);
    assert_int_equal(totals->num_done, 2);
    assert_int_equal(totals->num_before, 2);
    assert_int_equal(totals->num_failed, 1);
    assert_int_equal(totals->num_left_out, 1);
    assert_int_equal(
        schedule_lease(f.schedule, 0, SCHEDULE_NO_MODEL, 0, &of, units),
        1);
    assert_int_equal(units[0], 3);
    close_book(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_useful_is_not_blamed_at_once),
        cmocka_unit_test(where_nothing_was_done_one_loss_is_enough),
        cmocka_unit_test(what_is_left_out_is_not_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
