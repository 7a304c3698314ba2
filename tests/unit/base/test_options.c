/* Option tables: what each type takes and refuses, command lines, backend
 * arguments, and help. */
#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct garden {
    bool is_dry;
    int64_t num_trees;
    int64_t water_l;
    double slope;
    double shade;
    char *owner;
    char *map;
    char *soil;
};

static const char *const soils[] = { "clay", "sand", NULL };

static const struct option table[] = {
    { .name = "is_dry",
      .type = OPTION_FLAG,
      .offset = offsetof(struct garden, is_dry),
      .letter = 'd',
      .help = "No rain." },
    { .name = "num_trees",
      .type = OPTION_INT,
      .offset = offsetof(struct garden, num_trees),
      .fallback = "3",
      .min = 1,
      .max = 9e15,
      .value = "N",
      .help = "Trees." },
    { .name = "water_l",
      .type = OPTION_INT,
      .offset = offsetof(struct garden, water_l),
      .help = "Any amount." },
    { .name = "slope",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct garden, slope),
      .fallback = "0.5",
      .max = 1.5,
      .help = "How steep." },
    { .name = "shade",
      .type = OPTION_DOUBLE,
      .offset = offsetof(struct garden, shade),
      .fallback = "nan",
      .help = "How dark." },
    { .name = "owner",
      .type = OPTION_TEXT,
      .offset = offsetof(struct garden, owner),
      .letter = 'o',
      .value = "NAME",
      .help = "A long sentence that says who it is that waters all of this." },
    { .name = "map",
      .type = OPTION_PATH,
      .offset = offsetof(struct garden, map),
      .help = "Where it is drawn." },
    { .name = "soil",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct garden, soil),
      .fallback = "clay",
      .choices = soils,
      .help = "What it grows on." },
    { .name = "beds", .type = OPTION_ANY, .fallback = "none", .help = "Beds." },
    { .name = NULL },
};

static void test_defaults_and_release(void **state)
{
    struct garden garden;

    (void)state;
    memset(&garden, 0x55, sizeof garden);
    options_defaults(table, &garden);
    assert_false(garden.is_dry);
    assert_int_equal(garden.num_trees, 3);
    assert_int_equal(garden.water_l, 0);
    assert_true(garden.slope == 0.5 && isnan(garden.shade));
    assert_null(garden.owner);
    assert_null(garden.map);
    assert_string_equal(garden.soil, "clay");
    options_release(table, &garden);
    assert_null(garden.soil);
    options_release(table, &garden);
}

static const struct option *option(const char *name)
{
    const struct option *found = options_find(table, name, strlen(name));

    assert_non_null(found);
    return found;
}

static void test_each_type_from_text(void **state)
{
    struct garden garden;

    (void)state;
    options_defaults(table, &garden);
    assert_int_equal(options_set(option("is_dry"), "true", &garden, NULL), 0);
    assert_int_equal(
        options_set(option("num_trees"), "9000000000000000", &garden, NULL),
        0);
    assert_int_equal(options_set(option("water_l"), "-7", &garden, NULL), 0);
    assert_int_equal(options_set(option("slope"), "1.5", &garden, NULL), 0);
    assert_int_equal(options_set(option("owner"), "Ada", &garden, NULL), 0);
    assert_int_equal(options_set(option("owner"), "Bea", &garden, NULL), 0);
    assert_int_equal(options_set(option("map"), "m.png", &garden, NULL), 0);
    assert_int_equal(options_set(option("soil"), "sand", &garden, NULL), 0);
    assert_true(garden.is_dry && garden.slope == 1.5);
    assert_true(garden.num_trees == INT64_C(9000000000000000));
    assert_int_equal(garden.water_l, -7);
    assert_string_equal(garden.owner, "Bea");
    assert_string_equal(garden.map, "m.png");
    assert_string_equal(garden.soil, "sand");
    options_release(table, &garden);
}

