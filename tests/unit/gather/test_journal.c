/* The journal: round trips, torn tails, damage, rotation, failing disks. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "gather/crc32c.h"
#include "gather/journal_private.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_SEEN = 512 };

struct seen {
    size_t num;
    uint64_t places[MAX_SEEN];
    size_t fail_at; /* 0 = never */
};

/* A temporary folder and the journal in it. */
struct fixture {
    char folder[64];
    struct journal_params params;
    struct seen seen;
    struct error err;
};

static const char *first_file(const struct fixture *f)
{
    static char path[96];

    (void)snprintf(path, sizeof path, "%s/000001.tsj", f->folder);
    return path;
}

static void wipe(const struct fixture *f)
{
    struct name_list list = { 0 };

    assert_int_equal(file_list(f->folder, &list, NULL), 0);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(f->folder, list.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&list);
}

static int setup(void **state)
{
    struct fixture *f = mem_alloc(1, sizeof *f);

    (void)snprintf(f->folder, sizeof f->folder, "/tmp/test_journal.XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    journal_params_defaults(&f->params);
    f->params.folder = f->folder;
    f->params.group_ms = 0;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    wipe(f);
    (void)rmdir(f->folder);
    free(f);
    return 0;
}

/* Record `number`: its text is `len` bytes long. */
static struct record make_record(size_t number, size_t len)
{
    struct record record = { .rank = 1, .attempt = 1 };
    char *text = mem_alloc(1, len + 1);

    for (size_t i = 0; i < len; i++)
        text[i] = (char)('a' + (number + i) % 26);
    record.reply.unit = (struct hash128){ number, ~number };
    reply_set_text(&record.reply, text, len, FINISH_STOP);
    free(text);
    return record;
}

static size_t len_of(size_t number)
{
    return 3 + number % 5;
}

static int visit(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err)
{
    struct seen *seen = context;
    struct record want = make_record(seen->num, len_of(seen->num));

    assert_int_equal(record->reply.unit.high, seen->num);
    assert_string_equal(record->reply.text, want.reply.text);
    record_release(&want);
    assert_true(seen->num < MAX_SEEN);
    seen->places[seen->num++] = place;
    if (seen->num == seen->fail_at)
        return error_set(err, ERR_PERMANENT, "enough");
    return 0;
}

static struct journal *open_io(struct fixture *f, const struct journal_io *io)
{
    f->seen.num = 0;
    f->err = (struct error){ 0 };
    return journal_open_io(&f->params, io, visit, &f->seen, &f->err);
}

static struct journal *open_it(struct fixture *f)
{
    return open_io(f, &journal_file_io);
}

static int append(struct journal *journal, size_t number, struct error *err)
{
    struct record record = make_record(number, len_of(number));
    uint64_t ticket = 0;
    uint64_t place = 0;
    int rc = journal_append(journal, &record, &ticket, &place, err);

    record_release(&record);
    return rc;
}

/* Records `from` to `to`, each a group of its own when `apart`. */
static void fill(struct fixture *f, size_t from, size_t to, bool apart)
{
    struct journal *journal = open_it(f);

    assert_non_null(journal);
    assert_int_equal(f->seen.num, from);
    for (size_t i = from; i < to; i++) {
        assert_int_equal(append(journal, i, NULL), 0);
        if (apart)
            assert_int_equal(journal_flush(journal, NULL), 0);
    }
    assert_int_equal(journal_flush(journal, NULL), 0);
    journal_close(journal);
}

/* How many records an opening finds; the journal is closed again. */
static size_t count(struct fixture *f)
{
    struct journal *journal = open_it(f);

    if (!journal)
        fail_msg("%s", f->err.text);
    journal_close(journal);
    return f->seen.num;
}

static struct text read_all(const char *path)
{
    struct text bytes = { 0 };

    assert_int_equal(file_read(path, 1 << 28, &bytes, NULL), 0);
    return bytes;
}

static void test_crc32c(void **state)
{
    (void)state;
    /* The check value of the catalogue of CRC algorithms. */
    assert_int_equal(crc32c("123456789", 9), 0xe3069283);
    assert_int_equal(crc32c("", 0), 0);
}

static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    struct journal *journal = open_it(f);
    uint64_t places[20];
    uint64_t synced = 0;

    assert_non_null(journal);
    for (size_t i = 0; i < 20; i++) {
        struct record record = make_record(i, len_of(i));
        uint64_t ticket = 0;

        assert_int_equal(
            journal_append(journal, &record, &ticket, &places[i], NULL),
            0);
        assert_int_equal(ticket, i + 1);
        record_release(&record);
    }
    assert_int_equal(journal_flush(journal, NULL), 0);
    assert_int_equal(journal_synced(journal, &synced, NULL), 0);
    assert_int_equal(synced, 20);
    for (size_t i = 20; i-- > 0;) {
        struct record record = { 0 };

        assert_int_equal(journal_read(journal, places[i], &record, NULL), 0);
        assert_int_equal(record.reply.unit.high, i);
        record_release(&record);
    }
    journal_close(journal);
    assert_int_equal(count(f), 20);
    assert_memory_equal(f->seen.places, places, sizeof places);
    journal_close(NULL);
}

