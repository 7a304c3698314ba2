/*
 * Data sets in archives that were changed: each is refused with a text, or read,
 * within its limits and with names that stay in their folder.
 */
#define FUZZ_ROUNDS 3000
#include "base/file.h"
#include "dataset/archive.h"
#include "dataset/source.h"
#include "tests/fuzz/fuzz.h"
#include "trustsweep/error.h"

#include <unistd.h>

static const char base_path[] = "tests/fuzz/corpus/archive/small.zip";
static char folder[] = "/tmp/fuzz_archive.XXXXXX";
static char *path;
static struct text base;

/* Numbers of a zip's heads: sizes and places that are none. */
static void set_number(struct draws *draws, struct text *text)
{
    static const unsigned char numbers[][4] = {
        { 0xff, 0xff, 0xff, 0xff },
        { 0, 0, 0, 0 },
        { 0xff, 0xff, 0xff, 0x7f },
        { 1, 0, 0, 0 },
        { 0, 0, 0, 4 },
    };
    const size_t at = draw(draws, text->len);

    if (text->len - at >= sizeof numbers[0]) {
        memcpy(text->data + at,
               numbers[draw(draws, ARRAY_LEN(numbers))],
               sizeof numbers[0]);
    }
}

static void make(struct draws *draws, struct text *out)
{
    if (take_rest(draws, out))
        return;
    text_add_len(out, base.data, base.len);
    do {
        if (one_in(draws, 3)) {
            set_number(draws, out);
        } else {
            mutate(draws, out);
        }
    } while (out->len > 0 && !one_in(draws, 3));
}

static void read_all(struct source *source)
{
    struct name_list names = { 0 };
    struct error err = { 0 };

    if (source_list(source, &names, &err) < 0)
        CHECK(err.text[0]);
    CHECK(names.num <= ARCHIVE_MAX_ENTRIES);
    for (size_t i = 0; i < names.num; i++) {
        struct text bytes = { 0 };
        int rc;

        CHECK(archive_is_clean(names.names[i]));
        err.text[0] = '\0';
        rc = source_read(source, names.names[i], &bytes, &err);
        CHECK(rc >= 0 || err.text[0]);
        CHECK(bytes.len <= ARCHIVE_MAX_BYTES);
        text_release(&bytes);
    }
    name_list_release(&names);
}

void fuzz_round(struct draws *draws)
{
    struct text text = { 0 };
    struct error err = { 0 };
    struct source *source;

    make(draws, &text);
    CHECK(file_write(path, text_data(&text), text.len, NULL) == 0);
    source = source_open(path, &err);
    CHECK(source || strstr(err.text, path));
    if (source)
        read_all(source);
    source_close(source);
    text_release(&text);
}

void fuzz_set_up(void)
{
    struct error err = { 0 };

    fuzz_subject = "archive";
    if (!mkdtemp(folder) || file_read(base_path, 1 << 20, &base, &err) < 0)
        BUG("%s", err.text);
    path = path_join(folder, "data.zip");
}

void fuzz_tear_down(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
    free(path);
    text_release(&base);
}
