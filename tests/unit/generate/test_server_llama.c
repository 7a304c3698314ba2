/*
 * The recipes of jobs/servers for llama-server, with the pinned program and the
 * two small models of the tests.  Skipped unless TRUSTSWEEP_LLAMA_TOOLS names
 * the folder that it is in (scripts/llama.sh --tools prints it).
 */
#include "tests/unit/generate/model_server.h"

#include <math.h>

static const char *chat_model;
static const char *embedder;

static struct backend *serve(const char *model, const char *recipe)
{
    char *spec = text_format("server:%s,with=jobs/servers/%s,parallel=2,"
                             "args=-t 2 -c 2048",
                             model,
                             recipe);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

static struct reply ask(struct backend *backend,
                        enum request_kind kind,
                        const char *text)
{
    struct request request = asking_request(1, text);
    struct reply reply;

    request.kind = kind;
    request.sampling.max_tokens = 4;
    reply = asking_ask(backend, &request);
    request_release(&request);
    return reply;
}

/* Nothing of it is left. */
static void end(struct backend *backend)
{
    struct name_list names = { 0 };
    int64_t *family;

    backend_destroy(backend);
    assert_int_equal(process_family(getpid(), &family), 0);
    free(family);
    assert_int_equal(file_list(getenv("TMPDIR"), &names, NULL), 0);
    assert_int_equal(names.num, 0);
    name_list_release(&names);
}

static void it_chats_and_continues(void **state)
{
    struct backend *backend = serve(chat_model, "llama-server.json");
    struct reply reply = ask(backend, REQUEST_CHAT, "Name a colour.");

    (void)state;
    assert_true(state_has_text(reply.state));
    assert_true(reply.text_len > 0);
    assert_in_range(reply.reply_tokens, 1, 4);
    /* all was sent, and the name is that of the recipe */
    assert_non_null(strstr(reply.recorded, "\"fingerprint\""));
    assert_null(strstr(reply.recorded, "left_out"));
    assert_null(strstr(reply.recorded, "\"served\""));
    reply_release(&reply);
    reply = ask(backend, REQUEST_COMPLETE, "One, two, three,");
    assert_true(state_has_text(reply.state));
    assert_true(reply.text_len > 0);
    reply_release(&reply);
    end(backend);
}

static void it_makes_vectors(void **state)
{
    struct backend *backend = serve(embedder, "llama-server-embed.json");
    struct reply one = ask(backend, REQUEST_EMBED, "A cat sits on the mat.");
    struct reply two = ask(backend, REQUEST_EMBED, "A cat is on the mat.");
    double length = 0;
    double dot = 0;

    (void)state;
    assert_int_equal(one.num_values, 384);
    for (uint32_t i = 0; i < one.num_values; i++) {
        length += one.values[i] * one.values[i];
        dot += one.values[i] * two.values[i];
    }
    assert_true(fabs(1 - length) < 1e-3);
    assert_true(dot > 0.8 && dot < 1);
    reply_release(&one);
    reply_release(&two);
    end(backend);
}

/* A key file in place of the variable; another key is refused. */
static void it_wants_its_key(void **state)
{
    static const char recipe[] =
        "{ \"command\": [\"llama-server\", \"--host\", \"127.0.0.1\", "
        "\"--port\", \"{port}\", \"-m\", \"{model}\", \"--alias\", \"served\", "
        "\"-np\", \"1\", \"-c\", \"512\", \"-t\", \"2\", \"--api-key-file\", "
        "\"{key_file}\"], \"key_file\": \"%s{key}\\n\" }";
    static const char *const forms[] = { "", "not-" };
    char *folder = asking_folder();
    char *path = path_join(folder, "recipe.json");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        char *text = text_format(recipe, forms[i]);
        char *spec = text_format("server:%s,with=%s", chat_model, path);
        struct backend *backend;

        assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
        backend = asking_create(spec);
        if (i == 0) {
            struct reply reply = ask(backend, REQUEST_CHAT, "Name a colour.");

            assert_true(state_has_text(reply.state));
            reply_release(&reply);
        } else {
            (void)expect_broken(backend, "HTTP 401");
        }
        backend_destroy(backend);
        free(text);
        free(spec);
    }
    asking_remove(folder);
    free(path);
}

/* What is no model: told in the server's words. */
static void it_says_what_is_wrong(void **state)
{
    struct backend *backend = serve("README.md", "llama-server.json");

    (void)state;
    (void)expect_broken(backend, "load");
    end(backend);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_chats_and_continues),
        cmocka_unit_test(it_makes_vectors),
        cmocka_unit_test(it_wants_its_key),
        cmocka_unit_test(it_says_what_is_wrong),
    };
    const char *models = getenv("TRUSTSWEEP_MODELS");
    const char *tools = getenv("TRUSTSWEEP_LLAMA_TOOLS");
    char *path;
    char *places;
    int failed;

    embedder = getenv("TRUSTSWEEP_EMBEDDER");
    if (argc == 1 && (!tools || !models || !embedder)) {
        print_error("skipped: TRUSTSWEEP_LLAMA_TOOLS, TRUSTSWEEP_MODELS or "
                    "TRUSTSWEEP_EMBEDDER is not set\n");
        return 77;
    }
    path = path_join(models ? models : "", "SmolLM2-135M-Instruct.Q4_1.gguf");
    places = text_format("%s:%s", tools ? tools : "", getenv("PATH"));
    if (argc == 1)
        (void)setenv("PATH", places, 1);
    chat_model = path;
    failed = model_server_tests(argc, argv, tests, ARRAY_LEN(tests));
    free(places);
    free(path);
    return failed;
}