static void test_read_what_is_new(void **state)
{
    struct fixture *f = *state;
    struct journal *journal = open_it(f);
    struct record record = { 0 };
    struct error err = { 0 };

    assert_int_equal(append(journal, 0, NULL), 0);
    assert_int_equal(journal_flush(journal, NULL), 0);
    for (size_t i = 1; i < 5; i++) {
        struct record more = make_record(i, len_of(i));
        uint64_t ticket;
        uint64_t place;

        assert_int_equal(journal_append(journal, &more, &ticket, &place, NULL),
                         0);
        record_release(&more);
        assert_int_equal(journal_flush(journal, NULL), 0);
        assert_int_equal(journal_read(journal, place, &record, NULL), 0);
        assert_int_equal(record.reply.unit.high, i);
        record_release(&record);
    }
    /* Places where nothing stands. */
    assert_int_equal(
        journal_read(journal, (uint64_t)1 << 40 | 17, &record, &err),
        -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(
        journal_read(journal, (uint64_t)1 << 40 | 99999, &record, &err),
        -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(
        journal_read(journal, (uint64_t)7 << 40 | 16, &record, &err),
        -1);
    assert_int_equal(err.code, ERR_IO);
    journal_close(journal);
}

static void test_torn_at_every_byte(void **state)
{
    struct fixture *f = *state;
    struct text whole;
    size_t last;

    fill(f, 0, 3, true);
    whole = read_all(first_file(f));
    assert_int_equal(count(f), 3);
    last = (size_t)(f->seen.places[2] & 0xffffffff);
    for (size_t len = last; len < whole.len; len++) {
        struct journal *journal;

        assert_int_equal(file_write(first_file(f), whole.data, len, NULL), 0);
        f->params.is_read_only = true;
        journal = open_it(f);
        assert_non_null(journal);
        assert_int_equal(f->seen.num, 2);
        assert_int_equal(journal_cut_bytes(journal), len - last);
        journal_close(journal);
        assert_int_equal(file_size(first_file(f)), len); /* untouched */
        f->params.is_read_only = false;
        fill(f, 2, 4, true); /* goes on where it was cut */
        assert_int_equal(count(f), 4);
    }
    text_release(&whole);
}

static void test_torn_header(void **state)
{
    struct fixture *f = *state;
    struct text whole;

    fill(f, 0, 1, true);
    whole = read_all(first_file(f));
    for (size_t len = 0; len < JOURNAL_FILE_HEADER; len++) {
        assert_int_equal(file_write(first_file(f), whole.data, len, NULL), 0);
        fill(f, 0, 2, true);
        assert_int_equal(count(f), 2);
    }
    text_release(&whole);
}

static void expect_damage(struct fixture *f, const char *words)
{
    assert_null(open_it(f));
    assert_int_equal(f->err.code, ERR_FORMAT);
    assert_non_null(strstr(f->err.text, "000001.tsj"));
    assert_non_null(strstr(f->err.text, words));
}

/* A bit of a synced group flips: whatever the bit, the opening says so. */
static void test_flipped_bit_is_damage(void **state)
{
    struct fixture *f = *state;
    struct text whole;
    size_t second;
    size_t third;
    char words[32];

    fill(f, 0, 4, true);
    whole = read_all(first_file(f));
    assert_int_equal(count(f), 4);
    second = (size_t)(f->seen.places[1] & 0xffffffff);
    third = (size_t)(f->seen.places[2] & 0xffffffff);
    (void)snprintf(words, sizeof words, "byte %zu,", second);
    for (size_t at = second; at < third; at++) {
        whole.data[at] = (char)(whole.data[at] ^ 4);
        assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL),
                         0);
        expect_damage(f, words);
        whole.data[at] = (char)(whole.data[at] ^ 4);
    }
    whole.data[2] = 'x';
    assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL), 0);
    expect_damage(f, "byte 0");
    text_release(&whole);
}

