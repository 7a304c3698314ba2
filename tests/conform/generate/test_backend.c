/* What every backend promises, held against the whole list. */
#include "base/options.h"
#include "generate/server/server_guard.h"
#include "tests/unit/generate/asking.h"
#include "tests/unit/generate/http_server.h"

#include <signal.h>

enum { MANY = 2000 };

/* Specs of each kind that work anywhere; %s is a folder of recordings, for http
 * the port of a server.  llama needs a model file and has a test of its own. */
static const struct sample {
    const char *kind, *spec;
} samples[] = {
    { "sim", "sim:" },
    { "sim", "sim:parallel=1,reply_tokens=3" },
    { "replay", "replay:%s" },
    { "http", "http:m,url=http://127.0.0.1:%s/v1" },
    { "http",
      "http:m,url=http://127.0.0.1:%s/v1,dialect=anthropic,parallel=3" },
    { "server",
      "server:tests/http/model_server.py,with=tests/http/recipe.json" },
    { "fault", "fault::sim:" },
    { "fault", "fault:fail-after=0:sim:" },
    { "fault", "fault:slow-ms=1:sim:parallel=3" },
    { "fault", "fault:shuffle=5:sim:parallel=3" },
    { "inprocess", "inprocess:sim:" },
    { "inprocess", "inprocess:fault:garbage-after=0:sim:" },
    { "isolated", "isolated:sim:parallel=3" },
};

static void for_each_working(void (*check)(const char *spec))
{
    char *folder = asking_recordings();
    struct http_server server = http_server_start("0");
    char *port = text_format("%d", server.port);

    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const char *hole = strstr(samples[i].spec, "%s");
        char *spec = hole ? text_format(
                         "%.*s%s%s",
                         (int)(hole - samples[i].spec),
                         samples[i].spec,
                         text_equal(samples[i].kind, "http") ? port : folder,
                         hole + 2)
                          : mem_text(samples[i].spec);

        check(spec);
        free(spec);
    }
    free(port);
    http_server_stop(&server);
    asking_remove(folder);
}

static void every_kind_has_a_sample(void **state)
{
    const struct backend_ops *const *kinds = backend_kinds();

    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        bool has = strcmp(kinds[i]->name, "llama") == 0;

        for (size_t j = 0; j < ARRAY_LEN(samples); j++)
            has = has || strcmp(samples[j].kind, kinds[i]->name) == 0;
        assert_true(has);
    }
}

static void slots_are_filled(void **state)
{
    (void)state;
    assert_non_null(backend_kinds()[0]);
    for (size_t i = 0; backend_kinds()[i]; i++) {
        const struct backend_ops *ops = backend_kinds()[i];
        /* what it creates is the inner backend itself */
        bool is_gone = text_equal(ops->name, "inprocess");

        assert_non_null(ops->name);
        assert_null(strpbrk(ops->name, ":, "));
        assert_true(ops->help && *ops->help);
        assert_non_null(ops->args_help);
        assert_non_null(ops->probe);
        assert_non_null(ops->create);
        assert_true(is_gone || ops->submit);
        assert_true(is_gone || ops->step);
        assert_true(is_gone || ops->destroy);
        for (const struct option *option = ops->options; option && option->name;
             option++)
            assert_non_null(option->help);
    }
}

static void names_are_unique(void **state)
{
    const struct backend_ops *const *kinds = backend_kinds();

    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(kinds[i]->name, kinds[j]->name);
    }
}

static void destroy_accepts_null(void **state)
{
    (void)state;
    backend_destroy(NULL);
    for (size_t i = 0; backend_kinds()[i]; i++) {
        if (backend_kinds()[i]->destroy)
            backend_kinds()[i]->destroy(NULL);
    }
}

