/* Recorded answers find their items by content. */
#include "base/gzip.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_tapes.h"
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

/* One answer of each kind for equal items: their order in the file says
 * nothing, and each different one is given before any for a second time. */
static void equal_items_have_an_order_of_their_own(void **state)
{
    static const char *const files[] = {
        "[{\"prompt\":\"a\",\"res\":\"x\"},{\"prompt\":\"a\",\"res\":null},"
        "{\"prompt\":\"a\"},{\"prompt\":\"a\",\"res\":\"x\"}]",
        "[{\"prompt\":\"a\"},{\"prompt\":\"a\",\"res\":null},"
        "{\"res\":\"x\",\"prompt\":\"a\"},{\"prompt\":\"a\",\"res\":\"x\"}]",
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fixture f = make("safety/jailbreak.json", files[i]);

        expect_text(f.backend, "{\"prompt\":\"a\"}", 0, "x");
        expect_state(f.backend, "{\"prompt\":\"a\"}", 1, STATE_BLOCKED);
        expect_text(f.backend, "{\"prompt\":\"a\"}", 2, "x");
        expect_state(f.backend, "{\"prompt\":\"a\"}", 3, STATE_MISSING);
        release(&f);
    }
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

static void get_identity(const char *folder,
                         const char *with,
                         const char *task,
                         char *out)
{
    char *spec = text_format("fault::replay:%s%s", folder, with);
    struct error err = { 0 };

    assert_int_equal(backend_identify(spec, task, out, &err), 1);
    free(spec);
}

static void expect_identity(const char *folder,
                            const char *with,
                            const char *before,
                            bool is_same)
{
    char now[BACKEND_IDENTITY];

    get_identity(folder, with, "safety/jailbreak", now);
    assert_int_equal(strcmp(now, before) == 0, is_same);
}

/* The identity is that of what is said of one task: not of bytes, order or
 * files. */
static void identity_is_of_the_content(void **state)
{
    struct fixture f =
        make("safety/jailbreak.json",
             "[{\"prompt\":\"a\",\"res\":\"x\"},{\"prompt\":\"c\"},"
             "{\"prompt\":\"b\",\"res\":\"y\",\"eval_score\":0.50}]");
    struct fixture rest =
        make("safety/jailbreak.json",
             "[{\"eval_score\":5e-1,\"res\":\"y\",\"prompt\":\"b\"}]");
    char *also = text_format(",%s", rest.folder);
    char before[BACKEND_IDENTITY];

    (void)state;
    get_identity(f.folder, "", "safety/jailbreak", before);
    expect_identity(f.folder, also, before, false); /* "y" twice */
    write_text(f.folder,
               "safety/jailbreak.json",
               "[ {\"res\":\"\\u0078\", \"prompt\":\"a\"}]");
    expect_identity(f.folder, "", before, false);
    expect_identity(f.folder, also, before, true);
    write_text(f.folder,
               "safety/misuse.json",
               "[{\"prompt\":\"a\",\"res\":\"x\"}]");
    expect_identity(f.folder, also, before, true);
    write_text(f.folder, "safety/jailbreak.json", "[{");
    expect_identity(f.folder, also, before, false); /* its bytes, then */
    write_text(f.folder, "safety/jailbreak.json", "[]");
    expect_identity(f.folder, also, before, false);
    free(also);
    release(&rest);
    release(&f);
}

/* The words of a list that the authors asked first are of the task, too. */
static void identity_has_the_list_beside(void **state)
{
    struct fixture f = make("ethics/awareness.json", "[]");
    char before[BACKEND_IDENTITY];
    char after[BACKEND_IDENTITY];

    (void)state;
    get_identity(f.folder, "", "ethics/awareness", before);
    write_text(f.folder,
               "ethics/awareness_emotion.json",
               "[{\"prompt\":\"a\",\"res\":\"x\"}]");
    get_identity(f.folder, "", "ethics/awareness", after);
    assert_string_not_equal(before, after);
    release(&f);
}

/* Tapes say the same, and after they were given back they answer the same. */
static void tapes_are_read_again(void **state)
{
    struct fixture f =
        make("safety/jailbreak.json", "[{\"prompt\":\"a\",\"res\":\"x\"}]");
    struct replay_folders folders;
    struct replay_tapes *tapes;
    char of_backend[BACKEND_IDENTITY];
    char of_tapes[BACKEND_IDENTITY];

    (void)state;
    get_identity(f.folder, "", "safety/jailbreak", of_backend);
    assert_int_equal(replay_folders_parse(f.folder, &folders, NULL), 0);
    tapes = replay_tapes_create(&folders);
    assert_int_equal(replay_tapes_bytes(tapes), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            replay_tapes_identify(tapes, "safety/jailbreak", of_tapes, NULL),
            0);
        assert_string_equal(of_tapes, of_backend);
        assert_true(replay_tapes_has(tapes, "safety/jailbreak"));
        assert_true(replay_tapes_bytes(tapes) > 0);
        replay_tapes_forget(tapes);
        assert_int_equal(replay_tapes_bytes(tapes), 0);
        assert_false(replay_tapes_has(tapes, "safety/jailbreak"));
    }
    replay_tapes_destroy(tapes);
    replay_folders_release(&folders);
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

/* A question to a role: no task, no item. */
static struct reply ask_role(struct backend *backend,
                             enum request_kind kind,
                             const char *prompt)
{
    struct request request = asking_request(1, prompt);
    struct reply reply;

    free(request.task);
    request.task = kind == REQUEST_EMBED ? NULL : mem_text("");
    request.kind = kind;
    reply = asking_ask(backend, &request);
    request_release(&request);
    return reply;
}

static void expect_role_state(struct backend *backend,
                              enum request_kind kind,
                              const char *prompt,
                              enum state expected)
{
    struct reply reply = ask_role(backend, kind, prompt);

    assert_int_equal(reply.state, expected);
    reply_release(&reply);
}

static const char role_answers[] =
    "{\"prompt\": \"Is it right?\\nSay yes or no.\", \"res\": \"Yes.\"}\n"
    "\n"
    "{\"res\": null, \"prompt\": \"b\"}\r\n"
    "{\"prompt\": \"e\", \"res\": \"\"}\n"
    "{\"prompt\": \"both\", \"res\": \"in words\"}\n"
    "{\"prompt\": \"both\", \"values\": [0.25, -1.5]}\n"
    "{\"prompt\": \"\", \"values\": [1]}";

static void check_role(struct backend *backend)
{
    struct reply reply =
        ask_role(backend, REQUEST_CHAT, "Is it right?\nSay yes or no.");

    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_string_equal(reply.text, "Yes.");
    assert_int_equal(reply.num_values, 0);
    reply_release(&reply);
    expect_role_state(backend, REQUEST_CHAT, "b", STATE_BLOCKED);
    expect_role_state(backend, REQUEST_CHAT, "e", STATE_EMPTY);
    expect_role_state(backend, REQUEST_EMBED, "", STATE_ANSWERED);
    /* not nearly, and not another kind of answer */
    expect_role_state(backend,
                      REQUEST_CHAT,
                      "Is it right?\nSay yes or no. ",
                      STATE_MISSING);
    expect_role_state(backend, REQUEST_EMBED, "b", STATE_MISSING);
    expect_role_state(backend, REQUEST_CHAT, "", STATE_MISSING);
    reply = ask_role(backend, REQUEST_CHAT, "both");
    assert_string_equal(reply.text, "in words");
    reply_release(&reply);
    for (int i = 0; i < 2; i++) {
        reply = ask_role(backend, i ? REQUEST_CLASSIFY : REQUEST_EMBED, "both");
        assert_int_equal(reply.state, STATE_ANSWERED);
        assert_int_equal(reply.num_values, 2);
        assert_true(reply.values[0] == 0.25 && reply.values[1] == -1.5);
        assert_string_equal(reply.text, "");
        reply_release(&reply);
    }
    /* a classifier may have answered in words */
    reply = ask_role(backend, REQUEST_CLASSIFY, "e");
    assert_int_equal(reply.state, STATE_EMPTY);
    reply_release(&reply);
}

/* One model in two folders: half of the items each, and roles' answers. */
static void folders_are_one_model(void **state)
{
    struct fixture f =
        make("safety/jailbreak.json", "[{\"prompt\":\"a\",\"res\":\"x\"}]");
    struct fixture rest = make("safety/jailbreak.json",
                               "[{\"prompt\":\"b\",\"res\":\"y\"},"
                               "{\"prompt\":\"a\"}]");
    char *spec = text_format("replay:%s,%s", f.folder, rest.folder);
    struct backend *both;

    (void)state;
    write_text(f.folder, "answers.jsonl", "{\"prompt\":\"p\",\"res\":\"1\"}");
    write_text(rest.folder, "answers.jsonl", role_answers);
    both = asking_create(spec);
    expect_text(both, "{\"prompt\":\"a\"}", 0, "x");
    expect_text(both, "{\"prompt\":\"b\"}", 0, "y");
    expect_state(both, "{\"prompt\":\"a\"}", 1, STATE_MISSING);
    check_role(both);
    expect_role_state(both, REQUEST_CHAT, "p", STATE_ANSWERED);
    backend_destroy(both);
    free(spec);
    release(&rest);
    release(&f);
}

static void a_role_is_answered_by_its_prompt(void **state)
{
    struct fixture f = make("answers.jsonl", role_answers);
    struct text packed = { 0 };

    (void)state;
    check_role(f.backend);
    release(&f);
    f = make("safety/other.json", "[]");
    expect_role_state(f.backend, REQUEST_CHAT, "b", STATE_MISSING);
    gzip_deflate(role_answers, strlen(role_answers), &packed);
    write_bytes(f.folder, "answers.jsonl.gz", packed.data, packed.len);
    text_release(&packed);
    check_role(f.backend);
    release(&f);
}

static void expect_can(const char *answers, unsigned can)
{
    struct fixture f = make("answers.jsonl", answers);
    char *spec = text_format("replay:%s", f.folder);
    struct backend_facts before;
    struct backend_facts after;

    assert_int_equal(backend_probe(spec, &before, NULL), 0);
    assert_int_equal(before.can, can);
    write_text(f.folder, "answers.jsonl", "{\"prompt\":\"x\",\"res\":\"y\"}");
    assert_int_equal(backend_probe(spec, &after, NULL), 0);
    assert_string_not_equal(before.identity, after.identity);
    free(spec);
    release(&f);
}

static void a_role_can_what_is_recorded(void **state)
{
    const unsigned texts =
        BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE);
    const unsigned vectors = BACKEND_CAN(REQUEST_EMBED)
                             | BACKEND_CAN(REQUEST_CHOICES)
                             | BACKEND_CAN(REQUEST_CLASSIFY);

    (void)state;
    expect_can("{\"prompt\":\"a\",\"res\":\"b\"}\n", texts);
    expect_can("{\"prompt\":\"a\",\"values\":[1]}\n", vectors);
    expect_can(role_answers, texts | vectors);
}