/* What is refused leaves the member as it was. */
static void test_what_text_is_refused(void **state)
{
    static const struct {
        const char *name, *text, *wanted;
    } rows[] = {
        { "is_dry", "yes", "is_dry: 'yes' is neither true nor false" },
        { "num_trees", "few", "num_trees: 'few' is not a whole number" },
        { "num_trees", "2.5", "num_trees: '2.5' is not a whole number" },
        { "num_trees", "", "num_trees: '' is not a whole number" },
        { "num_trees",
          "0",
          "num_trees: 0 is not between 1 and 9000000000000000" },
        { "slope", "steep", "slope: 'steep' is not a number" },
        { "slope", "1.6", "slope: 1.6 is not between 0 and 1.5" },
        { "slope", "-0.1", "slope: -0.1 is not between 0 and 1.5" },
        { "soil", "loam", "soil: 'loam' is none of: clay, sand" },
    };
    struct garden garden;

    (void)state;
    options_defaults(table, &garden);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = { 0 };

        assert_int_equal(
            options_set(option(rows[i].name), rows[i].text, &garden, &err),
            -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, rows[i].wanted);
    }
    assert_false(garden.is_dry);
    assert_int_equal(garden.num_trees, 3);
    assert_true(garden.slope == 0.5);
    assert_string_equal(garden.soil, "clay");
    options_release(table, &garden);
}

static int set_json(const char *name,
                    const char *text,
                    struct garden *garden,
                    struct error *err)
{
    struct cJSON *value = json_parse(text, strlen(text), "test", NULL);
    int rc;

    assert_non_null(value);
    rc = options_set_json(option(name), value, garden, err);
    json_free(value);
    return rc;
}

static void test_each_type_from_json(void **state)
{
    struct garden garden;

    (void)state;
    options_defaults(table, &garden);
    assert_int_equal(set_json("is_dry", "true", &garden, NULL), 0);
    assert_int_equal(set_json("num_trees", "12", &garden, NULL), 0);
    assert_int_equal(set_json("slope", "1", &garden, NULL), 0);
    assert_int_equal(set_json("owner", "\"Ada\"", &garden, NULL), 0);
    assert_int_equal(set_json("map", "\"m.png\"", &garden, NULL), 0);
    assert_int_equal(set_json("soil", "\"sand\"", &garden, NULL), 0);
    assert_int_equal(set_json("beds", "[1]", &garden, NULL), 0);
    assert_true(garden.is_dry && garden.slope == 1);
    assert_int_equal(garden.num_trees, 12);
    assert_string_equal(garden.owner, "Ada");
    assert_string_equal(garden.map, "m.png");
    assert_string_equal(garden.soil, "sand");
    options_release(table, &garden);
}

static void test_what_json_is_refused(void **state)
{
    static const struct {
        const char *name, *json, *wanted;
    } rows[] = {
        { "is_dry", "1", "is_dry: number where true or false is wanted" },
        { "num_trees",
          "\"2\"",
          "num_trees: string where whole number is wanted" },
        { "num_trees", "2.5", "num_trees: 2.5 is not a whole number" },
        { "water_l", "1e16", "water_l: 1e+16 is not a whole number" },
        { "num_trees",
          "0",
          "num_trees: 0 is not between 1 and 9000000000000000" },
        { "slope", "true", "slope: true or false where number is wanted" },
        { "owner", "{}", "owner: object where text is wanted" },
        { "soil", "\"loam\"", "soil: 'loam' is none of: clay, sand" },
    };
    struct garden garden;

    (void)state;
    options_defaults(table, &garden);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = { 0 };

        assert_int_equal(set_json(rows[i].name, rows[i].json, &garden, &err),
                         -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.text, rows[i].wanted);
    }
    options_release(table, &garden);
}

enum { MAX_WORDS = 8 };

/* Parse words; `rest` gets what is no option, with blanks between. */
static int parse(const char *const *words,
                 struct garden *garden,
                 struct text *rest,
                 struct error *err)
{
    char copies[MAX_WORDS][40];
    char *argv[MAX_WORDS];
    char *left[MAX_WORDS];
    int argc = 0;
    int num;

    for (; words[argc]; argc++) {
        assert_true(strlen(words[argc]) < sizeof copies[0]);
        memcpy(copies[argc], words[argc], strlen(words[argc]) + 1);
        argv[argc] = copies[argc];
    }
    num = options_parse(table, argc, argv, garden, left, err);
    for (int i = 0; i < num && rest; i++)
        text_addf(rest, "%s%s", i ? " " : "", left[i]);
    return num;
}