/* Of one write, power loss may leave any part: nothing of it was synced. */
static void test_torn_group(void **state)
{
    struct fixture *f = *state;
    struct text group = { 0 };
    struct text whole;
    size_t end;

    fill(f, 0, 2, true);
    whole = read_all(first_file(f));
    end = whole.len;
    text_add_len(&group, "old, lost", 9);
    for (int i = 0; i < 3; i++)
        journal_file_put(&whole, &group, end);
    whole.data[end + JOURNAL_FILE_ENTRY] ^= 1;
    assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL), 0);
    assert_int_equal(count(f), 2);
    assert_int_equal(file_size(first_file(f)), end);
    text_release(&group);
    text_release(&whole);
}

static void test_rotation(void **state)
{
    struct fixture *f = *state;
    struct text whole;
    struct journal *journal;

    f->params.max_file_bytes = 300;
    fill(f, 0, 20, false);
    assert_int_equal(count(f), 20);
    assert_true(f->seen.places[19] >> 40 > 2);
    fill(f, 20, 40, true);
    journal = open_it(f);
    assert_non_null(journal);
    assert_int_equal(f->seen.num, 40);
    for (size_t i = 0; i < 40; i++) {
        struct record record = { 0 };
        uint64_t place = f->seen.places[39 - i];

        assert_int_equal(journal_read(journal, place, &record, NULL), 0);
        assert_int_equal(record.reply.unit.high, 39 - i);
        record_release(&record);
    }
    journal_close(journal);
    /* A torn end is forgiven in the last file only. */
    whole = read_all(first_file(f));
    assert_int_equal(file_write(first_file(f), whole.data, whole.len - 1, NULL),
                     0);
    expect_damage(f, "damaged at byte");
    text_release(&whole);
    assert_int_equal(unlink(first_file(f)), 0);
    expect_damage(f, "missing");
}

static void test_big_record(void **state)
{
    struct fixture *f = *state;
    struct journal *journal = open_it(f);
    struct record big = make_record(0, 9 * 1024 * 1024 + 1);
    struct record back = { 0 };
    uint64_t ticket;
    uint64_t place;

    assert_int_equal(append(journal, 0, NULL), 0);
    assert_int_equal(journal_append(journal, &big, &ticket, &place, NULL), 0);
    assert_int_equal(append(journal, 2, NULL), 0);
    assert_int_equal(journal_flush(journal, NULL), 0);
    assert_int_equal(journal_read(journal, place, &back, NULL), 0);
    assert_int_equal(back.reply.text_len, big.reply.text_len);
    assert_memory_equal(back.reply.text,
                        big.reply.text,
                        (size_t)big.reply.text_len);
    record_release(&back);
    record_release(&big);
    journal_close(journal);
}

static void test_read_only(void **state)
{
    struct fixture *f = *state;
    struct fixture absent = *f;
    struct journal *journal;
    struct name_list list = { 0 };

    f->params.is_read_only = true;
    journal = open_it(f);
    assert_non_null(journal);
    assert_int_equal(journal_flush(journal, NULL), 0);
    journal_close(journal);
    assert_int_equal(file_list(f->folder, &list, NULL), 0);
    assert_int_equal(list.num, 0);
    name_list_release(&list);
    absent.params = f->params;
    absent.params.folder = "/nowhere/at/all";
    assert_null(open_it(&absent));
    assert_int_equal(absent.err.code, ERR_IO);
}

static void test_other_version_and_visitor(void **state)
{
    struct fixture *f = *state;
    struct text file = { 0 };
    uint32_t crc;

    text_add_len(&file, "TSJOURNL\x63\0\0\0", 12);
    crc = crc32c(file.data, 12);
    for (int i = 0; i < 4; i++) {
        char byte = (char)(crc >> (8 * i));

        text_add_len(&file, &byte, 1);
    }
    assert_int_equal(file_write(first_file(f), file.data, file.len, NULL), 0);
    expect_damage(f, "another version");
    text_release(&file);
    wipe(f);
    fill(f, 0, 3, false);
    f->seen.fail_at = 2;
    assert_null(open_it(f));
    assert_int_equal(f->err.code, ERR_PERMANENT);
    assert_string_equal(f->err.text, "enough");
}

/* A disk that fails at call `fail_at` (and after, when `for_ever`). */
struct disk {
    int calls;
    int fail_at;
    bool for_ever;
    bool is_short; /* writes at most 7 bytes a call */
    int slow_ms;
    int number; /* errno */
};

static bool fails(struct disk *disk)
{
    int call = ++disk->calls;

    return call == disk->fail_at
           || (disk->for_ever && disk->fail_at > 0 && call > disk->fail_at);
}

