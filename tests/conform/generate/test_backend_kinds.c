/* What every backend of this build promises, held against the whole list. */
#include "base/options.h"
#include "generate/child.h"
#include "tests/unit/generate/asking.h"

#include <signal.h>

/* A spec of each kind that works anywhere; %s is a folder of recordings. */
static const struct sample {
    const char *kind, *spec;
} samples[] = {
    { "replay", "replay:%s" },
    { "sim", "sim:reply_tokens=4,parallel=3" },
    { "fault", "fault:slow-ms=1:sim:parallel=3" },
    { "isolated", "isolated:sim:parallel=3" },
    { "inprocess", "inprocess:sim:parallel=3" },
};

static char *make_recordings(void)
{
    static const char entries[] = "[{\"prompt\": \"a\", \"res\": \"b\"}]";
    char *folder = asking_folder();
    char *below = path_join(folder, "safety");
    char *file = path_join(below, "jailbreak.json");

    assert_int_equal(file_make_folder(below, NULL), 0);
    assert_int_equal(file_write(file, entries, sizeof entries - 1, NULL), 0);
    free(file);
    free(below);
    return folder;
}

/* The sample spec of a kind, or NULL; free(). */
static char *sample_of(const char *kind, const char *folder)
{
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const char *hole = strstr(samples[i].spec, "%s");

        if (strcmp(samples[i].kind, kind) != 0)
            continue;
        return hole ? text_format("%.*s%s",
                                  (int)(hole - samples[i].spec),
                                  samples[i].spec,
                                  folder)
                    : mem_text(samples[i].spec);
    }
    return NULL;
}

static void test_every_kind_says_what_it_is(void **state)
{
    const struct backend_ops *const *kinds = backend_kinds();

    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        assert_non_null(kinds[i]->name);
        assert_null(strchr(kinds[i]->name, ':'));
        assert_non_null(kinds[i]->help);
        assert_non_null(kinds[i]->args_help);
        assert_non_null(kinds[i]->probe);
        assert_non_null(kinds[i]->create);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(kinds[i]->name, kinds[j]->name);
        for (const struct option *option = kinds[i]->options;
             option && option->name;
             option++)
            assert_non_null(option->help);
    }
}

/* llama needs a model file and has a test of its own. */
static void test_every_kind_has_a_sample_here(void **state)
{
    const struct backend_ops *const *kinds = backend_kinds();

    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        char *spec = sample_of(kinds[i]->name, "x");

        assert_true(spec || strcmp(kinds[i]->name, "llama") == 0);
        free(spec);
    }
}

static void refuse(const char *spec)
{
    struct backend_facts facts;
    struct error err = { 0 };

    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    if (err.code != ERR_USAGE)
        print_error("%s: %d %s\n", spec, (int)err.code, err.text);
    assert_int_equal(err.code, ERR_USAGE);
    assert_true(strlen(err.text) > 0);
}

