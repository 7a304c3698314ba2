/* Compaction: what was superseded goes, what counts stays, whatever call to the
 * disk is the last one. */
#include "base/log.h"
#include "disk.h"
#include "fixture.h"
#include "gather/journal_file.h"

enum { NUM_UNITS = 24, NUM_FILES_MAX = 64, ROTATE = 600 };

/* What an opening says of each unit, and how often. */
struct told {
    char texts[NUM_UNITS][24];
    size_t num;
};

static int note(void *context,
                const struct record *record,
                uint64_t place,
                struct error *err)
{
    struct told *told = context;
    const size_t unit = (size_t)record->reply.unit.high;

    (void)err;
    assert_true(unit < NUM_UNITS && place > 0);
    memset(told->texts[unit], 0, sizeof told->texts[unit]);
    (void)snprintf(told->texts[unit],
                   sizeof told->texts[unit],
                   "%d %s",
                   (int)record->attempt,
                   record->reply.text ? record->reply.text : "failed");
    told->num++;
    return 0;
}

static void add(struct journal *journal, size_t unit, int attempt, bool fails)
{
    struct record record = make_record(unit, len_of(unit));
    uint64_t ticket;
    uint64_t place;

    record.attempt = (uint32_t)attempt;
    if (fails)
        reply_fail(&record.reply, STATE_FAILED, "the driver is not there");
    assert_int_equal(journal_append(journal, &record, &ticket, &place, NULL),
                     0);
    record_release(&record);
}

/* Units that failed and were tried again, once or twice; one that never came
 * right; copies; several files. */
static void make_history(struct fixture *f)
{
    struct journal *journal;

    f->params.max_file_bytes = ROTATE;
    f->params.job = "history";
    journal = journal_open(&f->params, NULL, NULL, NULL);
    for (size_t i = 0; i < NUM_UNITS; i++)
        add(journal, i, 1, i % 3 != 0);
    for (size_t i = 0; i < NUM_UNITS; i++) {
        if (i % 3 != 0)
            add(journal, i, 2, i % 3 == 2);
    }
    for (size_t i = 0; i < NUM_UNITS; i += 4)
        add(journal, i, 3, i == 20);
    for (size_t i = 0; i < 6; i++)
        add(journal, i, 4, false);
    assert_int_equal(journal_flush(journal, NULL), 0);
    journal_close(journal);
}

struct snapshot {
    struct text files[NUM_FILES_MAX];
    uint32_t num;
};

static void take(const struct fixture *f, struct snapshot *out)
{
    *out = (struct snapshot){ 0 };
    for (;;) {
        char *path = journal_file_path(f->folder, out->num + 1);

        if (file_exists(path))
            out->files[out->num++] = read_all(path);
        bool was_last = !file_exists(path);

        free(path);
        if (was_last)
            break;
    }
}

static void put_back(const struct fixture *f, const struct snapshot *from)
{
    wipe(f);
    for (uint32_t i = 0; i < from->num; i++) {
        char *path = journal_file_path(f->folder, i + 1);
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        (void)fwrite(from->files[i].data, 1, from->files[i].len, file);
        (void)fclose(file);
        free(path);
    }
}

static uint64_t bytes_in(const struct fixture *f)
{
    struct name_list list = { 0 };
    uint64_t bytes = 0;

    assert_int_equal(file_list(f->folder, &list, NULL), 0);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(f->folder, list.names[i]);

        bytes += (uint64_t)file_size(path);
        free(path);
    }
    name_list_release(&list);
    return bytes;
}

/* What a journal says, read only; how many records it told of. */
static size_t ask(struct fixture *f, struct told *out)
{
    struct journal_params params = f->params;
    struct error err = { 0 };
    struct journal *journal;

    *out = (struct told){ 0 };
    params.is_read_only = true;
    journal = journal_open(&params, note, out, &err);
    if (!journal)
        fail_msg("%s", err.text);
    journal_close(journal);
    return out->num;
}

