/*
 * Results files that were changed.  Of one with other bytes the library that reads
 * it may crash, in the process that is for it: then the error names the file and
 * says what helps.  One with other values is read to its end, or refused.
 */
#define FUZZ_ROUNDS 400

#include "cli/parts/guard.h"
#include "store/h5.h"
#include "store/reader.h"
#include "store/reader_costs.h"
#include "store/reader_data.h"
#include "store/reader_rows.h"
#include "store/schema.h"
#include "store/writer.h"
#include "tests/fuzz/fuzz.h"
#include "trustsweep/item.h"

#include <hdf5.h>

#include <unistd.h>

enum { MODELS = 2, ITEMS = 3, UNITS = MODELS * ITEMS, MAX_VALUES = 256 };

static char folder[64];
static char *path;
static struct text base;

static void add_units(struct writer *writer)
{
    struct verdicts verdicts = { 0 };

    for (size_t p = 0; p < NUM_PROFILES; p++) {
        verdicts.by_profile[p] =
            (struct verdict){ .state = STATE_ANSWERED, .label = 1, .value = 1 };
    }
    for (size_t u = 0; u < UNITS; u++) {
        struct record record = { .rank = 1, .attempt = 1 };
        struct error err = { 0 };

        reply_set_text(&record.reply, "an answer", 9, FINISH_STOP);
        if (writer_add_record(writer,
                              (struct hash128){ 7, u },
                              u / ITEMS,
                              0,
                              u % ITEMS,
                              0,
                              &record,
                              &err)
                < 0
            || writer_add_observation(writer, 0, u, 3, &verdicts, &err) < 0)
            BUG("%s", err.text);
        reply_release(&record.reply);
    }
}

static void write_base(void)
{
    static const char *const labels[] = { "", "right", NULL };
    static const char text[] = "{\"prompt\":\"one\"}";
    const struct writer_model models[MODELS] = { { .name = "first" },
                                                 { .name = "second" } };
    const struct writer_column column = { .name = "internal",
                                          .dimension = "truthfulness",
                                          .task = "a/x",
                                          .labels = labels,
                                          .direction = 1,
                                          .is_ranked = true };
    const struct writer_ledger ledger = { .rank = 1,
                                          .model = "first",
                                          .generate_s = 3,
                                          .units = UNITS };
    struct cJSON *entry = json_parse(text, sizeof text - 1, "entry", NULL);
    struct item items[ITEMS];
    const struct writer_task task = { "a/x", "a", "x", "aa", items, ITEMS };
    const struct writer_params params = { .models = models,
                                          .num_models = MODELS,
                                          .columns = &column,
                                          .num_columns = 1,
                                          .tasks = &task,
                                          .num_tasks = 1,
                                          .num_repeats = 1,
                                          .num_units = UNITS };
    struct error err = { 0 };
    struct writer *writer;
    char digest[65];

    for (size_t i = 0; i < ITEMS; i++) {
        items[i] = (struct item){ .task = "a/x",
                                  .index = i,
                                  .hash = json_hash(entry),
                                  .entry = entry };
    }
    writer = writer_create(path, &params, &err);
    if (!writer)
        BUG("%s", err.text);
    add_units(writer);
    if (writer_set_ledger(writer, &ledger, 1, &err) < 0
        || writer_add_provenance(writer, "job", "{\"name\":\"a\"}", &err) < 0
        || writer_commit(writer, digest, &err) < 0)
        BUG("%s", err.text);
    json_free(entry);
}