/* No arguments at all: either that is fine, or an error that explains. */
static void no_arguments_do_not_crash(void **state)
{
    (void)state;
    for (size_t i = 0; backend_kinds()[i]; i++) {
        char *spec = text_format("%s:", backend_kinds()[i]->name);
        struct backend_facts facts;
        struct error err = { 0 };

        if (backend_probe(spec, &facts, &err) < 0) {
            assert_true(err.code == ERR_USAGE || err.code == ERR_IO
                        || err.code == ERR_FORMAT);
            assert_true(err.text[0] != '\0');
        } else {
            assert_true(facts.can != 0);
            assert_true(facts.identity[0] != '\0');
        }
        free(spec);
    }
}

/* A path that is not there is told by probe(), before anything is loaded. */
static void a_missing_path_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; backend_kinds()[i]; i++) {
        const struct backend_ops *ops = backend_kinds()[i];
        struct backend_facts facts;
        struct error err = { 0 };

        if (!ops->main_is_path)
            continue;
        assert_int_equal(ops->probe("/nowhere/at/all", &facts, &err), -1);
        assert_non_null(strstr(err.text, "/nowhere/at/all"));
    }
}

static void an_unknown_option_is_usage(void **state)
{
    (void)state;
    for (size_t i = 0; backend_kinds()[i]; i++) {
        const struct backend_ops *ops = backend_kinds()[i];
        struct backend_facts facts;
        struct error err = { 0 };

        if (!ops->options)
            continue;
        assert_int_equal(ops->probe(ops->inner          ? "no_such=1:sim:"
                                    : ops->main_is_path ? "/tmp,no_such=1"
                                                        : "no_such=1",
                                    &facts,
                                    &err),
                         -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, "no_such"));
    }
}

static void expect_usage(const char *spec, const char *hint)
{
    struct backend_facts facts;
    struct error err = { 0 };

    assert_null(backend_create(spec, NULL, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, hint));
    err = (struct error){ 0 };
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, hint));
    err = (struct error){ 0 };
    assert_null(backend_resolve(spec, "/job", &err));
    assert_int_equal(err.code, ERR_USAGE);
}