static void same(const struct told *a, const struct told *b)
{
    assert_memory_equal(a->texts, b->texts, sizeof a->texts);
}

static void test_the_right_one_counts(void **state)
{
    struct fixture *f = *state;
    struct told told;

    make_history(f);
    (void)ask(f, &told);
    assert_string_equal(told.texts[0], "1 abc");    /* not its copies */
    assert_string_equal(told.texts[1], "2 bcde");   /* failed once */
    assert_string_equal(told.texts[8], "3 ijklmn"); /* failed twice */
    assert_string_equal(told.texts[11], "2 failed");
    assert_string_equal(told.texts[20], "3 failed"); /* its last word */
}

static void test_superseded_records_go(void **state)
{
    struct fixture *f = *state;
    struct told before;
    struct told after;
    struct snapshot small;
    struct snapshot again;
    uint64_t bytes;

    make_history(f);
    (void)ask(f, &before);
    bytes = bytes_in(f);
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    assert_true(bytes_in(f) * 3 < bytes * 2);
    /* of each unit one record is left, but where too few in a file are idle */
    assert_in_range(ask(f, &after), NUM_UNITS, NUM_UNITS + 6);
    same(&before, &after);
    /* Nothing more is to be had, and appending goes on behind it. */
    take(f, &small);
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    take(f, &again);
    assert_int_equal(small.num, again.num);
    for (uint32_t i = 0; i < small.num; i++) {
        assert_int_equal(small.files[i].len, again.files[i].len);
        text_release(&again.files[i]);
    }
    struct journal *journal = journal_open(&f->params, NULL, NULL, NULL);

    add(journal, 11, 5, false);
    journal_close(journal);
    (void)ask(f, &after);
    assert_string_equal(after.texts[11], "5 lmno");
    for (uint32_t i = 0; i < small.num; i++)
        text_release(&small.files[i]);
}

/* In a file that was written anew every byte is still watched. */
static void test_rewritten_files_are_watched(void **state)
{
    struct fixture *f = *state;
    struct told told;
    size_t num_damaged = 0;

    make_history(f);
    f->params.max_file_bytes = 1 << 20;
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    for (size_t at = 0; at < (size_t)file_size(first_file(f)); at++) {
        struct text whole = read_all(first_file(f));
        struct journal_params params = f->params;
        struct journal *journal;

        params.is_read_only = true;
        told = (struct told){ 0 };
        whole.data[at] = (char)(whole.data[at] ^ 4);
        assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL),
                         0);
        journal = journal_open(&params, note, &told, NULL);
        num_damaged += !journal;
        journal_close(journal);
        whole.data[at] = (char)(whole.data[at] ^ 4);
        assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL),
                         0);
        text_release(&whole);
    }
    assert_int_equal(num_damaged, file_size(first_file(f)));
}

/* Of a file that is copied in several pieces, with records that are larger than
 * one. */
static void test_large_files(void **state)
{
    enum { NUM = 24, LARGE = 100000 };
    struct fixture *f = *state;
    struct journal *journal = journal_open(&f->params, NULL, NULL, NULL);
    struct told want;
    struct told told;
    uint64_t bytes;

    for (size_t i = 0; i < NUM; i++) {
        struct record record = make_record(i, i == 5 ? 3000000 : LARGE + i);
        uint64_t ticket;
        uint64_t place;

        for (int copies = 0; copies < 2; copies++) {
            assert_int_equal(
                journal_append(journal, &record, &ticket, &place, NULL),
                0);
        }
        record_release(&record);
    }
    journal_close(journal);
    (void)ask(f, &want);
    bytes = bytes_in(f);
    journal = journal_open(&f->params, NULL, NULL, NULL);
    add(journal, 1, 9, false); /* a copy, too */
    journal_close(journal);
    assert_in_range(bytes_in(f), bytes / 2, bytes / 2 + 200);
    assert_int_equal(ask(f, &told), NUM);
    same(&want, &told);
    flip(first_file(f), (size_t)file_size(first_file(f)) / 2);
    assert_null(journal_open(&f->params, NULL, NULL, NULL));
}

