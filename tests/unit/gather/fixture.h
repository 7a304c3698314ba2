/*
 * fixture.h - a journal in a temporary folder, with records by number.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
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

enum { MAX_SEEN = 1024 };

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

static inline const char *first_file(const struct fixture *f)
{
    static char path[96];

    (void)snprintf(path, sizeof path, "%s/000001.tsj", f->folder);
    return path;
}

static inline void wipe(const struct fixture *f)
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

static inline int setup(void **state)
{
    struct fixture *f = mem_alloc(1, sizeof *f);

    (void)snprintf(f->folder,
                   sizeof f->folder,
                   "%s/test_journal.XXXXXX",
                   file_is_folder("/dev/shm") ? "/dev/shm" : "/tmp");
    if (!mkdtemp(f->folder))
        return -1;
    journal_params_defaults(&f->params);
    f->params.folder = f->folder;
    f->params.group_ms = 0;
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    wipe(f);
    (void)rmdir(f->folder);
    free(f);
    return 0;
}

/* Record `number`: its text is `len` bytes long. */
static inline struct record make_record(size_t number, size_t len)
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

static inline size_t len_of(size_t number)
{
    return 3 + number % 5;
}

static inline int visit(void *context,
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

static inline struct journal *open_io(struct fixture *f,
                                      const struct journal_io *io)
{
    f->seen.num = 0;
    f->err = (struct error){ 0 };
    return journal_open_io(&f->params, io, visit, &f->seen, &f->err);
}

static inline struct journal *open_it(struct fixture *f)
{
    return open_io(f, &journal_io_real);
}

static inline int append(struct journal *journal,
                         size_t number,
                         struct error *err)
{
    struct record record = make_record(number, len_of(number));
    uint64_t ticket = 0;
    uint64_t place = 0;
    int rc = journal_append(journal, &record, &ticket, &place, err);

    record_release(&record);
    return rc;
}

/* Records `from` to `to`, each a group of its own when `apart`. */
static inline void fill(struct fixture *f, size_t from, size_t to, bool apart)
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
static inline size_t count(struct fixture *f)
{
    struct journal *journal = open_it(f);

    if (!journal)
        fail_msg("%s", f->err.text);
    journal_close(journal);
    return f->seen.num;
}

static inline struct text read_all(const char *path)
{
    struct text bytes = { 0 };

    assert_int_equal(file_read(path, 1 << 28, &bytes, NULL), 0);
    return bytes;
}

/* One bit of a file. */
static inline void flip(const char *path, size_t at)
{
    struct text whole = read_all(path);

    whole.data[at] = (char)(whole.data[at] ^ 1);
    assert_int_equal(file_write(path, whole.data, whole.len, NULL), 0);
    text_release(&whole);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
