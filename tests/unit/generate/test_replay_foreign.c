/* Keys that are no part of an item make no difference to who answers it. */
#include "base/random.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_tapes.h"
#include "tests/unit/generate/asking.h"

#include <stdio.h>

static const char task[] = "safety/jailbreak";

struct fixture {
    char *folders[2];
    char *args;
    struct replay_folders *parsed;
    struct replay_tapes *tapes;
};

static void write_items(const char *folder, const char *items)
{
    char *path = text_format("%s/%s.json", folder, task);
    char *above = path_folder(path);

    assert_int_equal(file_make_folder(above, NULL), 0);
    assert_int_equal(file_write(path, items, strlen(items), NULL), 0);
    free(above);
    free(path);
}

/* A model in two folders; what the files hold between [ and ]. */
static struct fixture make(const char *items, const char *others)
{
    struct fixture f = { { asking_folder(), asking_folder() },
                         NULL,
                         NULL,
                         NULL };
    char *all[] = { text_format("[%s]", items), text_format("[%s]", others) };

    for (size_t i = 0; i < 2; i++) {
        write_items(f.folders[i], all[i]);
        free(all[i]);
    }
    f.args = text_format("%s,%s", f.folders[0], f.folders[1]);
    f.parsed = mem_alloc(1, sizeof *f.parsed);
    assert_int_equal(replay_folders_parse(f.args, f.parsed, NULL), 0);
    f.tapes = replay_tapes_create(f.parsed);
    return f;
}

static void release(struct fixture *f)
{
    replay_tapes_destroy(f->tapes);
    replay_folders_release(f->parsed);
    free(f->parsed);
    free(f->args);
    asking_remove(f->folders[0]);
    asking_remove(f->folders[1]);
}

/* The answer to an item of the data set; NULL = it is missing; free(). */
static char *ask(struct fixture *f, const char *item, uint32_t occurrence)
{
    struct cJSON *json = json_parse(item, strlen(item), "item", NULL);
    const struct replay_question of = {
        .task = "safety/jailbreak",
        .prompt = json_member_text(json, "prompt"),
        .item = json_hash(json),
        .occurrence = occurrence,
    };
    struct reply reply = { 0 };
    char *text = NULL;

    assert_int_equal(replay_tapes_answer(f->tapes, &of, &reply, NULL), 0);
    if (reply.state != STATE_MISSING)
        text = mem_text(reply.text);
    reply_release(&reply);
    json_free(json);
    return text;
}

static void expect(struct fixture *f,
                   const char *item,
                   uint32_t occurrence,
                   const char *wanted)
{
    char *text = ask(f, item, occurrence);

    if (!text_equal(text, wanted))
        print_error("%s: '%s', not '%s'\n", item, text, wanted);
    assert_true(text_equal(text, wanted));
    free(text);
}

static void expect_rest(const struct fixture *f,
                        const char *keys,
                        size_t num_files,
                        size_t num_strange)
{
    struct replay_rest rest;

    replay_tapes_rest(f->tapes, &rest);
    assert_true(text_equal(rest.foreign, keys));
    assert_int_equal(rest.num_foreign, num_files);
    assert_int_equal(rest.num_strange, num_strange);
    assert_int_equal(rest.num_different, 0);
    assert_int_equal(rest.num_used + num_strange, rest.num_answers);
    replay_tapes_release_rest(&rest);
}

static void foreign_keys_are_passed_over(void **state)
{
    struct fixture f =
        make("{\"prompt\":\"a \\u00e9\\n\\\"\",\"n\":1.0,\"res\":\"to a\","
             "\"ch\":false},"
             "{\"id\":[1,{\"x\":null}],\"prompt\":\"b\",\"res\":\"to b\","
             "\"n\":2,\"ch\":true},"
             "{\"prompt\":\"c\",\"n\":3,\"res\":\"to c\"},"
             "{\"\\u0070rompt\":\"e\",\"n\":5,\"\\u0069d\":1,\"res\":\"to e\"}",
             "{\"prompt\":\"d\",\"n\":4,\"res\":\"to d\",\"toxicity\":0.5,"
             "\"similarity\":1}");

    (void)state;
    expect(&f, "{\"n\":1,\"prompt\":\"a \xc3\xa9\\n\\\"\"}", 0, "to a");
    expect(&f, "{\"n\":2,\"prompt\":\"b\"}", 0, "to b");
    expect(&f, "{\"n\":3,\"prompt\":\"c\"}", 0, "to c");
    expect(&f, "{\"n\":4,\"prompt\":\"d\"}", 0, "to d");
    expect(&f, "{\"n\":5,\"prompt\":\"e\"}", 0, "to e");
    expect(&f, "{\"n\":5,\"prompt\":\"e\"}", 1, NULL);
    expect_rest(&f, "ch, id", 1, 0);
    release(&f);
}

/* What remains has to be the item, with this prompt. */
static void nothing_else_is_passed_over(void **state)
{
    struct fixture f =
        make("{\"prompt\":\"a\",\"n\":1,\"m\":1,\"res\":\"x\",\"id\":1},"
             "{\"prompt\":\"b\",\"res\":\"y\",\"id\":1}",
             "{\"question\":\"c\",\"id\":1,\"res\":\"z\"}");

    (void)state;
    expect(&f, "{\"prompt\":\"a\",\"n\":2,\"m\":1}", 0, NULL);
    expect(&f, "{\"prompt\":\"a\",\"n\":1,\"k\":1}", 0, NULL);
    expect(&f, "{\"prompt\":\"b\",\"n\":1}", 0, NULL);
    expect(&f, "{\"prompt\":\"c\"}", 0, NULL);
    expect_rest(&f, NULL, 0, 3);
    expect(&f, "{\"prompt\":\"b\"}", 0, "y");
    expect_rest(&f, "id", 1, 2);
    release(&f);
}