void fuzz_set_up(void)
{
    (void)snprintf(folder,
                   sizeof folder,
                   "%s/fuzz_results.XXXXXX",
                   file_is_folder("/dev/shm") ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        BUG("no folder %s", folder);
    path = path_join(folder, "results.h5");
    write_base();
    if (file_read(path, (size_t)1 << 26, &base, NULL) < 0)
        BUG("cannot read %s", path);
    fuzz_subject = "results";
}

void fuzz_tear_down(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
    free(path);
    text_release(&base);
}

static void change_bytes(struct draws *draws)
{
    struct text text = { 0 };

    if (!take_rest(draws, &text)) {
        text_add_len(&text, base.data, base.len);
        do {
            text.data[draw(draws, 2) ? draw(draws, text.len)
                                     : draw(draws, 65536) % text.len] =
                (char)draw(draws, 256);
        } while (!one_in(draws, 8));
        if (one_in(draws, 16))
            text.len = draw(draws, text.len);
    }
    if (file_write(path, text_data(&text), text.len, NULL) < 0)
        BUG("cannot write %s", path);
    text_release(&text);
}

/* A number that is worth trying, in any type. */
static void put_number(struct draws *draws, enum schema_type type, void *out)
{
    static const uint64_t numbers[] = { 0,          1,
                                        2,          UNITS,
                                        255,        UINT32_MAX,
                                        INT32_MAX,  1ULL << 32,
                                        1ULL << 62, 1ULL << 63,
                                        UINT64_MAX, UINT64_MAX - 1,
                                        INT64_MAX,  0x7ff8ULL << 48 };
    const uint64_t number = numbers[draw(draws, ARRAY_LEN(numbers))];

    memcpy(out, &number, schema_type_size(type));
}

/* One value of one dataset; texts stay as they are. */
static void change_value(struct draws *draws, hid_t file)
{
    const struct schema_dataset *what =
        &schema_datasets[draw(draws, schema_num_datasets)];
    unsigned char values[MAX_VALUES * 8];
    hid_t id, space, memory;
    hssize_t num;

    if (what->type == TYPE_STRING
        || H5Lexists(file, what->path, H5P_DEFAULT) <= 0)
        return;
    id = H5Dopen2(file, what->path, H5P_DEFAULT);
    space = H5Dget_space(id);
    memory = h5_type_memory(what->type);
    num = H5Sget_simple_extent_npoints(space);
    if (num > 0 && num <= MAX_VALUES) {
        const size_t at = draw(draws, (size_t)num);
        const size_t size = schema_type_size(what->type);

        if (H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
            BUG("cannot read %s", what->path);
        put_number(draws, what->type, values + at * size);
        if (H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
            BUG("cannot write %s", what->path);
    }
    h5_type_close(what->type, memory);
    (void)H5Sclose(space);
    (void)H5Dclose(id);
}

static void change_values(struct draws *draws)
{
    hid_t file;

    if (file_write(path, base.data, base.len, NULL) < 0)
        BUG("cannot write %s", path);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    if (file < 0)
        BUG("cannot open %s", path);
    do {
        change_value(draws, file);
    } while (!one_in(draws, 4));
    (void)H5Fclose(file);
}

static int read_texts(const struct reader *reader,
                      const char *name,
                      struct error *err)
{
    struct reader_texts *texts = reader_data_open(reader, name, err);
    int rc = texts ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < reader_data_num(texts); i++) {
        const char *bytes;
        size_t len;

        rc = reader_data_get(texts, i, &bytes, &len, err);
        if (rc == 0 && len > 0) {
            char *copy = mem_copy(bytes, len); /* all of it is there */

            free(copy);
        }
    }
    reader_data_close(texts);
    return rc;
}

/* All that the folder `store` reads of a file. */
static int read_all(void *context, struct text *out, struct error *err)
{
    struct reader *reader = guard_open(context, err);
    struct reader_costs *costs;
    struct reader_rows rows;
    char digest[65];
    int rc;

    if (!reader)
        return -1;
    rc = reader_compute_digest(reader, digest, err);
    if (rc == 0)
        rc = read_texts(reader, "/records/text", err);
    if (rc == 0)
        rc = read_texts(reader, "/records/detail", err);
    if (rc == 0) {
        rc = reader_rows_load(reader, &rows, err);
        if (rc == 0)
            reader_rows_release(&rows);
    }
    if (rc == 0) {
        costs = reader_costs_read(reader, err);
        rc = costs ? 0 : -1;
        if (costs)
            reader_costs_pack(costs, out);
        reader_costs_destroy(costs);
    }
    reader_close(reader);
    return rc;
}

void fuzz_round(struct draws *draws)
{
    const bool is_of_bytes = draws->len > 0 || one_in(draws, 2);
    const char *const paths[] = { path };
    struct text out = { 0 };
    struct error err = { 0 };

    if (is_of_bytes) {
        change_bytes(draws);
    } else {
        change_values(draws);
    }
    if (guard_read(read_all, path, paths, 1, &out, &err) == 0) {
        struct reader_costs *costs = reader_costs_unpack(&out);

        CHECK(costs);
        reader_costs_destroy(costs);
    } else {
        CHECK(strstr(err.text, path));
        CHECK(err.code == ERR_TRANSIENT || strstr(err.text, "; '"));
        CHECK(is_of_bytes || !strstr(err.text, "reading it ended"));
    }
    text_release(&out);
}
