/* What a model server is started with, and how it is asked. */
#define _GNU_SOURCE /* sched_setaffinity() */
#include "generate/parts/secrets.h"
#include "generate/server/server_environment.h"
#include "tests/unit/generate/model_server.h"

#include <sched.h>
#include <sys/stat.h>

static void a_port_and_a_key_in_the_environment(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    struct cJSON *report;
    const char *key;

    (void)state;
    write_recipe(&place, at_port, "", key_env);
    backend = create(&place, "");
    assert_true(backend_load_s(backend) < 0);
    expect_answer(backend, "So \"it\" is.");
    assert_true(backend_load_s(backend) > 0);
    report = read_report(&place);
    key = json_member_text(json_member(report, "env"), "MODEL_SERVER_KEY");
    assert_int_equal(strlen(key), 48);
    assert_false(is_in_arguments(report, key));
    assert_true(is_in_arguments(report, place.model));
    json_free(report);
    backend_destroy(backend);
    expect_none(&place, 1, 0);
    close_place(&place);
}

static void a_socket_and_a_key_in_a_file(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    struct cJSON *report;

    (void)state;
    write_recipe(&place,
                 "\"--socket\", \"{socket}\", \"--key-file\", \"{key_file}\"",
                 "",
                 ", \"key_file\": \"key: {key}\\n\"");
    backend = create(&place, ",parallel=2");
    expect_answer(backend, "p");
    report = read_report(&place);
    assert_true(is_in_arguments(report, "/s.sock"));
    json_free(report);
    backend_destroy(backend);
    expect_none(&place, 1, 0);
    close_place(&place);
}

/* What this program has in its environment, and what a server sees of it; NULL:
 * nothing. */
static const struct {
    const char *name, *value, *seen;
} passed_on[] = {
    { "OMPI_COMM_WORLD_RANK", "1", NULL },
    { "PMIX_RANK", "1", NULL },
    { "PMI_RANK", "1", NULL },
    { "SLURM_PROCID", "1", NULL },
    { "OPENAI_API_KEY", "1", NULL },
    { "SOME_PASSWORD", "1", NULL },
    { "ODD_NAME", "1", NULL },
    { "RANK", "1", NULL },
    { "OPENAI_API_KEYS", "1", NULL },
    { "GITHUB_PAT", "1", NULL },
    { "DB_PASS", "1", NULL },
    { "MYSQL_PWD", "1", NULL },
    { "S3_CREDS", "1", NULL },
    { "HTTP_AUTH", "1", NULL },
    { "https_proxy", "http://u:PW@127.0.0.1:1", NULL },
    { "MAX_TOKENS", "5", "5" },
    { "HF_HOME", "/h", "/h" },
    { "SLURM_JOB_ID", "77", "77" },
    { "HF_TOKEN", "hf-1", "hf-1" },
    { "CUDA_VISIBLE_DEVICES", "MIG-a,MIG-b,MIG-c,GPU-d", "MIG-c,GPU-d" },
};

/* Of launchers and secrets nothing is left, only its GPUs are seen. */
static void its_environment(void **state)
{
    const struct slot slot = { .num_devices = 1, .devices = { 1 } };
    struct place place = open_place();
    struct cJSON *report;
    const struct cJSON *env;
    struct backend *backend;
    char *spec;

    (void)state;
    write_recipe(&place,
                 at_socket,
                 "",
                 ", \"env\": {\"SET\": \"{gpus} of {model}\"},"
                 "\"keep\": [\"SLURM_JOB_*\", \"HF_TOKEN\"]");
    for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
        (void)setenv(passed_on[i].name, passed_on[i].value, 1);
    secrets_note_spec("isolated:http:m,key_env=ODD_NAME,parallel=2");
    secrets_note_spec("sim:seed=1");
    spec = spec_of(&place, ",gpus=2");
    backend = backend_create(spec, &slot, NULL);
    free(spec);
    expect_answer(backend, "p");
    report = read_report(&place);
    env = json_member(report, "env");
    for (size_t i = 0; i < ARRAY_LEN(passed_on); i++) {
        const char *seen = json_member_text(env, passed_on[i].name);

        if (passed_on[i].seen ? !text_equal(seen, passed_on[i].seen)
                              : json_member(env, passed_on[i].name) != NULL)
            fail_msg("%s: '%s'", passed_on[i].name, seen ? seen : "");
        (void)unsetenv(passed_on[i].name);
    }
    assert_true(text_starts(json_member_text(env, "SET"), "2 of /"));
    json_free(report);
    backend_destroy(backend);
    close_place(&place);
}