static ssize_t disk_write(void *context,
                          int fd,
                          const void *bytes,
                          size_t len,
                          off_t offset)
{
    struct disk *disk = context;

    if (fails(disk)) {
        /* Half of it got there. */
        (void)!pwrite(fd, bytes, len / 2, offset);
        errno = disk->number;
        return -1;
    }
    return pwrite(fd, bytes, disk->is_short && len > 7 ? 7 : len, offset);
}

static int disk_sync(void *context, int fd)
{
    struct disk *disk = context;

    if (disk->slow_ms > 0)
        clock_sleep_ms(disk->slow_ms);
    if (fails(disk)) {
        errno = disk->number;
        return -1;
    }
    return fdatasync(fd);
}

static struct journal_io io_of(struct disk *disk)
{
    return (struct journal_io){ disk, disk_write, disk_sync };
}

/* Append until it fails; how many records were reported as synced. */
static uint64_t run_on(struct fixture *f, struct disk *disk, struct error *err)
{
    struct journal_io io = io_of(disk);
    struct journal *journal = open_io(f, &io);
    uint64_t synced = 0;

    if (!journal) {
        *err = f->err;
        return 0;
    }
    for (size_t i = f->seen.num; i < 12; i++) {
        if (append(journal, i, err) < 0 || journal_flush(journal, err) < 0)
            break;
    }
    if (err->code != ERR_NONE) {
        struct error again = { 0 };

        /* It stays broken, even when the disk would work again. */
        assert_int_equal(journal_flush(journal, &again), -1);
        assert_string_equal(again.text, err->text);
        assert_int_equal(append(journal, 0, NULL), -1);
        assert_int_equal(journal_synced(journal, &synced, &again), -1);
    }
    (void)journal_synced(journal, &synced, NULL);
    journal_close(journal);
    return synced;
}

/* Fail at each call in turn: what was synced is there, the rest can be written
 * again, and nothing of what failed is taken for written. */
static void sweep(struct fixture *f, bool for_ever, int number)
{
    int num_failed = 0;

    f->params.max_file_bytes = 400;
    for (int at = 1; at < 60; at++) {
        struct disk disk = { .fail_at = at,
                             .for_ever = for_ever,
                             .number = number };
        struct error err = { 0 };
        uint64_t synced = run_on(f, &disk, &err);

        if (err.code != ERR_NONE) {
            num_failed++;
            assert_int_equal(err.code, ERR_IO);
            assert_non_null(strstr(err.text, ".tsj"));
            assert_non_null(strstr(err.text, strerror(number)));
        }
        assert_int_equal(count(f), synced);
        fill(f, synced, 12, false);
        assert_int_equal(count(f), 12);
        wipe(f);
    }
    assert_in_range(num_failed, 25, 50);
}

static void test_failures_once(void **state)
{
    sweep(*state, false, EIO);
}

static void test_failures_for_ever(void **state)
{
    sweep(*state, true, ENOSPC);
}

static void test_way_out(void **state)
{
    struct fixture *f = *state;
    struct disk disk = { .fail_at = 6, .number = ENOSPC };
    struct error err = { 0 };

    assert_true(run_on(f, &disk, &err) > 0);
    assert_non_null(strstr(err.text, "000001.tsj"));
    assert_non_null(strstr(err.text, "free space"));
    assert_non_null(strstr(err.text, "run the same command again"));
}

static void test_short_writes(void **state)
{
    struct fixture *f = *state;
    struct disk disk = { .is_short = true };
    struct error err = { 0 };

    assert_int_equal(run_on(f, &disk, &err), 12);
    assert_int_equal(err.code, ERR_NONE);
    assert_int_equal(count(f), 12);
}

/* A slow disk stalls no append, and everything that came meanwhile goes in one
 * group. */
static void test_slow_disk(void **state)
{
    struct fixture *f = *state;
    struct disk disk = { .slow_ms = 100 };
    struct journal_io io = io_of(&disk);
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
    assert_true(disk.calls - calls <= 6);
    assert_int_equal(count(f), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_crc32c),
        TEST(test_round_trip),
        TEST(test_read_what_is_new),
        TEST(test_torn_at_every_byte),
        TEST(test_torn_header),
        TEST(test_flipped_bit_is_damage),
        TEST(test_torn_group),
        TEST(test_rotation),
        TEST(test_big_record),
        TEST(test_read_only),
        TEST(test_other_version_and_visitor),
        TEST(test_failures_once),
        TEST(test_failures_for_ever),
        TEST(test_way_out),
        TEST(test_short_writes),
        TEST(test_slow_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