static int num_tried;

/* Compaction meets a fault at call `disk->fail_at`. */
static bool try_crash(struct fixture *f,
                      const struct snapshot *history,
                      struct disk *disk,
                      const struct told *want)
{
    struct journal_io io = disk_io(disk);
    struct told told;
    struct error err = { 0 };
    struct journal *journal;
    bool met;

    put_back(f, history);
    journal = journal_open_io(&f->params, &io, NULL, NULL, &err);
    met = disk->calls >= disk->fail_at;
    if (!journal) {
        assert_int_equal(err.code, ERR_IO);
        assert_non_null(strstr(err.text, f->folder));
    }
    journal_close(journal);
    assert_int_equal(disk->num_renames_unsynced, 0);
    if (disk->for_ever)
        disk_lose_power(disk, disk->fail_at % 2 == 0);
    (void)ask(f, &told);
    same(want, &told);
    /* and the next opening does it, and leaves nothing behind */
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    assert_in_range(ask(f, &told), NUM_UNITS, NUM_UNITS + 6);
    same(want, &told);
    struct name_list list = { 0 };

    assert_int_equal(file_list(f->folder, &list, NULL), 0);
    assert_int_equal(list.num, history->num);
    name_list_release(&list);
    disk_release(disk);
    num_tried += met;
    return met;
}

static void test_every_crash_point(void **state)
{
    static const struct disk disks[] = {
        { .number = EIO, .for_ever = true },
        { .number = EIO },
        { .number = ENOSPC },
        { .number = EINTR },
        { .number = ENOSPC, .for_ever = true, .is_short = true },
    };
    struct fixture *f = *state;
    struct snapshot history;
    struct told want;

    make_history(f);
    take(f, &history);
    (void)ask(f, &want);
    for (size_t i = 0; i < ARRAY_LEN(disks); i++) {
        int at = 1;

        for (;; at++) {
            struct disk disk = disks[i];

            disk.fail_at = at;
            if (!try_crash(f, &history, &disk, &want))
                break;
        }
        assert_in_range(at, 20, 2000);
    }
    for (uint32_t i = 0; i < history.num; i++)
        text_release(&history.files[i]);
}

/* While it is compacted with a torn tail, and beside one. */
static void test_with_a_torn_tail(void **state)
{
    struct fixture *f = *state;
    struct snapshot history;
    struct told want;
    struct told told;

    make_history(f);
    take(f, &history);
    struct text *last = &history.files[history.num - 1];

    (void)ask(f, &want);
    text_add_len(last, "torn", 4);
    put_back(f, &history);
    (void)ask(f, &told);
    same(&want, &told);
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    (void)ask(f, &told);
    same(&want, &told);
    for (uint32_t i = 0; i < history.num; i++)
        text_release(&history.files[i]);
}

/* What a crash left of a rewriting is no part of the journal, and goes. */
static void test_left_over(void **state)
{
    struct fixture *f = *state;
    struct told want;
    struct told told;
    char *path = text_format("%s/000001.tsj.new", f->folder);

    make_history(f);
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    (void)ask(f, &want);
    assert_int_equal(file_write(path, "TSJ", 3, NULL), 0);
    (void)ask(f, &told);
    same(&want, &told);
    assert_true(file_exists(path));
    journal_close(journal_open(&f->params, NULL, NULL, NULL));
    assert_false(file_exists(path));
    free(path);
}

static int tell(void **state)
{
    (void)state;
    print_message("%d crash points\n", num_tried);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_right_one_counts),
        TEST(test_superseded_records_go),
        TEST(test_rewritten_files_are_watched),
        TEST(test_large_files),
        TEST(test_every_crash_point),
        TEST(test_with_a_torn_tail),
        TEST(test_left_over),
    };

    log_set_stderr(LOG_ERROR); /* that it stays as it is, is what is tested */
    return cmocka_run_group_tests(tests, NULL, tell);
}
