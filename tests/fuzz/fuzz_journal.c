/*
 * Journals that nobody wrote: files made by the journal itself, then changed,
 * and bytes without any sense.  An opening and a check never crash, never take
 * a record that was not written, agree with one another, and use memory by the
 * size of the files, whatever lengths stand in them.
 */
#define FUZZ_ROUNDS 4000

#include "base/file.h"
#include "fuzz.h"
#include "gather/crc32c.h"
#include "gather/journal_check.h"
#include "gather/journal_private.h"
#include "trustsweep/error.h"

#include <sys/resource.h>
#include <unistd.h>

enum { MAX_FILES = 4, MAX_RECORDS = 12 };

static char folder[64];

void fuzz_set_up(void)
{
    (void)snprintf(folder,
                   sizeof folder,
                   "%s/fuzz_journal.XXXXXX",
                   file_is_folder("/dev/shm") ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        BUG("no folder %s", folder);
    fuzz_subject = "journal";
}

static void wipe(void)
{
    struct name_list list = { 0 };

    if (file_list(folder, &list, NULL) < 0)
        BUG("cannot list %s", folder);
    for (size_t i = 0; i < list.num; i++) {
        char *path = path_join(folder, list.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&list);
}

#ifndef __SANITIZE_ADDRESS__ /* whose shadow is no memory of ours */
static long peak_kb(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}
#endif

void fuzz_tear_down(void)
{
    wipe();
    (void)rmdir(folder);
#ifndef __SANITIZE_ADDRESS__
    CHECK(peak_kb() < 64L * 1024);
#endif
}

/* A record says what its number is: one that was never written shows. */
static void make_record(size_t number, struct record *out)
{
    char text[64];
    int len = snprintf(text, sizeof text, "answer %zu", number * 7919);

    *out = (struct record){ .rank = 1, .attempt = 1 };
    out->reply.unit = (struct hash128){ number, ~(uint64_t)number };
    reply_set_text(&out->reply, text, (size_t)len, FINISH_STOP);
}

static void write_journal(struct draws *draws, struct journal_params *params)
{
    struct journal *journal;
    const size_t num = draw(draws, MAX_RECORDS + 1);

    journal = journal_open(params, NULL, NULL, NULL);
    CHECK(journal);
    for (size_t i = 0; i < num; i++) {
        struct record record;
        uint64_t ticket;
        uint64_t place;

        make_record(i, &record);
        CHECK(journal_append(journal, &record, &ticket, &place, NULL) == 0);
        record_release(&record);
        if (one_in(draws, 2))
            CHECK(journal_flush(journal, NULL) == 0);
    }
    journal_close(journal);
}

static void put_u32(struct text *text, size_t at, uint32_t number)
{
    for (size_t i = 0; i < 4; i++)
        text->data[at + i] = (char)(number >> 8 * i);
}

/* A length, kind or group that lies, with a CRC that is right or not. */
static void forge(struct draws *draws, struct text *text)
{
    static const uint32_t lies[] = {
        0, 1, 19, 255, 65535, 1u << 28, (1u << 28) + 1, UINT32_MAX
    };
    const size_t at = JOURNAL_FILE_HEADER;
    const size_t field = 4 + 4 * draw(draws, 4);

    if (text->len < at + JOURNAL_FILE_ENTRY)
        return;
    put_u32(text, at + field, lies[draw(draws, ARRAY_LEN(lies))]);
    if (one_in(draws, 2)) {
        put_u32(text,
                at,
                crc32c(text->data + at + 4,
                       text->len - at - 4)); /* of the last entry, perhaps */
    }
}

static void change(struct draws *draws, struct text *text)
{
    const size_t num = 1 + draw(draws, 3);

    for (size_t i = 0; i < num && text->len > 0; i++) {
        if (one_in(draws, 4)) {
            forge(draws, text);
        } else {
            mutate(draws, text);
        }
    }
}

static void make_noise(struct draws *draws, struct text *out)
{
    const size_t len = draw(draws, 300);
    const struct journal_head head = { .version = JOURNAL_FILE_VERSION,
                                       .job = draw(draws, 3),
                                       .run = draw(draws, 3) };

    if (one_in(draws, 2))
        journal_file_put_header(out, &head);
    for (size_t i = 0; i < len; i++) {
        char byte = (char)draw(draws, 256);

        text_add_len(out, &byte, 1);
    }
}

/* Of the files that are there some are changed, and a strange one is added. */
static void damage(struct draws *draws)
{
    for (uint32_t number = 1; number <= MAX_FILES; number++) {
        char *path = journal_file_path(folder, number);
        struct text bytes = { 0 };

        if (file_exists(path) && one_in(draws, 2)) {
            if (file_read(path, 1 << 28, &bytes, NULL) < 0)
                text_clear(&bytes);
            change(draws, &bytes);
        } else if (one_in(draws, 6)) {
            make_noise(draws, &bytes);
        }
        if (bytes.len > 0)
            CHECK(file_write(path, bytes.data, bytes.len, NULL) == 0);
        text_release(&bytes);
        free(path);
    }
}

/* Only what was written; a byte that changed has spoilt its CRC. */
static int visit(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err)
{
    struct record want;

    (void)err;
    (void)place;
    make_record((size_t)record->reply.unit.high, &want);
    CHECK(record->reply.unit.high < MAX_RECORDS);
    CHECK(record->reply.unit.low == want.reply.unit.low);
    CHECK(text_equal(record->reply.text, want.reply.text));
    CHECK(record->rank == 1 && record->attempt == 1);
    record_release(&want);
    ++*(size_t *)context;
    return 0;
}

void fuzz_round(struct draws *draws)
{
    struct journal_params params;
    struct journal_report report;
    struct journal *journal;
    struct error err = { 0 };
    size_t num_read = 0;
    size_t num_mended = 0;

    wipe();
    journal_params_defaults(&params);
    params.folder = folder;
    params.group_ms = 0;
    params.job = one_in(draws, 2) ? "job" : NULL;
    params.max_file_bytes = one_in(draws, 2) ? 300 : 1 << 20;
    if (!one_in(draws, 5))
        write_journal(draws, &params);
    damage(draws);
    journal_check(folder, params.job, NULL, NULL, &report);
    params.is_read_only = true;
    journal = journal_open(&params, visit, &num_read, &err);
    CHECK(!journal == report.is_damaged);
    CHECK(journal || err.code == ERR_FORMAT || err.code == ERR_IO);
    if (!journal)
        return;
    CHECK(journal_cut_bytes(journal) == report.torn_bytes);
    CHECK(num_read <= report.num_records);
    journal_close(journal);
    /* An opening that mends finds the same, and leaves it sound. */
    params.is_read_only = false;
    journal = journal_open(&params, visit, &num_mended, &err);
    CHECK(journal && num_mended == num_read);
    journal_close(journal);
    journal_check(folder, params.job, NULL, NULL, &report);
    CHECK(!report.is_damaged && report.torn_bytes == 0);
}
