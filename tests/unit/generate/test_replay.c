/* Recorded answers find their items by content. */
#include "base/gzip.h"
#include "tests/unit/generate/asking.h"

struct fixture {
    char *folder;
    struct backend *backend;
};

static void write_bytes(const char *folder,
                        const char *name,
                        const void *bytes,
                        size_t len)
{
    char *path = path_join(folder, name);
    char *above = path_folder(path);

    assert_int_equal(file_make_folder(above, NULL), 0);
    assert_int_equal(file_write(path, bytes, len, NULL), 0);
    free(above);
    free(path);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    write_bytes(folder, name, text, strlen(text));
}

/* A replay over one file. */
static struct fixture make(const char *name, const char *text)
{
    struct fixture f = { .folder = asking_folder() };
    char *spec = text_format("replay:%s", f.folder);

    write_text(f.folder, name, text);
    f.backend = asking_create(spec);
    free(spec);
    return f;
}

static void release(struct fixture *f)
{
    backend_destroy(f->backend);
    asking_remove(f->folder);
}

/* The request for an item as the dataset has it: without an answer. */
static struct request ask_for(const char *item, uint32_t occurrence)
{
    struct cJSON *json = json_parse(item, strlen(item), "item", NULL);
    struct request out = asking_request(occurrence + 40, "as recorded");

    assert_non_null(json);
    out.item = json_hash(json);
    out.occurrence = occurrence;
    json_free(json);
    return out;
}

static struct reply answer_to(struct backend *backend,
                              const char *item,
                              uint32_t occurrence)
{
    struct request request = ask_for(item, occurrence);
    struct reply reply = asking_ask(backend, &request);

    request_release(&request);
    return reply;
}

static void expect_text(struct backend *backend,
                        const char *item,
                        uint32_t occurrence,
                        const char *text)
{
    struct reply reply = answer_to(backend, item, occurrence);

    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_int_equal(reply.finish, FINISH_STOP);
    assert_string_equal(reply.text, text);
    reply_release(&reply);
}

static void expect_state(struct backend *backend,
                         const char *item,
                         uint32_t occurrence,
                         enum state expected)
{
    struct reply reply = answer_to(backend, item, occurrence);

    assert_int_equal(reply.state, expected);
    if (expected == STATE_EMPTY)
        assert_string_equal(reply.text, "");
    else
        assert_true(reply.text == NULL && reply.detail != NULL);
    reply_release(&reply);
}

/* Neither the order of items nor that of their keys matters. */
static void joins_by_content(void **state)
{
    struct fixture f = make("safety/jailbreak.json",
                            "[{\"res\":\"to c\",\"prompt\":\"c\",\"n\":3.0},"
                            "{\"n\":1,\"res\":\"to a\",\"prompt\":\"a\"},"
                            "{\"prompt\":\"b\",\"n\":2,\"res\":\"to b\"}]");

    (void)state;
    expect_text(f.backend, "{\"prompt\":\"a\",\"n\":1}", 0, "to a");
    expect_text(f.backend, "{\"n\":2,\"prompt\":\"b\"}", 0, "to b");
    expect_text(f.backend, "{\"prompt\":\"c\",\"n\":3}", 0, "to c");
    /* another content is another item */
    expect_state(f.backend, "{\"prompt\":\"a\",\"n\":2}", 0, STATE_MISSING);
    release(&f);
}

static void equal_items_keep_their_order(void **state)
{
    struct fixture f = make("safety/jailbreak.json",
                            "[{\"prompt\":\"a\",\"res\":\"first\"},"
                            "{\"prompt\":\"b\",\"res\":\"other\"},"
                            "{\"prompt\":\"a\",\"res\":\"second\"},"
                            "{\"prompt\":\"a\",\"res\":\"third\"}]");

    (void)state;
    expect_text(f.backend, "{\"prompt\":\"a\"}", 2, "third");
    expect_text(f.backend, "{\"prompt\":\"a\"}", 0, "first");
    expect_text(f.backend, "{\"prompt\":\"a\"}", 1, "second");
    expect_text(f.backend, "{\"prompt\":\"b\"}", 0, "other");
    expect_state(f.backend, "{\"prompt\":\"a\"}", 3, STATE_MISSING);
    release(&f);
}

static void what_is_no_answer(void **state)
{
    struct fixture f = make("safety/jailbreak.json",
                            "[{\"prompt\":\"absent\"},"
                            "{\"prompt\":\"null\",\"res\":null},"
                            "{\"prompt\":\"empty\",\"res\":\"\"},"
                            "{\"prompt\":\"number\",\"res\":4}]");

    (void)state;
    expect_state(f.backend, "{\"prompt\":\"absent\"}", 0, STATE_MISSING);
    expect_state(f.backend, "{\"prompt\":\"null\"}", 0, STATE_BLOCKED);
    expect_state(f.backend, "{\"prompt\":\"empty\"}", 0, STATE_EMPTY);
    expect_state(f.backend, "{\"prompt\":\"number\"}", 0, STATE_FAILED);
    expect_state(f.backend, "{\"prompt\":\"nowhere\"}", 0, STATE_MISSING);
    release(&f);
}