/* An item whose recorded one has so many foreign keys, among so many others. */
static void expect_many(int num_keys, int num_others, const char *wanted)
{
    struct text item = { 0 };
    struct text others = { 0 };
    struct fixture f;

    text_add(&item, "{\"prompt\":\"a\",\"n\":1,\"res\":\"x\"");
    for (int i = 0; i < num_keys; i++)
        text_addf(&item, ",\"key %d\":%d", i, i);
    text_add(&item, "}");
    for (int i = 0; i < num_others; i++)
        text_addf(&others,
                  "%s{\"prompt\":\"%d\",\"res\":\"y\"}",
                  i ? "," : "",
                  i);
    f = make(text_data(&item), text_data(&others));
    expect(&f, "{\"prompt\":\"a\",\"n\":1}", 0, wanted);
    release(&f);
    text_release(&item);
    text_release(&others);
}

static void the_number_of_keys_has_a_limit(void **state)
{
    (void)state;
    expect_many(13, 0, "x");
    expect_many(14, 0, NULL);
    expect_many(70, 0, NULL);
    expect_many(9, 8191, "x"); /* 2^13 prompts: 2^10 tries */
    expect_many(10, 8191, NULL);
}

enum { NUM_ITEMS = 120, NUM_PROMPTS = 50, NUM_LABELS = 2, MAX_OCCURRENCE = 4 };

static void swap(const char **a, const char **b)
{
    const char *kept = *a;

    *a = *b;
    *b = kept;
}

static void shuffle(const char **all, size_t num, uint64_t *random)
{
    for (size_t i = num; i > 1; i--)
        swap(&all[i - 1], &all[random_below(random, i)]);
}

/* A recorded item, its keys in any order; some foreign ones, or none. */
static char *make_entry(int i, bool has_foreign, uint64_t *random)
{
    char own[3][32];
    const char *members[] = {
        own[0], own[1], own[2], "\"ch\":true", "\"id\":17", "\"time\":\"today\""
    };
    size_t num = 3 + (has_foreign ? (size_t)random_below(random, 4) : 0);
    struct text text = { 0 };

    /* few enough answers that equal ones are there */
    (void)snprintf(own[0], 32, "\"prompt\":\"p%d\"", i % NUM_PROMPTS);
    (void)snprintf(own[1], 32, "\"label\":%d", i / 3 % NUM_LABELS);
    (void)snprintf(own[2], 32, "\"res\":\"r%d\"", i * 7 % 5);
    shuffle(members + 3, 3, random);
    shuffle(members, num, random);
    for (size_t k = 0; k < num; k++)
        text_addf(&text, "%c%s", k > 0 ? ',' : '{', members[k]);
    text_add(&text, "}");
    return text_take(&text);
}

static struct fixture make_random(bool has_foreign, uint64_t *random)
{
    struct text files[2] = { { 0 } };
    int first = (int)random_below(random, NUM_ITEMS);
    struct fixture out;

    for (int i = 0; i < NUM_ITEMS; i++) {
        struct text *file = &files[random_below(random, 2)];
        char *entry =
            make_entry((first + i * 49) % NUM_ITEMS, has_foreign, random);

        text_addf(file, "%s%s", file->len > 0 ? "," : "", entry);
        free(entry);
    }
    out = make(text_data(&files[0]), text_data(&files[1]));
    text_release(&files[0]);
    text_release(&files[1]);
    return out;
}

static char *ask_number(struct fixture *f, unsigned number)
{
    char item[64];

    (void)snprintf(item,
                   sizeof item,
                   "{\"prompt\":\"p%u\",\"label\":%u}",
                   number / MAX_OCCURRENCE / NUM_LABELS,
                   number / MAX_OCCURRENCE % NUM_LABELS);
    return ask(f, item, number % MAX_OCCURRENCE);
}

static void no_order_matters(void **state)
{
    enum { NUM = NUM_PROMPTS * NUM_LABELS * MAX_OCCURRENCE };
    uint64_t random = 5;
    struct fixture plain = make_random(false, &random);
    char *wanted[NUM];
    size_t num_answers = 0;

    (void)state;
    for (unsigned i = 0; i < NUM; i++) {
        wanted[i] = ask_number(&plain, i);
        num_answers += wanted[i] != NULL;
    }
    assert_int_equal(num_answers, NUM_ITEMS);
    for (int trial = 0; trial < 8; trial++) {
        struct fixture f = make_random(true, &random);
        unsigned first = (unsigned)random_below(&random, NUM);

        for (unsigned i = 0; i < NUM; i++) {
            unsigned number = (first + i * 7) % NUM;
            char *text = ask_number(&f, number);

            assert_true(text_equal(text, wanted[number]));
            free(text);
        }
        expect_rest(&f, "ch, id, time", 2, 0);
        release(&f);
    }
    for (unsigned i = 0; i < NUM; i++)
        free(wanted[i]);
    release(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_keys_are_passed_over),
        cmocka_unit_test(nothing_else_is_passed_over),
        cmocka_unit_test(the_number_of_keys_has_a_limit),
        cmocka_unit_test(no_order_matters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