/* All of them where nobody knows which are near its GPUs, however few a launcher
 * has left to this program. */
static void its_cores(void **state)
{
    const struct slot slot = { .num_devices = 1, .devices = { 1 } };
    struct place place = open_place();
    cpu_set_t all;
    cpu_set_t one;
    struct cJSON *report;
    struct backend *backend;
    char *spec;

    (void)state;
    write_recipe(&place, at_socket, "", "");
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (size_t i = 0; CPU_COUNT(&one) == 0; i++) {
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    }
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    spec = spec_of(&place, ",gpus=2");
    backend = backend_create(spec, &slot, NULL);
    free(spec);
    expect_answer(backend, "p");
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
    report = read_report(&place);
    assert_true(json_member_number(report, "cores") >= CPU_COUNT(&all));
    json_free(report);
    backend_destroy(backend);
    close_place(&place);
}

/* Of the cores near its GPUs it has all, of others none. */
static void it_is_near_its_gpus(void **state)
{
    struct slot slot = { .num_devices = 1 };
    struct place place = open_place();
    struct backend *backend;
    struct cJSON *report;
    cpu_set_t all;
    size_t core = 0;
    char *spec;

    (void)state;
    write_recipe(&place, at_socket, "", "");
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    while (!CPU_ISSET(core, &all))
        core++;
    slot.near[core / 64] = (uint64_t)1 << core % 64;
    spec = spec_of(&place, "");
    backend = backend_create(spec, &slot, NULL);
    free(spec);
    expect_answer(backend, "p");
    report = read_report(&place);
    assert_int_equal((int)json_member_number(report, "cores"), 1);
    json_free(report);
    backend_destroy(backend);
    close_place(&place);
}

/* Even one that it was left is not in its last words. */
static void it_says_no_secret(void **state)
{
    struct place place = open_place();
    struct backend *backend;
    struct error err;

    (void)state;
    (void)setenv("OTHER_TOKEN", "token-of-another", 1);
    write_recipe(&place,
                 at_port,
                 "die-after=0",
                 ", \"keep\": [\"OTHER_TOKEN\"]");
    backend = create(&place, "");
    err = expect_broken(backend, "fell off the bus");
    assert_null(strstr(err.text, "token-of"));
    assert_non_null(strstr(err.text, "****************"));
    (void)unsetenv("OTHER_TOKEN");
    backend_destroy(backend);
    close_place(&place);
}

static void devices_are_shared_out(void **state)
{
    char *devices = server_environment_share(1, 4);

    (void)state;
    assert_string_equal(devices, "4,5,6,7");
    free(devices);
    devices = server_environment_share(3, 0);
    assert_string_equal(devices, "");
    free(devices);
    (void)setenv("CUDA_VISIBLE_DEVICES", "5,MIG-x", 1);
    devices = server_environment_share(1, 1);
    assert_string_equal(devices, "MIG-x");
    free(devices);
    devices = server_environment_devices((int[]){ 1, 0 }, 2);
    assert_string_equal(devices, "MIG-x,5");
    free(devices);
    assert_null(server_environment_devices((int[]){ 2 }, 1));
    assert_null(server_environment_share(1, 2));
    (void)unsetenv("CUDA_VISIBLE_DEVICES");
}

/* Of a server over two nodes: the first one is asked, the other one only runs,
 * with the words of the same meeting. */
