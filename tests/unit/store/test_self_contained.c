/*
 * Results files that lead out of themselves, which is how one could be made that
 * shows what another file of its reader's holds.
 *
 * With a results file, a folder and a secret file as its arguments the program
 * writes one of each kind there, for tests/cli/leads_out.sh.
 */
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/reader.h"
#include "store/writer.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char text_path[] = "/records/text";

/* Where the others lie, which a file is made to lead to. */
struct others {
    const char *results; /* of the same content */
    const char *secret;
};

static hsize_t length_of(hid_t file)
{
    const hid_t id = H5Dopen2(file, text_path, H5P_DEFAULT);
    const hid_t space = H5Dget_space(id);
    hsize_t length = 0;

    (void)H5Sget_simple_extent_dims(space, &length, NULL);
    (void)H5Sclose(space);
    (void)H5Dclose(id);
    return length;
}

/* The texts of the replies, stored anew; takes `storage`. */
static herr_t store_anew(hid_t file, hsize_t length, hid_t storage)
{
    const hid_t space = H5Screate_simple(1, &length, NULL);
    hid_t id;

    (void)H5Ldelete(file, text_path, H5P_DEFAULT);
    id = H5Dcreate2(file,
                    text_path,
                    H5T_STD_U8LE,
                    space,
                    H5P_DEFAULT,
                    storage,
                    H5P_DEFAULT);
    (void)H5Pclose(storage);
    (void)H5Sclose(space);
    return id < 0 ? -1 : H5Dclose(id);
}

static herr_t soft_data(hid_t file, const struct others *others)
{
    (void)others;
    (void)H5Lmove(file,
                  text_path,
                  H5L_SAME_LOC,
                  "/kept",
                  H5P_DEFAULT,
                  H5P_DEFAULT);
    return H5Lcreate_soft("/kept", file, text_path, H5P_DEFAULT, H5P_DEFAULT);
}

static herr_t soft_group(hid_t file, const struct others *others)
{
    (void)others;
    (void)H5Lmove(file,
                  "/records",
                  H5L_SAME_LOC,
                  "/kept",
                  H5P_DEFAULT,
                  H5P_DEFAULT);
    return H5Lcreate_soft("/kept", file, "/records", H5P_DEFAULT, H5P_DEFAULT);
}

/* What nobody reads by its name is copied by `export --format redacted`. */
static herr_t soft_beside(hid_t file, const struct others *others)
{
    (void)others;
    return H5Lcreate_soft(text_path,
                          file,
                          "/provenance/more",
                          H5P_DEFAULT,
                          H5P_DEFAULT);
}

static herr_t external(hid_t file, const char *path, const char *other)
{
    (void)H5Ldelete(file, path, H5P_DEFAULT);
    return H5Lcreate_external(other,
                              path,
                              file,
                              path,
                              H5P_DEFAULT,
                              H5P_DEFAULT);
}

static herr_t external_data(hid_t file, const struct others *others)
{
    return external(file, text_path, others->results);
}

static herr_t external_group(hid_t file, const struct others *others)
{
    return external(file, "/records", others->results);
}

static herr_t external_storage(hid_t file, const struct others *others)
{
    const hsize_t length = length_of(file);
    const hid_t storage = H5Pcreate(H5P_DATASET_CREATE);

    (void)H5Pset_external(storage, others->secret, 0, length > 0 ? length : 1);
    return store_anew(file, length, storage);
}

static herr_t virtual_data(hid_t file, const struct others *others)
{
    const hsize_t length = length_of(file);
    const hid_t storage = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = H5Screate_simple(1, &length, NULL);

    (void)H5Pset_virtual(storage, space, others->results, text_path, space);
    (void)H5Sclose(space);
    return store_anew(file, length, storage);
}

/* One that every library has; a foreign one would be loaded from a folder. */
static herr_t other_filter(hid_t file, const struct others *others)
{
    const hsize_t length = length_of(file);
    const hsize_t chunk = 16;
    const hid_t storage = H5Pcreate(H5P_DATASET_CREATE);

    (void)others;
    (void)H5Pset_chunk(storage, 1, &chunk);
    (void)H5Pset_fletcher32(storage);
    return store_anew(file, length > 0 ? length : chunk, storage);
}

static const struct {
    const char *name;
    herr_t (*make)(hid_t file, const struct others *others);
    const char *what, *says;
} kinds[] = {
    { "soft_data", soft_data, "/records/text", "to another place" },
    { "soft_group", soft_group, "/records ", "to another place" },
    { "soft_beside", soft_beside, "/provenance/more", "to another place" },
    { "external_data", external_data, "/records/text", "into another file" },
    { "external_group", external_group, "/records ", "into another file" },
    { "external_storage", external_storage, "/records/text", "another file" },
    { "virtual_data", virtual_data, "/records/text", "other datasets" },
    { "other_filter", other_filter, "/records/text", "another filter" },
};

