/* Recorded answers are found by what was asked, never by their place. */
#include "base/gzip.h"
#include "tests/unit/generate/asking.h"

/* Order, key order and number form differ from the items asked for below. */
static const char jailbreak[] =
    "[{\"res\": \"second\", \"label\": 2.0, \"prompt\": \"two\"},"
    " {\"prompt\": \"one\", \"res\": \"first\", \"eval_res\": \"full\","
    "  \"eval_score\": 0.5, \"similarity\": null, \"label\": 1},"
    " {\"prompt\": \"same\", \"res\": \"same, at first\"},"
    " {\"prompt\": \"blocked\", \"res\": null},"
    " {\"prompt\": \"same\", \"res\": \"same, later\"},"
    " {\"prompt\": \"empty\", \"res\": \"\"},"
    " {\"prompt\": \"absent\"},"
    " {\"prompt\": \"strange\", \"res\": 7},"
    " {\"prompt\": \"nan\", \"res\": \"ok\", \"extra\": NaN}, 3]";

struct fixture {
    char *folder;
    struct backend *backend;
};

static void put(const char *folder,
                const char *name,
                const char *bytes,
                size_t len)
{
    char *path = path_join(folder, name);
    char *below = path_folder(path);

    assert_int_equal(file_make_folder(below, NULL), 0);
    assert_int_equal(file_write(path, bytes, len, NULL), 0);
    free(below);
    free(path);
}

static int set_up(void **state)
{
    static const char misuse[] = "[{\"prompt\": \"zip\", \"res\": \"ped\"}]";
    struct fixture *f = mem_alloc(1, sizeof *f);
    struct text packed = { 0 };
    char *spec;

    f->folder = asking_folder();
    put(f->folder, "safety/jailbreak.json", jailbreak, sizeof jailbreak - 1);
    gzip_deflate(misuse, sizeof misuse - 1, &packed);
    put(f->folder, "safety/misuse.json.gz", packed.data, packed.len);
    put(f->folder, "ethics/torn.json", "[{\"prompt\"", 10);
    put(f->folder, "ethics/object.json", "{}", 2);
    text_release(&packed);
    spec = text_format("replay:%s", f->folder);
    f->backend = asking_create(spec);
    free(spec);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    backend_destroy(f->backend);
    asking_remove(f->folder);
    free(f);
    return 0;
}

static struct request ask_for(const char *task,
                              const char *item,
                              uint32_t occurrence)
{
    struct request request = asking_request(1, "the prompt does not matter");
    struct cJSON *json = json_parse(item, strlen(item), "item", NULL);

    assert_non_null(json);
    free(request.task);
    request.task = mem_text(task);
    request.item = json_hash(json);
    request.occurrence = occurrence;
    request.item_index = 900;
    json_free(json);
    return request;
}

static struct reply recorded(const struct fixture *f,
                             const char *item,
                             uint32_t occurrence)
{
    struct request request = ask_for("safety/jailbreak", item, occurrence);
    struct reply reply = asking_ask(f->backend, &request);

    request_release(&request);
    return reply;
}