static void a_node_has_its_part(void **state)
{
    static const char more[] =
        ", \"node_command\": [\"sh\", \"-c\", \"echo $0 $* >$1; sleep 99\", "
        "\"{head}:{meet}\", \"{model}.said\", \"{node}\", \"{num_nodes}\", "
        "\"{nodes}\", \"{gpus}\", \"{all_gpus}\"]";
    const struct slot slot = { .num_devices = 2,
                               .devices = { 2, 3 },
                               .nodes = "a,b",
                               .num_nodes = 2,
                               .node = 1,
                               .meet = 4242 };
    struct place place = open_place();
    char *said = text_format("%s.said", place.model);
    char *want = text_format("a:4242 %s 1 2 a,b 2 4\n", said);
    struct text text = { 0 };
    struct backend_facts facts;
    struct backend *backend;
    struct request request = asking_request(1, "p");
    struct reply reply;
    struct error err = { 0 };
    char *spec;

    (void)state;
    write_recipe(&place, at_port, "", more);
    spec = spec_of(&place, "");
    assert_int_equal(backend_probe(spec, &facts, &err), 0);
    assert_true(facts.spans_nodes);
    backend = backend_create(spec, &slot, &err);
    assert_non_null(backend);
    for (int i = 0; i < 500 && text.len < strlen(want); i++) {
        text_clear(&text);
        (void)file_read(said, 4096, &text, NULL);
        assert_int_equal(backend->ops->step(backend, 10, &reply, &err), 0);
        clock_sleep_ms(10);
    }
    assert_string_equal(text_data(&text), want);
    assert_int_equal(backend->ops->submit(backend, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    request_release(&request);
    backend_destroy(backend);
    (void)unlink(said);
    text_release(&text);
    free(want);
    free(said);
    free(spec);
    close_place(&place);
}

/* `apptainer exec --nv IMAGE` in front, and what it has to be told. */
static void a_container_is_told(void **state)
{
    static const char script[] = "#!/bin/sh\nshift 3\nexec \"$@\"\n";
    struct place place = open_place();
    char *program = path_join(place.folder, "apptainer");
    char *more = text_format(",prefix=%s exec --nv an.sif", program);
    struct backend *backend;
    struct cJSON *report;
    const struct cJSON *env;

    (void)state;
    write_text(program, script);
    assert_int_equal(chmod(program, 0700), 0);
    write_recipe(&place, at_socket, "", key_env);
    backend = create(&place, more);
    expect_answer(backend, "p");
    report = read_report(&place);
    env = json_member(report, "env");
    assert_string_equal(json_member_text(env, "APPTAINERENV_MODEL_SERVER_KEY"),
                        json_member_text(env, "MODEL_SERVER_KEY"));
    assert_non_null(json_member(env, "APPTAINERENV_CUDA_VISIBLE_DEVICES"));
    assert_true(
        text_starts(json_member_text(env, "APPTAINER_BIND"), place.folder));
    json_free(report);
    backend_destroy(backend);
    free(more);
    free(program);
    close_place(&place);
}

static void bad_recipes_are_told(void **state)
{
    static const struct {
        const char *recipe, *hint;
    } bad[] = {
        { "[]", "an object" },
        { "{\"comand\": [\"x\"]}", "did you mean 'command'?" },
        { "{\"does\": [\"chat\"]}", "\"command\" is missing" },
        { "{\"command\": \"x {port}\"}", "array is wanted" },
        { "{\"command\": [\"x\", 3]}", "texts are wanted" },
        { "{\"command\": [\"x\"]}", "{port} or {socket}" },
        { "{\"command\": [\"{port}\", \"{socket}\"]}", "one of the two" },
        { "{\"command\": [\"x\", \"{prot}\"]}", "{prot} stands for nothing" },
        { "{\"command\": [\"{port}\"], \"does\": [\"chats\"]}", "\"does\":" },
        { "{\"command\": [\"{port}\"], \"key_file\": \"{key}\"}",
          "{key_file}" },
        { "{\"command\": [", ":1:" },
    };
    struct place place = open_place();
    char *spec = spec_of(&place, "");
    struct backend_facts facts;
    struct error err = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        write_text(place.recipe, bad[i].recipe);
        assert_int_equal(backend_probe(spec, &facts, &err), -1);
        if (!strstr(err.text, bad[i].hint) || !strstr(err.text, place.recipe))
            print_error("%s\n", err.text);
        assert_non_null(strstr(err.text, place.recipe));
        assert_non_null(strstr(err.text, bad[i].hint));
    }
    write_recipe(&place, at_port, "", "");
    *strstr(spec, ",with=") = '\0';
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_non_null(strstr(err.text, "with=FILE"));
    free(spec);
    close_place(&place);
}

static void check_identity(const struct place *place,
                           const char *more,
                           const char *other,
                           bool is_equal)
{
    struct backend_facts facts;
    char *spec = spec_of(place, more);

    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    if (text_equal(facts.identity, other) != is_equal)
        print_error("%s: %s\n", spec, facts.identity);
    assert_int_equal(text_equal(facts.identity, other), is_equal);
    free(spec);
}

/* It would be in every file that names the model. */
static void expect_no_key_in_body(struct place *place)
{
    char *spec = spec_of(place, ",body={\"a\": {\"api_key\": \"sk-1\"}}");
    struct backend_facts facts;
    struct error err = { 0 };

    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_non_null(strstr(err.text, "a secret in \"api_key\""));
    assert_null(strstr(err.text, "sk-1"));
    free(spec);
}

#define MANY "abcdefghijklmnopqrstuvwxyz"

/* It would be in job.json, and in the list of processes. */
static void no_key_stands_in_its_words(void **state)
{
    static const struct {
        const char *more;
        const char *why; /* NULL: it is taken */
    } cases[] = {
        { ",args=--ctx 8 --api-key sk-1",
          "args= has a secret behind "
          "\"--api-key\"" },
        { ",args=--api-key=sk-1", "behind \"--api-key\", which" },
        { ",args=--hf-token  sk-1 -x", "recipe's key_env or key_file" },
        { ",prefix=env HF_TOKEN=sk-1",
          "prefix= has a secret behind \"HF_TOKEN" },
        { ",args=--proxy http://u:sk-1@h/", "args= has a secret in a URL" },
        { ",args=\"--api-key\" s1 -x", "behind \"\"--api-key\"\"" },
        { ",args=--api-key 123456789", "behind \"--api-key\"" },
        { ",args=-H \"Authorization: Bearer s1\"", "behind \"Bearer\"" },
        { ",args=-hft hf_" MANY, "a provider's key, which" },
        { ",args=--json {\"a\":\"sk-" MANY "\"}", "a provider's key, which" },
        { ",args=--model risk-" MANY " --hf_overrides x", NULL },
        { ",args=--api-key-file sk-1", NULL },
        { ",args=--long-prefill-token-threshold 4 --api-key", NULL },
        { ",args=--enable-prompt-tokens-details --x sk-1", NULL },
        { ",args=--tokenizer sk-1 --eos-token sk-1 token sk-1", NULL },
        { ",prefix=apptainer exec --env A=sk-1 --key= x.sif", NULL },
    };
    struct place place = open_place();

    (void)state;
    write_recipe(&place, at_port, "none", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *spec = spec_of(&place, cases[i].more);
        struct backend_facts facts;
        struct error err = { 0 };
        const int rc = backend_probe(spec, &facts, &err);

        assert_int_equal(rc, cases[i].why ? -1 : 0);
        if (cases[i].why) {
            assert_int_equal(err.code, ERR_USAGE);
            assert_non_null(strstr(err.text, cases[i].why));
            assert_null(strstr(err.text, "sk-1"));
            assert_null(strstr(err.text, MANY));
        }
        free(spec);
    }
    close_place(&place);
}

/* What changes replies is part of the identity; where it runs is not. */
static void its_identity(void **state)
{
    struct place place = open_place();
    struct place folder = open_place();
    char *spec = spec_of(&place, "");
    struct backend_facts facts;

    (void)state;
    write_recipe(&place, at_port, "", "");
    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    assert_int_equal(facts.memory_bytes, strlen("weights"));
    assert_int_equal(facts.can, BACKEND_CAN(REQUEST_CHAT));
    check_identity(&place, ",parallel=3,gpus=4,prefix=x y", facts.identity, 1);
    check_identity(&place, ",args=--more", facts.identity, 0);
    check_identity(&place, ",body={}", facts.identity, 0);
    expect_no_key_in_body(&place);
    write_text(place.model, "other weights");
    check_identity(&place, "", facts.identity, 0);
    free(spec);
    /* a folder of files is a model as well */
    spec = text_format("server:%s,with=%s", folder.folder, place.recipe);
    assert_int_equal(unlink(folder.model), 0);
    assert_int_equal(backend_probe(spec, &facts, NULL), -1);
    write_text(folder.model, "weights");
    write_text(folder.report, "more");
    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    assert_int_equal(facts.memory_bytes, strlen("weightsmore"));
    free(spec);
    close_place(&folder);
    close_place(&place);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_and_a_key_in_the_environment),
        cmocka_unit_test(a_socket_and_a_key_in_a_file),
        cmocka_unit_test(its_environment),
        cmocka_unit_test(its_cores),
        cmocka_unit_test(it_is_near_its_gpus),
        cmocka_unit_test(it_says_no_secret),
        cmocka_unit_test(devices_are_shared_out),
        cmocka_unit_test(a_node_has_its_part),
        cmocka_unit_test(a_container_is_told),
        cmocka_unit_test(bad_recipes_are_told),
        cmocka_unit_test(no_key_stands_in_its_words),
        cmocka_unit_test(its_identity),
    };

    return model_server_tests(argc, argv, tests, ARRAY_LEN(tests));
}