static void test_command_line(void **state)
{
    static const char *const rows[][MAX_WORDS] = {
        { "a", "--num-trees", "4", "--owner=Ada", "--is-dry", "b", NULL },
        { "--num_trees=4", "a", "-o", "Ada", "b", "-d", NULL },
        { "-oAda", "--is-dry=true", "--num-trees=4", "a", "b", NULL },
        { "-d", "--num-trees=4", "-o", "Ada", "--", "a", "b", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct garden garden;
        struct text rest = { 0 };

        options_defaults(table, &garden);
        assert_int_equal(parse(rows[i], &garden, &rest, NULL), 2);
        assert_int_equal(garden.num_trees, 4);
        assert_string_equal(garden.owner, "Ada");
        assert_true(garden.is_dry);
        assert_string_equal(text_data(&rest), "a b");
        text_release(&rest);
        options_release(table, &garden);
    }
}

/* A lone "-" and what follows "--" are no options; a value may look like one. */
static void test_what_is_no_option(void **state)
{
    static const char *const words[] = { "-",  "--water-l", "-7", "--",
                                         "-d", "--owner=x", NULL };
    struct garden garden;
    struct text rest = { 0 };

    (void)state;
    options_defaults(table, &garden);
    assert_int_equal(parse(words, &garden, &rest, NULL), 3);
    assert_string_equal(text_data(&rest), "- -d --owner=x");
    assert_int_equal(garden.water_l, -7);
    assert_false(garden.is_dry);
    assert_null(garden.owner);
    text_release(&rest);
    options_release(table, &garden);
}

static void test_what_command_line_is_refused(void **state)
{
    static const struct {
        const char *words[4];
        const char *wanted;
    } rows[] = {
        { { "--ownr=x" }, "no option '--ownr'; did you mean '--owner'?" },
        { { "--num-tres", "4" },
          "no option '--num-tres'; did you mean '--num-trees'?" },
        { { "--own=x" }, "no option '--own'; did you mean '--owner'?" },
        { { "--s" }, "no option '--s'" }, /* of several */
        { { "--zzzzzzzzzz" }, "no option '--zzzzzzzzzz'" },
        { { "--owner" }, "--owner wants a value" },
        { { "a", "-o" }, "-o wants a value" },
        { { "-x" }, "no option '-x'; long ones are written --name" },
        { { "-dx" }, "no option '-dx'; long ones are written --name" },
        { { "-owner=" }, NULL },
        { { "--num-trees=0" },
          "--num-trees: 0 is not between 1 and 9000000000000000" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct garden garden;
        struct error err = { 0 };
        int rc;

        options_defaults(table, &garden);
        rc = parse(rows[i].words, &garden, NULL, &err);
        assert_int_equal(rc, rows[i].wanted ? -1 : 0);
        if (rows[i].wanted)
            assert_string_equal(err.text, rows[i].wanted);
        else
            assert_string_equal(garden.owner, "wner=");
        options_release(table, &garden);
    }
}

static void test_arguments_of_a_spec(void **state)
{
    static const struct option empty[] = { { .name = NULL } };
    struct garden garden;
    struct error err = { 0 };

    (void)state;
    options_defaults(table, &garden);
    assert_int_equal(options_parse_args(table,
                                        "num_trees=4,is_dry,owner=A\\,B=C",
                                        &garden,
                                        NULL),
                     0);
    assert_int_equal(garden.num_trees, 4);
    assert_true(garden.is_dry);
    assert_string_equal(garden.owner, "A,B=C");
    assert_int_equal(options_parse_args(table, "", &garden, NULL), 0);
    assert_int_equal(options_parse_args(table, "slop=1", &garden, &err), -1);
    assert_string_equal(err.text, "no argument 'slop'; did you mean 'slope'?");
    assert_int_equal(options_parse_args(table, "bogus=1", &garden, &err), -1);
    assert_string_equal(err.text,
                        "no argument 'bogus'; known: is_dry, num_trees, "
                        "water_l, slope, shade, owner, map, soil, beds");
    assert_int_equal(options_parse_args(empty, "bogus", &garden, &err), -1);
    assert_string_equal(err.text, "no argument 'bogus'; it takes none");
    assert_int_equal(options_parse_args(table, "is_dry,slope", &garden, &err),
                     -1);
    assert_string_equal(err.text, "slope wants =VALUE");
    assert_int_equal(options_parse_args(table,
                                        "num_trees=4,is_dry,num-trees=5",
                                        &garden,
                                        &err),
                     -1);
    assert_string_equal(err.text,
                        "num_trees is given twice; leave one of the two out");
    assert_int_equal(options_parse_args(table, "is_dry,is_dry", &garden, &err),
                     -1);
    options_release(table, &garden);
}

static void test_numbers_as_people_write_them(void **state)
{
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { -1, "-1" },
        { 1e9, "1000000000" },
        { 9e15, "9000000000000000" },
        { 0.25, "0.25" },
        { 1e20, "1e+20" },
    };
    char text[OPTIONS_NUMBER_LEN];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        options_number(rows[i].number, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_help(void **state)
{
    static const char wanted[] = "  -d, --is-dry\n"
                                 "      No rain.\n"
                                 "  --num-trees N\n"
                                 "      Trees. (default: 3)\n"
                                 "  --water-l VALUE\n"
                                 "      Any amount.\n"
                                 "  --slope VALUE\n"
                                 "      How steep. (default: 0.5)\n"
                                 "  --shade VALUE\n"
                                 "      How dark.\n"
                                 "  -o, --owner NAME\n"
                                 "      A long sentence that says who it is\n"
                                 "      that waters all of this.\n"
                                 "  --map VALUE\n"
                                 "      Where it is drawn.\n"
                                 "  --soil VALUE\n"
                                 "      What it grows on. One of: clay,\n"
                                 "      sand. (default: clay)\n";
    struct option shown[ARRAY_LEN(table) - 1];
    struct text out = { 0 };

    (void)state;
    memcpy(shown, table, sizeof shown); /* without the last, that is for JSON */
    shown[ARRAY_LEN(shown) - 1].name = NULL;
    options_help(shown, 42, &out);
    assert_string_equal(text_data(&out), wanted);
    text_release(&out);
}

/* What they say is read as what it was. */
static void test_words_of_a_struct(void **state)
{
    static const char *const wanted[] = { "--is-dry",     "--num-trees=12",
                                          "--slope=0.25", "--owner=a b",
                                          "--map=/m",     "--soil=sand" };
    struct garden garden;
    struct garden again;
    struct error err = { 0 };
    char *argv[ARRAY_LEN(wanted) + 1];
    char *rest[ARRAY_LEN(wanted) + 1];
    char **words;

    (void)state;
    options_defaults(table, &garden);
    words = options_words(table, &garden);
    assert_null(words[0]);
    options_words_free(words);
    garden.is_dry = true;
    garden.num_trees = 12;
    garden.slope = 0.25;
    garden.owner = mem_text("a b");
    garden.map = mem_text("/m");
    free(garden.soil);
    garden.soil = mem_text("sand");
    words = options_words(table, &garden);
    argv[0] = rest[0] = NULL;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        assert_string_equal(words[i], wanted[i]);
        argv[i] = words[i];
    }
    assert_null(words[ARRAY_LEN(wanted)]);
    options_defaults(table, &again);
    assert_int_equal(
        options_parse(table, (int)ARRAY_LEN(wanted), argv, &again, rest, &err),
        0);
    assert_true(again.is_dry && again.num_trees == 12 && again.slope == 0.25);
    assert_string_equal(again.owner, "a b");
    options_words_free(words);
    options_release(table, &garden);
    options_release(table, &again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_and_release),
        cmocka_unit_test(test_each_type_from_text),
        cmocka_unit_test(test_what_text_is_refused),
        cmocka_unit_test(test_each_type_from_json),
        cmocka_unit_test(test_what_json_is_refused),
        cmocka_unit_test(test_command_line),
        cmocka_unit_test(test_what_is_no_option),
        cmocka_unit_test(test_what_command_line_is_refused),
        cmocka_unit_test(test_arguments_of_a_spec),
        cmocka_unit_test(test_numbers_as_people_write_them),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_words_of_a_struct),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