static void test_bad_specs_are_refused(void **state)
{
    static const char *const specs[] = {
        "",
        ":",
        "nothing:",
        "sims:",
        "sim:speed=3",
        "sim:tokens_per_s=fast",
        "sim:tokens_per_s=-1",
        "sim:parallel=0",
        "replay:",
        "replay:x,y=1",
        "fault:",
        "fault:kill-after=3",
        "fault:kill-after=3:",
        "fault:kill-after=x:sim:",
        "fault:kill-after=3:nothing:",
        "fault:after=3:sim:",
        "isolated:",
        "isolated:nothing:",
        "inprocess:",
        ("isolated:inprocess:isolated:inprocess:isolated:inprocess:isolated:"
         "inprocess:isolated:sim:"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        refuse(specs[i]);
}

static void test_bad_specs_make_nothing(void **state)
{
    static const char *const specs[] = { "nothing:",
                                         "sim:speed=3",
                                         "replay:",
                                         "fault:kill-after=x:sim:",
                                         "inprocess:nothing:" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct error err = { 0 };

        assert_null(backend_create(specs[i], NULL, &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_null(backend_create(specs[i], NULL, NULL));
    }
}

static void check_slots(const struct backend *backend)
{
    assert_non_null(backend->ops);
    assert_non_null(backend->ops->submit);
    assert_non_null(backend->ops->step);
    assert_non_null(backend->ops->destroy);
    backend->ops->destroy(NULL);
}

/* One request, one reply that carries its unit. */
static void check_answer(struct backend *backend)
{
    struct reply reply = asking_text(backend, 5, "What is this?");

    assert_int_not_equal(reply.state, STATE_NONE);
    assert_int_not_equal(reply.state, STATE_REFUSED);
    assert_int_not_equal(reply.state, STATE_UNPARSED);
    assert_int_equal(state_has_text(reply.state), reply.text != NULL);
    if (reply.text)
        assert_int_equal(strlen(reply.text), reply.text_len);
    reply_release(&reply);
}

/* As many as it takes until it is full; then all replies, in any order. */
static void check_filling(struct backend *backend)
{
    enum { MOST = 2000 };
    struct error err = { 0 };
    unsigned char *seen = mem_alloc(MOST, 1);
    uint64_t num = 0;

    for (; num < MOST; num++) {
        struct request request = asking_request(num, "again");
        int rc = backend->ops->submit(backend, &request, &err);

        request_release(&request); /* submit has copied what it needs */
        if (rc < 0)
            break;
    }
    assert_true(num > 0 && num < MOST);
    assert_int_equal(err.code, ERR_TRANSIENT);
    for (uint64_t i = 0; i < num; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        assert_true(reply.unit.low < num);
        assert_false(seen[reply.unit.low]);
        seen[reply.unit.low] = 1;
        reply_release(&reply);
    }
    free(seen);
}

static void check_cancel(struct backend *backend)
{
    struct request request = asking_request(77, "never mind");
    struct error err = { 0 };
    struct reply reply = { 0 };

    if (backend->ops->cancel) {
        assert_int_equal(backend->ops->cancel(backend, request.unit), 0);
        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        assert_int_equal(backend->ops->cancel(backend, request.unit), 0);
        assert_int_equal(asking_wait(backend, 100, &reply, &err), 0);
        check_answer(backend);
    }
    request_release(&request);
}

static void test_every_kind_answers(void **state)
{
    const struct backend_ops *const *kinds = backend_kinds();
    char *folder = make_recordings();

    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        char *spec = sample_of(kinds[i]->name, folder);
        struct backend_facts facts;
        struct error err = { 0 };
        struct backend *backend;

        if (!spec)
            continue;
        assert_int_equal(backend_probe(spec, &facts, &err), 0);
        assert_true(strlen(facts.identity) > 0);
        assert_true(facts.can & BACKEND_CAN(REQUEST_CHAT));
        backend = asking_create(spec);
        check_slots(backend);
        check_answer(backend);
        check_filling(backend);
        check_cancel(backend);
        backend_destroy(backend);
        free(spec);
    }
    asking_remove(folder);
}

static void test_destroy_with_work_in_flight(void **state)
{
    char *folder = make_recordings();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        char *spec = sample_of(samples[i].kind, folder);
        struct backend *backend = asking_create(spec);
        struct request request = asking_request(1, "left behind");

        assert_int_equal(backend->ops->submit(backend, &request, NULL), 0);
        request_release(&request);
        backend_destroy(backend);
        free(spec);
    }
    backend_destroy(NULL);
    asking_remove(folder);
}

/* Deterministic kinds: the same request, another instance, the same reply. */
static void test_deterministic_means_it(void **state)
{
    const struct backend_ops *const *kinds = backend_kinds();
    char *folder = make_recordings();
    size_t num = 0;

    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        char *spec = sample_of(kinds[i]->name, folder);
        struct backend_facts facts = { 0 };
        struct reply replies[2];

        if (!spec)
            continue;
        assert_int_equal(backend_probe(spec, &facts, NULL), 0);
        for (size_t j = 0; j < 2; j++) {
            struct backend *backend = asking_create(spec);
            struct reply other;

            if (j == 1) { /* what was asked before must not matter */
                other = asking_text(backend, 1000, "something else");
                reply_release(&other);
            }
            replies[j] = asking_text(backend, 3, "a");
            backend_destroy(backend);
        }
        if (facts.deterministic) {
            num++;
            assert_int_equal(replies[0].state, replies[1].state);
            assert_true(text_equal(replies[0].text, replies[1].text));
            assert_int_equal(replies[0].reply_tokens, replies[1].reply_tokens);
        }
        reply_release(&replies[0]);
        reply_release(&replies[1]);
        free(spec);
    }
    assert_true(num >= 3);
    asking_remove(folder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_says_what_it_is),
        cmocka_unit_test(test_every_kind_has_a_sample_here),
        cmocka_unit_test(test_bad_specs_are_refused),
        cmocka_unit_test(test_bad_specs_make_nothing),
        cmocka_unit_test(test_every_kind_answers),
        cmocka_unit_test(test_destroy_with_work_in_flight),
        cmocka_unit_test(test_deterministic_means_it),
    };

    /* isolated backends start this program again */
    if (argc == 2 && strcmp(argv[1], "backend-child") == 0)
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