/* What an earlier evaluation left beside an answer is no part of the item. */
static void keeps_what_stood_beside(void **state)
{
    struct fixture f = make("safety/jailbreak.json",
                            "[{\"prompt\":\"a\",\"res\":\"x\",\"eval_res\":"
                            "\"good\",\"similarity\":0.25},"
                            "{\"prompt\":\"b\",\"res\":\"y\"}]");
    struct reply reply = answer_to(f.backend, "{\"prompt\":\"a\"}", 0);
    struct cJSON *beside;

    (void)state;
    assert_string_equal(reply.text, "x");
    assert_non_null(reply.recorded);
    beside = json_parse(reply.recorded, strlen(reply.recorded), "it", NULL);
    assert_int_equal(json_count(beside), 2);
    assert_string_equal(json_member_text(beside, "eval_res"), "good");
    assert_true(json_member_number(beside, "similarity") == 0.25);
    json_free(beside);
    reply_release(&reply);

    reply = answer_to(f.backend, "{\"prompt\":\"b\"}", 0);
    assert_null(reply.recorded);
    reply_release(&reply);
    release(&f);
}

static void reads_gzip(void **state)
{
    static const char json[] = "[{\"prompt\":\"a\",\"res\":\"packed\"}]";
    struct fixture f = make("safety/other.json", "[]");
    struct text packed = { 0 };

    (void)state;
    gzip_deflate(json, strlen(json), &packed);
    write_bytes(f.folder, "safety/jailbreak.json.gz", packed.data, packed.len);
    text_release(&packed);
    expect_text(f.backend, "{\"prompt\":\"a\"}", 0, "packed");
    release(&f);
}

static void a_task_without_a_file_is_missing(void **state)
{
    struct fixture f = make("safety/other.json", "[]");

    (void)state;
    expect_state(f.backend, "{\"prompt\":\"a\"}", 0, STATE_MISSING);
    release(&f);
}

static void expect_unreadable(const char *text)
{
    struct fixture f = make("safety/jailbreak.json", text);
    struct request request = ask_for("{\"prompt\":\"a\"}", 0);

    /* the second time as the first */
    for (int i = 0; i < 2; i++) {
        struct error err = { 0 };
        struct reply reply = { 0 };

        assert_int_equal(f.backend->ops->submit(f.backend, &request, &err), -1);
        assert_int_equal(err.code, ERR_PERMANENT);
        assert_non_null(strstr(err.text, "safety/jailbreak.json"));
        assert_int_equal(f.backend->ops->step(f.backend, 0, &reply, &err), 0);
    }
    request_release(&request);
    release(&f);
}

static void a_damaged_file_is_named(void **state)
{
    (void)state;
    expect_unreadable("[{\"prompt\":\"a\",\"res\":\"x\"");
    expect_unreadable("{\"prompt\":\"a\",\"res\":\"x\"}");
    expect_unreadable("");
    expect_unreadable("\x1f\x8b torn");
}

/* The identity follows the bytes and the names. */
static void identity_is_of_the_content(void **state)
{
    struct fixture f = make("safety/jailbreak.json", "[]");
    char *spec = text_format("replay:%s", f.folder);
    struct backend_facts a;
    struct backend_facts b;

    (void)state;
    assert_int_equal(backend_probe(spec, &a, NULL), 0);
    assert_int_equal(backend_probe(spec, &b, NULL), 0);
    assert_true(a.deterministic);
    assert_string_equal(a.identity, b.identity);
    write_text(f.folder, "safety/jailbreak.json", "[ ]");
    assert_int_equal(backend_probe(spec, &b, NULL), 0);
    assert_string_not_equal(a.identity, b.identity);
    free(spec);
    release(&f);
}

static void an_empty_folder_is_refused(void **state)
{
    char *folder = asking_folder();
    char *spec = text_format("replay:%s", folder);
    struct backend_facts facts;
    struct error err = { 0 };

    (void)state;
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, folder));
    asking_remove(folder);
    assert_null(backend_create(spec, NULL, &err));
    free(spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_by_content),
        cmocka_unit_test(equal_items_keep_their_order),
        cmocka_unit_test(what_is_no_answer),
        cmocka_unit_test(keeps_what_stood_beside),
        cmocka_unit_test(reads_gzip),
        cmocka_unit_test(a_task_without_a_file_is_missing),
        cmocka_unit_test(a_damaged_file_is_named),
        cmocka_unit_test(identity_is_of_the_content),
        cmocka_unit_test(an_empty_folder_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
