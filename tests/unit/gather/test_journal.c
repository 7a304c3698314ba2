/* The journal: round trips, torn tails, damage, rotation, other journals. */
#include "fixture.h"
#include "gather/crc32c.h"

#include <unistd.h>

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
        journal_file_put(&whole, group.data, group.len, end);
    whole.data[end + JOURNAL_FILE_ENTRY] ^= 1;
    assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL), 0);
    assert_int_equal(count(f), 2);
    assert_int_equal(file_size(first_file(f)), end);
    text_release(&group);
    text_release(&whole);
}

/* The last group of a journal that was closed well cannot be a torn write. */
static void test_seal(void **state)
{
    struct fixture *f = *state;
    struct journal *journal;
    struct text whole;
    size_t sealed;

    fill(f, 0, 2, true);
    fill(f, 2, 5, false);
    journal = open_it(f);
    assert_int_equal(journal_seal(journal, NULL), 0);
    sealed = (size_t)file_size(first_file(f));
    assert_int_equal(journal_seal(journal, NULL), 0); /* it has one */
    journal_close(journal);
    journal = open_it(f);
    assert_int_equal(journal_seal(journal, NULL), 0); /* still */
    journal_close(journal);
    assert_int_equal(file_size(first_file(f)), sealed);
    whole = read_all(first_file(f));
    for (size_t at = (size_t)(f->seen.places[2] & 0xffffffff);
         at < sealed - JOURNAL_FILE_ENTRY;
         at++) {
        whole.data[at] = (char)(whole.data[at] ^ 4);
        assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL),
                         0);
        expect_damage(f, "truncate -s");
        whole.data[at] = (char)(whole.data[at] ^ 4);
    }
    /* its own bytes prove nothing, and nothing is lost with them */
    whole.data[sealed - 3] = (char)(whole.data[sealed - 3] ^ 4);
    assert_int_equal(file_write(first_file(f), whole.data, whole.len, NULL), 0);
    assert_int_equal(count(f), 5);
    assert_int_equal(file_size(first_file(f)), sealed - JOURNAL_FILE_ENTRY);
    journal = open_it(f);
    assert_int_equal(journal_seal(journal, NULL), 0);
    journal_close(journal);
    fill(f, 5, 7, true);
    assert_int_equal(count(f), 7);
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
    expect_damage(f, "version 99");
    assert_non_null(strstr(f->err.text, "--output"));
    text_release(&file);
    wipe(f);
    fill(f, 0, 3, false);
    f->seen.fail_at = 2;
    assert_null(open_it(f));
    assert_int_equal(f->err.code, ERR_PERMANENT);
    assert_string_equal(f->err.text, "enough");
}

/* Every file is full before the next begins, and none is much over. */
static void test_many_files(void **state)
{
    enum { NUM = 500, LIMIT = 1000 };
    struct fixture *f = *state;
    struct name_list list = { 0 };

    f->params.max_file_bytes = LIMIT;
    for (size_t from = 0; from < NUM; from += 100)
        fill(f, from, from + 100, from % 200 == 0);
    assert_int_equal(file_list(f->folder, &list, NULL), 0);
    assert_true(list.num > 50);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(f->folder, list.names[i]);

        if (i + 1 < list.num)
            assert_in_range(file_size(path), LIMIT, LIMIT + 300);
        free(path);
    }
    name_list_release(&list);
    f->params.is_read_only = true;
    struct journal *journal = open_it(f);

    assert_non_null(journal);
    assert_int_equal(f->seen.num, NUM);
    for (size_t i = 0; i < NUM; i += 7) {
        struct record record = { 0 };

        assert_int_equal(
            journal_read(journal, f->seen.places[i], &record, NULL),
            0);
        assert_int_equal(record.reply.unit.high, i);
        record_release(&record);
    }
    journal_close(journal);
    f->params.is_read_only = false;
    f->params.max_file_bytes = 1 << 20; /* as the next opening wants it */
    fill(f, NUM, NUM + 10, true);
    assert_int_equal(count(f), NUM + 10);
}

/* Nobody hurries it, and yet a record is soon safe. */
static void test_delay_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct journal *journal;
    int64_t start;
    uint64_t synced = 0;

    f->params.group_ms = 40;
    journal = open_it(f);
    for (size_t i = 0; i < 5; i++) {
        start = clock_ms();
        assert_int_equal(append(journal, i, NULL), 0);
        while (synced < i + 1 && clock_ms() - start < 5000) {
            clock_sleep_ms(1);
            assert_int_equal(journal_synced(journal, &synced, NULL), 0);
        }
        assert_true(clock_ms() - start < 2000);
    }
    journal_close(journal);
}

static void test_of_another_job_or_run(void **state)
{
    struct fixture *f = *state;
    struct text other;
    char second[96];

    f->params.job = "tonight";
    fill(f, 0, 3, false);
    assert_int_equal(count(f), 3);
    f->params.job = "tomorrow";
    expect_damage(f, "another job");
    assert_non_null(strstr(f->err.text, "--output"));
    f->params.is_read_only = true;
    expect_damage(f, "another job");
    f->params.job = NULL; /* whoever it belongs to */
    assert_int_equal(count(f), 3);
    f->params.is_read_only = false;

    /* A file of another run of the same job strays in. */
    f->params.job = "tonight";
    other = read_all(first_file(f));
    wipe(f);
    f->params.max_file_bytes = 1;
    fill(f, 0, 1, false);
    (void)snprintf(second, sizeof second, "%s/000002.tsj", f->folder);
    assert_int_equal(file_write(second, other.data, other.len, NULL), 0);
    assert_null(open_it(f));
    assert_int_equal(f->err.code, ERR_FORMAT);
    assert_non_null(strstr(f->err.text, "000002.tsj"));
    assert_non_null(strstr(f->err.text, "another run"));
    text_release(&other);
}

/* Two that both take themselves for the owner: neither writes over the other,
 * and who comes second stops. */
static void test_two_writers(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 4; i++) {
        const bool rotates = i >= 2;
        struct journal *writers[2];
        struct error err = { 0 };

        f->params.max_file_bytes = rotates ? 1 : 1 << 20;
        fill(f, 0, 3, true);
        writers[0] = open_it(f);
        writers[1] = open_it(f);
        assert_int_equal(append(writers[i % 2], 3, NULL), 0);
        assert_int_equal(journal_flush(writers[i % 2], NULL), 0);
        assert_int_equal(append(writers[1 - i % 2], 3, NULL), 0);
        assert_int_equal(journal_flush(writers[1 - i % 2], &err), -1);
        assert_non_null(strstr(err.text, ".tsj"));
        assert_non_null(
            strstr(err.text, rotates ? "exists" : "another process"));
        assert_null(strstr(err.text, "free space"));
        assert_int_equal(append(writers[i % 2], 4, NULL), 0);
        assert_int_equal(journal_flush(writers[i % 2], NULL), 0);
        journal_close(writers[0]);
        journal_close(writers[1]);
        assert_int_equal(count(f), 5);
        wipe(f);
    }
}

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
        TEST(test_seal),
        TEST(test_rotation),
        TEST(test_big_record),
        TEST(test_read_only),
        TEST(test_other_version_and_visitor),
        TEST(test_many_files),
        TEST(test_delay_is_bounded),
        TEST(test_of_another_job_or_run),
        TEST(test_two_writers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