static void test_found_by_content(void **state)
{
    static const struct {
        const char *item;
        uint32_t occurrence;
        enum state state;
        const char *text;
    } cases[] = {
        { "{\"label\": 1, \"prompt\": \"one\"}", 0, STATE_ANSWERED, "first" },
        { "{\"prompt\": \"two\", \"label\": 2}", 0, STATE_ANSWERED, "second" },
        { "{\"prompt\": \"same\"}", 0, STATE_ANSWERED, "same, at first" },
        { "{\"prompt\": \"same\"}", 1, STATE_ANSWERED, "same, later" },
        { "{\"prompt\": \"same\"}", 2, STATE_MISSING, NULL },
        { "{\"prompt\": \"two\"}", 0, STATE_MISSING, NULL },
        { "{\"prompt\": \"One\", \"label\": 1}", 0, STATE_MISSING, NULL },
        { "{\"prompt\": \"blocked\"}", 0, STATE_BLOCKED, NULL },
        { "{\"prompt\": \"empty\"}", 0, STATE_EMPTY, "" },
        { "{\"prompt\": \"absent\"}", 0, STATE_MISSING, NULL },
        { "{\"prompt\": \"strange\"}", 0, STATE_FAILED, NULL },
        { "{\"prompt\": \"nan\", \"extra\": null}", 0, STATE_ANSWERED, "ok" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply reply =
            recorded(*state, cases[i].item, cases[i].occurrence);

        assert_string_equal(state_name(reply.state),
                            state_name(cases[i].state));
        assert_true(text_equal(reply.text, cases[i].text));
        assert_int_equal(reply.detail == NULL, state_has_text(reply.state));
        reply_release(&reply);
    }
}

static void test_what_stood_beside_is_kept(void **state)
{
    struct reply reply =
        recorded(*state, "{\"label\": 1, \"prompt\": \"one\"}", 0);
    struct cJSON *beside;

    assert_non_null(reply.recorded);
    beside =
        json_parse(reply.recorded, strlen(reply.recorded), "recorded", NULL);
    assert_int_equal(json_count(beside), 3);
    assert_string_equal(json_member_text(beside, "eval_res"), "full");
    assert_true(json_member_number(beside, "eval_score") == 0.5);
    assert_true(json_is_null(json_member(beside, "similarity")));
    json_free(beside);
    reply_release(&reply);
    reply = recorded(*state, "{\"prompt\": \"same\"}", 0);
    assert_null(reply.recorded);
    reply_release(&reply);
}

static void test_packed_and_absent_files(void **state)
{
    const struct fixture *f = *state;
    struct request request =
        ask_for("safety/misuse", "{\"prompt\": \"zip\"}", 0);
    struct reply reply = asking_ask(f->backend, &request);

    assert_string_equal(reply.text, "ped");
    reply_release(&reply);
    request_release(&request);
    request = ask_for("privacy/leakage", "{\"prompt\": \"zip\"}", 0);
    reply = asking_ask(f->backend, &request);
    assert_int_equal(reply.state, STATE_MISSING);
    reply_release(&reply);
    request_release(&request);
}

/* Each time it is asked, and the file is named. */
static void test_files_that_do_not_read(void **state)
{
    static const char *const tasks[] = { "ethics/torn",
                                         "ethics/object",
                                         "ethics/torn" };
    const struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
        struct request request = ask_for(tasks[i], "{}", 0);
        struct error err = { 0 };

        assert_int_equal(f->backend->ops->submit(f->backend, &request, &err),
                         -1);
        assert_int_equal(err.code, ERR_PERMANENT);
        assert_non_null(strstr(err.text, tasks[i]));
        request_release(&request);
    }
}

static void test_identity_is_of_names_and_bytes(void **state)
{
    const struct fixture *f = *state;
    struct backend_facts before;
    struct backend_facts after;
    char *spec = text_format("replay:%s", f->folder);

    assert_int_equal(backend_probe(spec, &before, NULL), 0);
    assert_true(before.deterministic);
    put(f->folder, "README.md", "no answers", 10);
    assert_int_equal(backend_probe(spec, &after, NULL), 0);
    assert_string_equal(before.identity, after.identity);
    put(f->folder, "ethics/object.json", "[]", 2);
    assert_int_equal(backend_probe(spec, &after, NULL), 0);
    assert_string_not_equal(before.identity, after.identity);
    free(spec);
}

static void test_folders_that_are_none(void **state)
{
    struct backend_facts facts;
    struct error err = { 0 };
    char *empty = asking_folder();
    char *spec = text_format("replay:%s", empty);

    (void)state;
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, empty));
    assert_int_equal(backend_probe("replay:/nonexistent", &facts, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_null(backend_create("replay:/nonexistent", NULL, &err));
    free(spec);
    asking_remove(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_by_content),
        cmocka_unit_test(test_what_stood_beside_is_kept),
        cmocka_unit_test(test_packed_and_absent_files),
        cmocka_unit_test(test_files_that_do_not_read),
        cmocka_unit_test(test_identity_is_of_names_and_bytes),
        cmocka_unit_test(test_folders_that_are_none),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