static void bad_specs_are_refused(void **state)
{
    static const char *const specs[] = {
        "sims:",
        "sim:speed=3",
        "sim:tokens_per_s=fast",
        "sim:tokens_per_s=-1",
        "sim:parallel=0",
        "replay:",
        "replay:x,y=1",
        "fault:kill-after=3",
        "fault:kill-after=3:",
        "fault:kill-after=x:sim:",
        "fault:kill-after=3:nothing:",
        "fault:after=3:sim:",
        "isolated:nothing:",
        "http:",
        "http:m,dialect=nobody",
        "http:m,key_env=not-a-name",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct backend_facts facts;
        struct error err = { 0 };

        assert_int_equal(backend_probe(specs[i], &facts, &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_true(err.text[0] != '\0');
        err = (struct error){ 0 };
        assert_null(backend_create(specs[i], NULL, &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_null(backend_create(specs[i], NULL, NULL));
    }
}

static void the_nearest_name_is_given(void **state)
{
    (void)state;
    expect_usage("smi:", "'sim'");
    expect_usage("reply:somewhere", "'replay'");
    expect_usage("fault:kill-after=1:simm:", "'sim'");
    expect_usage("inprocess:reply:somewhere", "'replay'");
    expect_usage("", "there are:");
    expect_usage(":", "there are:");
    expect_usage("quite another thing", "there are:");
}

static void a_wrapper_needs_something_to_wrap(void **state)
{
    (void)state;
    expect_usage("fault:", "wraps another");
    expect_usage("inprocess:", "wraps another");
    expect_usage("isolated:", "wraps another");
    expect_usage("inprocess:inprocess:", "wraps another");
}

static void deep_nesting_is_refused(void **state)
{
    struct text spec = { 0 };

    (void)state;
    for (int i = 0; i < 20; i++)
        text_add(&spec, i % 2 ? "inprocess:" : "fault::");
    text_add(&spec, "sim:");
    expect_usage(text_data(&spec), "deeper");
    text_release(&spec);
}

static void inprocess_is_the_inner_one(void **state)
{
    struct backend *backend = asking_create("inprocess:inprocess:sim:");

    (void)state;
    assert_string_equal(backend->ops->name, "sim");
    backend_destroy(backend);
}

/* The unit is echoed, the state says whether there is a text. */
static void check_asking(const char *spec)
{
    struct backend *backend = asking_create(spec);

    for (uint64_t unit = 0; unit < 5; unit++) {
        struct reply reply = asking_text(backend, unit, "p");

        assert_true(reply.state > STATE_NONE && reply.state < NUM_STATES);
        assert_true(reply.state != STATE_REFUSED
                    && reply.state != STATE_UNPARSED);
        assert_true(reply.finish != FINISH_NONE
                    || reply.state == STATE_MISSING);
        assert_int_equal(reply.text != NULL, state_has_text(reply.state));
        if (reply.text)
            assert_int_equal(reply.text[reply.text_len], '\0');
        reply_release(&reply);
    }
    backend_destroy(backend);
}

static void answers(void **state)
{
    (void)state;
    for_each_working(check_asking);
}

/* Nothing is ready where nothing was asked, and step() waits for nothing. */
static void check_idle(const char *spec)
{
    struct backend *backend = asking_create(spec);
    struct error err = { 0 };
    struct reply reply = { 0 };
    int64_t began = clock_ms();

    assert_int_equal(backend->ops->step(backend, 0, &reply, &err), 0);
    assert_true(clock_ms() - began < 1000);
    assert_int_equal(err.code, ERR_NONE);
    backend_destroy(backend);
}

static void an_idle_one_has_nothing(void **state)
{
    (void)state;
    for_each_working(check_idle);
}

/* It copies what it needs of a request. */
static void check_copies(const char *spec)
{
    struct backend *backend = asking_create(spec);
    struct request request = asking_request(1, "p");
    struct reply reply = { 0 };
    struct error err = { 0 };

    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    memset(request.messages[0].text, 'x', strlen(request.messages[0].text));
    request_release(&request);
    assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err), 1);
    assert_int_equal(reply.unit.low, 1);
    reply_release(&reply);
    backend_destroy(backend);
}

static void requests_are_copied(void **state)
{
    (void)state;
    for_each_working(check_copies);
}

/* Fill it up; returns how many it took. */
static uint64_t fill(struct backend *backend)
{
    struct error err = { 0 };

    for (uint64_t unit = 0; unit < MANY; unit++) {
        struct request request = asking_request(unit, "p");
        int rc = backend->ops->submit(backend, &request, &err);

        request_release(&request);
        if (rc < 0) {
            assert_int_equal(err.code, ERR_TRANSIENT);
            return unit;
        }
    }
    return MANY;
}

/* Full is an error that passes, and every one taken comes back once. */
static void check_full(const char *spec)
{
    struct backend *backend = asking_create(spec);
    bool seen[MANY] = { false };
    uint64_t num = fill(backend);
    struct error err = { 0 };

    assert_in_range(num, 1, MANY - 1);
    for (uint64_t i = 0; i < num; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        assert_in_range(reply.unit.low, 0, num - 1);
        assert_false(seen[reply.unit.low]);
        seen[reply.unit.low] = true;
        reply_release(&reply);
    }
    assert_int_equal(fill(backend), num);
    backend_destroy(backend); /* with all of it in flight */
}

static void full_is_transient(void **state)
{
    (void)state;
    for_each_working(check_full);
}

static void check_cancel(const char *spec)
{
    struct backend *backend = asking_create(spec);
    struct request request = asking_request(1, "p");
    struct reply reply = { 0 };
    struct error err = { 0 };
    struct hash128 unknown = { .high = 99, .low = 99 };

    if (backend->ops->cancel) {
        assert_int_equal(backend->ops->cancel(backend, unknown), 0);
        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        assert_int_equal(backend->ops->cancel(backend, unknown), 0);
        assert_int_equal(backend->ops->cancel(backend, request.unit), 0);
        assert_int_equal(asking_wait(backend, 30, &reply, &err), 0);
        assert_int_equal(backend->ops->cancel(backend, request.unit), 0);
    }
    request_release(&request);
    reply = asking_text(backend, 2, "p");
    reply_release(&reply);
    backend_destroy(backend);
}

static void cancelled_ones_do_not_come(void **state)
{
    (void)state;
    for_each_working(check_cancel);
}

/* Declared deterministic: another instance, which was asked something else
 * before, gives the same. */
static void check_equal(const char *spec)
{
    struct backend_facts facts = { 0 };
    struct backend *a = asking_create(spec);
    struct backend *b = asking_create(spec);
    struct reply before = asking_text(b, 1000, "something else");

    reply_release(&before);
    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    assert_true(facts.identity[0] != '\0');
    assert_true(facts.can & BACKEND_CAN(REQUEST_CHAT));
    /* every sample is, but nobody knows that of what is behind HTTP */
    assert_true(facts.deterministic || text_starts(spec, "http:")
                || text_starts(spec, "server:"));
    for (uint64_t unit = 0; unit < 5; unit++) {
        struct reply x = asking_text(a, unit, "p");
        struct reply y = asking_text(b, unit, "p");

        assert_int_equal(x.state, y.state);
        assert_true(text_equal(x.text, y.text));
        assert_int_equal(x.reply_tokens, y.reply_tokens);
        reply_release(&x);
        reply_release(&y);
    }
    backend_destroy(a);
    backend_destroy(b);
}

static void equal_requests_equal_replies(void **state)
{
    (void)state;
    for_each_working(check_equal);
}

static void expect_resolved(const char *spec, const char *resolved)
{
    struct error err = { 0 };
    char *out = backend_resolve(spec, "/job", &err);

    assert_non_null(out);
    assert_string_equal(out, resolved);
    free(out);
}

static void nested_paths_become_absolute(void **state)
{
    (void)state;
    expect_resolved("replay:a/b", "replay:/job/a/b");
    expect_resolved("replay:/a/b", "replay:/a/b");
    expect_resolved("replay:a,/b,c\\,d", "replay:/job/a,/b,/job/c\\,d");
    expect_resolved("inprocess:replay:a", "inprocess:replay:/job/a");
    expect_resolved("fault:kill-after=3:replay:a",
                    "fault:kill-after=3:replay:/job/a");
    expect_resolved("isolated:fault::replay:a",
                    "isolated:fault::replay:/job/a");
    expect_resolved("sim:answer=a/b", "sim:answer=a/b");
    expect_resolved("http:org/m,key_file=k,url=http://h/v1,ca_file=/c",
                    "http:org/m,key_file=/job/k,url=http://h/v1,ca_file=/c");
    expect_resolved("fault::sim:", "fault::sim:");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_sample),
        cmocka_unit_test(slots_are_filled),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(destroy_accepts_null),
        cmocka_unit_test(no_arguments_do_not_crash),
        cmocka_unit_test(a_missing_path_is_named),
        cmocka_unit_test(an_unknown_option_is_usage),
        cmocka_unit_test(bad_specs_are_refused),
        cmocka_unit_test(the_nearest_name_is_given),
        cmocka_unit_test(a_wrapper_needs_something_to_wrap),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(inprocess_is_the_inner_one),
        cmocka_unit_test(answers),
        cmocka_unit_test(an_idle_one_has_nothing),
        cmocka_unit_test(requests_are_copied),
        cmocka_unit_test(full_is_transient),
        cmocka_unit_test(cancelled_ones_do_not_come),
        cmocka_unit_test(equal_requests_equal_replies),
        cmocka_unit_test(nested_paths_become_absolute),
    };

    if (argc > 1 && strcmp(argv[1], "server-guard") == 0)
        return server_guard_run(argc - 1, argv + 1);
    if (asking_is_child(argc, argv))
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
