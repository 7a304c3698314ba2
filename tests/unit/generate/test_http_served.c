/*
 * Against a real server: llama-server of the pinned source, with the two small
 * models of the tests.  Skipped unless TRUSTSWEEP_LLAMA_TOOLS names the folder
 * that it is in (scripts/llama.sh --tools prints it).
 */
#include "tests/unit/generate/asking.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

static const char *chat_model;
static const char *embedder;

struct served {
    pid_t pid;
    int port;
};

static struct served chat; /* a server of the chat model */

/* A port that nobody has now. */
static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    (void)close(fd);
    return ntohs(address.sin_port);
}

static struct served serve(const char *model, const char *more)
{
    char *program =
        text_format("%s/llama-server", getenv("TRUSTSWEEP_LLAMA_TOOLS"));
    struct served self = { .port = free_port() };
    char port[16];

    (void)snprintf(port, sizeof port, "%d", self.port);
    self.pid = fork();
    if (self.pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
        (void)execl(program,
                    program,
                    "--host",
                    "127.0.0.1",
                    "--port",
                    port,
                    "-m",
                    model,
                    "-c",
                    "2048",
                    "-np",
                    "2",
                    "-t",
                    "2",
                    more,
                    (char *)NULL);
        _exit(127);
    }
    assert_true(self.pid > 0);
    free(program);
    return self;
}

static void end(struct served *self)
{
    (void)kill(self->pid, SIGKILL);
    (void)waitpid(self->pid, NULL, 0);
}

/* A server that still loads says 503 or refuses; that is waited for. */
static struct backend *connect_to(const struct served *self)
{
    char *spec = text_format("http:served,url=http://127.0.0.1:%d/v1,"
                             "key_env=LLAMA_API_KEY,retries=20,alias=local",
                             self->port);
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
    reply = asking_ask(backend, &request);
    request_release(&request);
    return reply;
}

static struct backend *here(const char *model)
{
    char *spec = text_format("llama:%s,context=512", model);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

static void it_chats_and_continues(void **state)
{
    struct backend *backend = connect_to(&chat);
    struct backend *own = here(chat_model);
    struct reply reply = asking_text(backend, 1, "Name a colour.");
    struct reply same = asking_text(own, 1, "Name a colour.");

    (void)state;
    assert_true(reply.state == STATE_ANSWERED
                || reply.state == STATE_TRUNCATED);
    assert_true(reply.text_len > 0);
    assert_in_range(reply.reply_tokens, 1, 16);
    /* the same template, the same tokens */
    assert_int_equal(reply.prompt_tokens, same.prompt_tokens);
    reply_release(&reply);
    reply_release(&same);

    reply = ask(backend, REQUEST_COMPLETE, "One, two, three,");
    assert_true(state_has_text(reply.state));
    assert_true(reply.text_len > 0);
    reply_release(&reply);
    backend_destroy(own);
    backend_destroy(backend);
}

/* Two of the server at once, many here: each gets its own reply. */
static void many_are_answered(void **state)
{
    enum { NUM = 12 };
    struct backend *backend = connect_to(&chat);
    unsigned seen = 0;
    struct error err = { 0 };

    (void)state;
    for (uint64_t unit = 0; unit < NUM; unit++) {
        struct request request = asking_request(unit, "Say a word.");

        assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
        request_release(&request);
    }
    for (int i = 0; i < NUM; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        assert_true(state_has_text(reply.state));
        seen |= 1u << reply.unit.low;
        reply_release(&reply);
    }
    assert_int_equal(seen, (1u << NUM) - 1);
    backend_destroy(backend);
}

static void what_is_too_long_is_told(void **state)
{
    struct backend *backend = connect_to(&chat);
    struct text prompt = { 0 };
    struct reply reply;

    (void)state;
    for (int i = 0; i < 5000; i++)
        text_add(&prompt, "word ");
    reply = asking_text(backend, 1, "Hello.");
    reply_release(&reply);
    reply = asking_text(backend, 2, text_data(&prompt));
    assert_int_equal(reply.state, STATE_OVERLONG);
    reply_release(&reply);
    text_release(&prompt);
    backend_destroy(backend);
}

static void a_wrong_key_is_told(void **state)
{
    struct request request = asking_request(1, "p");
    struct reply reply = { 0 };
    struct error err = { 0 };
    struct backend *backend;

    (void)state;
    (void)setenv("LLAMA_API_KEY", "another-key", 1);
    backend = connect_to(&chat);
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err), -1);
    assert_non_null(strstr(err.text, "HTTP 401"));
    (void)setenv("LLAMA_API_KEY", "served-key", 1);
    request_release(&request);
    backend_destroy(backend);
}

static void its_vectors_are_ours(void **state)
{
    struct served server = serve(embedder, "--embeddings");
    struct backend *backend = connect_to(&server);
    struct backend *own;
    char *spec = text_format("llama:%s", embedder);
    struct reply theirs;
    struct reply ours;
    double dot = 0;

    (void)state;
    own = asking_create(spec);
    free(spec);
    theirs = ask(backend, REQUEST_EMBED, "A cat sits on the mat.");
    ours = ask(own, REQUEST_EMBED, "A cat sits on the mat.");
    assert_int_equal(theirs.state, STATE_ANSWERED);
    assert_int_equal(theirs.num_values, ours.num_values);
    for (uint32_t i = 0; i < ours.num_values; i++)
        dot += theirs.values[i] * ours.values[i];
    print_message("cosine of ours and theirs: 1 - %.2g\n", 1 - dot);
    assert_true(fabs(1 - dot) < 1e-5);
    reply_release(&theirs);
    reply_release(&ours);
    backend_destroy(own);
    backend_destroy(backend);
    end(&server);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_chats_and_continues),
        cmocka_unit_test(many_are_answered),
        cmocka_unit_test(what_is_too_long_is_told),
        cmocka_unit_test(a_wrong_key_is_told),
        cmocka_unit_test(its_vectors_are_ours),
    };
    const char *models = getenv("TRUSTSWEEP_MODELS");
    char *path;
    int failed;

    if (asking_is_child(argc, argv))
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    embedder = getenv("TRUSTSWEEP_EMBEDDER");
    if (!getenv("TRUSTSWEEP_LLAMA_TOOLS") || !models || !embedder)
        return 77;
    (void)signal(SIGPIPE, SIG_IGN);
    path = path_join(models, "SmolLM2-135M-Instruct.Q4_1.gguf");
    chat_model = path;
    (void)setenv("LLAMA_API_KEY", "served-key", 1);
    chat = serve(chat_model, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    end(&chat);
    free(path);
    return failed;
}