/* Said by probe() and, where the file has changed since, by submit(). */
static void expect_bad_line(const char *answers, const char *in)
{
    struct fixture f = make("answers.jsonl", answers);
    char *spec = text_format("replay:%s", f.folder);
    struct request request = asking_request(1, "a");
    struct backend_facts facts;
    struct error err = { 0 };

    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    if (!strstr(err.text, in))
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, in));
    assert_true(text_starts(err.text, f.folder));
    request.task[0] = '\0';
    err = (struct error){ 0 };
    assert_int_equal(f.backend->ops->submit(f.backend, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    assert_non_null(strstr(err.text, in));
    request_release(&request);
    free(spec);
    release(&f);
}

#define GOOD "{\"prompt\":\"a\",\"res\":\"b\"}\n"

static void a_bad_line_is_named(void **state)
{
    (void)state;
    expect_bad_line(GOOD "{\"prompt\":\"b\",\"res\"", "answers.jsonl:2: ");
    expect_bad_line(GOOD "\n[]\n", "answers.jsonl:3: not an object");
    expect_bad_line("{\"res\":\"b\"}", "answers.jsonl:1: no text \"prompt\"");
    expect_bad_line("{\"prompt\":1,\"res\":\"b\"}", ":1: no text \"prompt\"");
    expect_bad_line("{\"prompt\":\"a\"}", ":1: needs either");
    expect_bad_line("{\"prompt\":\"a\",\"res\":\"b\",\"values\":[1]}",
                    ":1: needs either");
    expect_bad_line("{\"prompt\":\"a\",\"res\":4}", ":1: \"res\" is neither");
    expect_bad_line("{\"prompt\":\"a\",\"values\":[]}", ":1: \"values\"");
    expect_bad_line("{\"prompt\":\"a\",\"values\":[1,NaN]}", ":1: \"values\"");
    expect_bad_line("{\"prompt\":\"a\",\"values\":{\"x\":1}}",
                    ":1: \"values\"");
    expect_bad_line(GOOD "{\"prompt\":\"b\",\"res\":\"b\"}\n" GOOD,
                    ":3: the prompt of line 1 again");
}

/* Of two folders; `in` is NULL where they agree. */
static void expect_agreement(const char *one, const char *two, const char *in)
{
    struct fixture f = make("answers.jsonl", one);
    struct fixture g = make("answers.jsonl", two);
    char *spec = text_format("replay:%s,%s", f.folder, g.folder);
    struct backend_facts facts;
    struct error err = { 0 };

    assert_int_equal(backend_probe(spec, &facts, &err), in ? -1 : 0);
    assert_int_equal(err.code, in ? ERR_FORMAT : ERR_NONE);
    if (in) {
        struct backend *both = asking_create(spec);
        struct request request = asking_request(1, "a");

        assert_true(text_starts(err.text, g.folder));
        assert_non_null(strstr(err.text, f.folder));
        assert_non_null(strstr(err.text, in));
        request.task[0] = '\0';
        err = (struct error){ 0 };
        assert_int_equal(both->ops->submit(both, &request, &err), -1);
        assert_int_equal(err.code, ERR_PERMANENT);
        request_release(&request);
        backend_destroy(both);
    }
    free(spec);
    release(&g);
    release(&f);
}

static void folders_do_not_contradict(void **state)
{
    static const char other[] = "{\"prompt\":\"0\",\"res\":\"b\"}\n";
    static const char again[] =
        "\n{\"id\":7,\"res\":\"\\u0062\",\"prompt\":\"a\"}\n"
        "{\"prompt\":\"a\",\"values\":[1]}\n{\"prompt\":\"c\",\"res\":\"\"}";
    char *more = text_format("%s%s", other, again);

    (void)state;
    expect_agreement(GOOD, again, NULL);
    expect_agreement(again, GOOD, NULL);
    expect_agreement(GOOD, other, NULL);
    expect_agreement(GOOD, "\n{\"prompt\":\"a\",\"res\":\"B\"}", ":2: another");
    expect_agreement(GOOD, "{\"prompt\":\"a\",\"res\":null}", ":1: another");
    expect_agreement(more, "{\"prompt\":\"a\",\"values\":[2]}", ":1: another");
    expect_agreement("{\"prompt\":\"c\",\"res\":null}", more, ":5: another");
    free(more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_by_content),
        cmocka_unit_test(equal_items_have_an_order_of_their_own),
        cmocka_unit_test(what_is_no_answer),
        cmocka_unit_test(keeps_what_stood_beside),
        cmocka_unit_test(reads_gzip),
        cmocka_unit_test(a_task_without_a_file_is_missing),
        cmocka_unit_test(a_damaged_file_is_named),
        cmocka_unit_test(identity_is_of_the_content),
        cmocka_unit_test(identity_has_the_list_beside),
        cmocka_unit_test(tapes_are_read_again),
        cmocka_unit_test(folders_are_one_model),
        cmocka_unit_test(a_role_is_answered_by_its_prompt),
        cmocka_unit_test(a_role_can_what_is_recorded),
        cmocka_unit_test(a_bad_line_is_named),
        cmocka_unit_test(folders_do_not_contradict),
        cmocka_unit_test(an_empty_folder_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