static void copy(const char *from, const char *to)
{
    struct text bytes = { 0 };
    struct error err = { 0 };

    if (file_read(from, (size_t)1 << 30, &bytes, &err) < 0
        || file_write(to, text_data(&bytes), bytes.len, &err) < 0)
        BUG("%s", err.text);
    text_release(&bytes);
}

/* "FOLDER/KIND.h5"; free(). */
static char *path_of(const char *folder, size_t kind)
{
    return text_format("%s/%s.h5", folder, kinds[kind].name);
}

static void make(const char *folder, size_t kind, const struct others *others)
{
    char *path = path_of(folder, kind);
    hid_t file;

    copy(others->results, path);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    if (file < 0 || kinds[kind].make(file, others) < 0 || H5Fclose(file) < 0)
        BUG("cannot make %s", path);
    free(path);
}

struct place {
    char folder[64];
    char *results, *secret;
};

static void write_whole(const struct place *place)
{
    static const char secret[] = "of nobody's business";
    const struct writer_params params = { 0 };
    struct writer *writer = writer_create(place->results, &params, NULL);
    char digest[65];

    if (!writer || writer_commit(writer, digest, NULL) < 0
        || file_write(place->secret, secret, sizeof secret, NULL) < 0)
        BUG("cannot write in %s", place->folder);
}

/* Links into other files cannot be made any more once `store` was used: what does
 * use it is a process of its own. */
static int set_up(void **state)
{
    struct place *place = mem_alloc(1, sizeof *place);
    struct others others;
    pid_t child;
    int status = -1;

    (void)snprintf(place->folder, sizeof place->folder, "/tmp/self.XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    place->results = path_join(place->folder, "whole.h5");
    place->secret = path_join(place->folder, "secret");
    *state = place;
    child = fork();
    if (child == 0) {
        write_whole(place);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return -1;
    others = (struct others){ place->results, place->secret };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        make(place->folder, i, &others);
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    struct name_list names = { 0 };

    (void)file_list(place->folder, &names, NULL);
    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(place->folder, names.names[i]);

        (void)unlink(path);
        free(path);
    }
    name_list_release(&names);
    (void)rmdir(place->folder);
    free(place->results);
    free(place->secret);
    free(place);
    return 0;
}

static void test_what_leads_out_is_refused(void **state)
{
    const struct place *place = *state;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        char *path = path_of(place->folder, i);
        struct error err = { 0 };
        struct reader *reader = reader_open(path, &err);

        if (reader)
            fail_msg("%s is read", path);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_int_equal(strncmp(err.text, path, strlen(path)), 0);
        if (!strstr(err.text, kinds[i].what)
            || !strstr(err.text, kinds[i].says))
            fail_msg("%s", err.text);
        free(path);
    }
}

/* Without the look at each link, either. */
static void test_no_link_is_followed_into_another_file(void **state)
{
    const struct place *place = *state;

    h5_quiet();
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        char *path;
        hid_t file, data;

        if (!text_equal(kinds[i].name, "external_data"))
            continue;
        path = path_of(place->folder, i);
        file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
        data = H5Dopen2(file, text_path, H5P_DEFAULT);
        assert_true(file >= 0 && data < 0);
        (void)H5Fclose(file);
        free(path);
    }
}

static void test_no_library_is_loaded_for_a_filter(void **state)
{
    unsigned may_load = 1;

    (void)state;
    h5_quiet();
    assert_true(H5PLget_loading_state(&may_load) >= 0);
    assert_int_equal(may_load, 0);
}

/* A pipe has no end, and nobody may ever write into it. */
static void test_only_a_regular_file_is_opened(void **state)
{
    const struct place *place = *state;
    char *pipe = path_join(place->folder, "pipe.h5");
    const char *const paths[] = { pipe, "/dev/zero" };

    assert_int_equal(mkfifo(pipe, 0600), 0);
    (void)alarm(60);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct error err = { 0 };

        assert_null(reader_open(paths[i], &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, paths[i]));
        assert_non_null(strstr(err.text, "no regular file"));
    }
    (void)alarm(0);
    free(pipe);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_leads_out_is_refused),
        cmocka_unit_test(test_no_link_is_followed_into_another_file),
        cmocka_unit_test(test_no_library_is_loaded_for_a_filter),
        cmocka_unit_test(test_only_a_regular_file_is_opened),
    };

    if (argc == 4) {
        const struct others others = { argv[1], argv[3] };

        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            make(argv[2], i, &others);
        return 0;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
