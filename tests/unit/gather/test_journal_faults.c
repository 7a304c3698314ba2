/* A journal on disks that are full, broken, slow, interrupted or hasty: at each
 * call in turn, once and for ever. */
#include "disk.h"
#include "fixture.h"

enum { NUM_RECORDS = 12, LAST_CALL = 400 };

static int num_faults; /* that were met, over all tests */

/* Append until it fails; how many records were reported as synced. */
static uint64_t run_on(struct fixture *f, struct disk *disk, struct error *err)
{
    struct journal_io io = disk_io(disk);
    struct journal *journal = open_io(f, &io);
    uint64_t synced = 0;

    if (!journal) {
        *err = f->err;
        return 0;
    }
    for (size_t i = f->seen.num; i < NUM_RECORDS; i++) {
        if (append(journal, i, err) < 0 || journal_flush(journal, err) < 0)
            break;
    }
    if (err->code == ERR_NONE) {
        (void)journal_synced(journal, &synced, NULL);
        (void)journal_seal(journal, err);
    }
    if (err->code != ERR_NONE) {
        struct error again = { 0 };

        /* It stays broken, even when the disk would work again. */
        assert_int_equal(journal_flush(journal, &again), -1);
        assert_string_equal(again.text, err->text);
        assert_int_equal(append(journal, 0, NULL), -1);
        assert_int_equal(journal_synced(journal, &synced, &again), -1);
    }
    journal_close(journal);
    return synced;
}

/* After that: what was acknowledged is there, no more than that where the file
 * could be cut back, and nothing twice (the fixture's visitor wants 0, 1, 2,
 * ...); the rest can be written. */
static void resume(struct fixture *f, uint64_t synced, bool was_cut)
{
    size_t found = count(f);

    assert_in_range(found, synced, was_cut ? synced : synced + 1);
    fill(f, found, NUM_RECORDS, false);
    assert_int_equal(count(f), NUM_RECORDS);
}

/* One disk that fails; whether it came to that call. */
static bool try_fault(struct fixture *f, struct disk disk, bool loses_power)
{
    struct error err = { 0 };
    uint64_t synced = run_on(f, &disk, &err);
    bool met = disk.calls >= disk.fail_at;

    if (err.code != ERR_NONE) {
        assert_int_equal(err.code, ERR_IO);
        assert_non_null(strstr(err.text, f->folder));
        assert_non_null(strstr(err.text, strerror(disk.number)));
        /* making room mends nothing but a full disk */
        assert_int_equal(strstr(err.text, "free space there") != NULL,
                         disk.number == ENOSPC || disk.number == EDQUOT);
    } else if (met && disk.for_ever) {
        /* only the last close of a file that was synced may fail unheard */
        assert_int_equal(disk.calls, disk.fail_at);
    } else if (met && disk.number != EINTR) {
        assert_int_equal(disk.calls, disk.fail_at);
    }
    if (loses_power)
        disk_lose_power(&disk, disk.fail_at % 2 == 0);
    resume(f, synced, !disk.for_ever);
    disk_release(&disk);
    wipe(f);
    num_faults += met;
    return met;
}

/* Fail at each call in turn, until one run ends before it. */
static int sweep(struct fixture *f, struct disk disk, bool loses_power)
{
    int num = 0;

    f->params.max_file_bytes = 400;
    for (disk.fail_at = 1; disk.fail_at < LAST_CALL; disk.fail_at++) {
        if (!try_fault(f, disk, loses_power))
            break;
        num++;
    }
    assert_in_range(num, 25, LAST_CALL - 2);
    return num;
}

static void test_failures_once(void **state)
{
    (void)sweep(*state, (struct disk){ .number = EIO }, false);
    (void)sweep(*state, (struct disk){ .number = ENOSPC }, false);
    (void)sweep(*state, (struct disk){ .number = EDQUOT }, false);
}

static void test_failures_for_ever(void **state)
{
    static const int numbers[] = { EIO, ENOSPC };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct disk disk = { .number = numbers[i], .for_ever = true };

        (void)sweep(*state, disk, false);
        (void)sweep(*state, disk, true);
    }
}

static void test_interrupted(void **state)
{
    (void)sweep(*state, (struct disk){ .number = EINTR }, false);
    (void)sweep(*state,
                (struct disk){ .number = EINTR, .for_ever = true },
                false);
}

/* Seven bytes a call, and then no more. */
static void test_short_writes(void **state)
{
    struct fixture *f = *state;
    struct disk disk = { .is_short = true };
    struct error err = { 0 };

    assert_int_equal(run_on(f, &disk, &err), NUM_RECORDS);
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(count(f), NUM_RECORDS);
    disk_release(&disk);
    wipe(f);
    disk = (struct disk){ .is_short = true, .number = ENOSPC };
    (void)sweep(f, disk, false);
    disk.for_ever = true;
    (void)sweep(f, disk, true);
}

/* An interrupted write or sync goes on: nobody hears of it. */
static void test_one_interruption_is_nothing(void **state)
{
    struct fixture *f = *state;
    struct journal *journal;
    struct disk disk = { .number = EINTR };
    struct journal_io io = disk_io(&disk);

    journal = open_io(f, &io);
    for (size_t i = 0; i < 20; i++) {
        disk.fail_at = disk.calls + 1 + (int)(i % 2); /* write or sync */
        assert_int_equal(append(journal, i, NULL), 0);
        assert_int_equal(journal_flush(journal, NULL), 0);
        assert_true(disk.calls >= disk.fail_at);
    }
    disk.fail_at = 0;
    journal_close(journal);
    disk_release(&disk);
    assert_int_equal(count(f), 20);
}

static void test_way_out(void **state)
{
    struct fixture *f = *state;
    struct disk disk = { .number = ENOSPC };
    struct journal_io io = disk_io(&disk);
    struct journal *journal = open_io(f, &io);
    struct error err = { 0 };

    disk.fail_at = disk.calls + 1;
    assert_int_equal(append(journal, 0, NULL), 0);
    assert_int_equal(journal_flush(journal, &err), -1);
    assert_non_null(strstr(err.text, "000001.tsj"));
    assert_non_null(strstr(err.text, "free space"));
    assert_non_null(strstr(err.text, "run the same command again"));
    journal_close(journal);
    disk_release(&disk);
}

/* A slow disk stalls no append, and everything that came meanwhile goes in one
 * group. */
static void test_slow_disk(void **state)
{
    struct fixture *f = *state;
    struct disk disk = { .slow_ms = 100 };
    struct journal_io io = disk_io(&disk);
    struct journal *journal = open_io(f, &io);
    int64_t start = clock_ms();
    int calls = disk.calls;
    uint64_t synced = 0;

    assert_non_null(journal);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(append(journal, i, NULL), 0);
    assert_true(clock_ms() - start < 100);
    assert_int_equal(journal_synced(journal, &synced, NULL), 0);
    assert_true(synced < 200);
    journal_close(journal); /* flushes */
    assert_true(disk.calls - calls <= 7);
    disk_release(&disk);
    assert_int_equal(count(f), 200);
}

static int tell(void **state)
{
    (void)state;
    print_message("%d faults\n", num_faults);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_failures_once), TEST(test_failures_for_ever),
        TEST(test_interrupted),   TEST(test_short_writes),
        TEST(test_way_out),       TEST(test_one_interruption_is_nothing),
        TEST(test_slow_disk),
    };

    return cmocka_run_group_tests(tests, NULL, tell);
}
