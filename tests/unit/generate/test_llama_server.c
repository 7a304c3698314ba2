/*
 * Greedy replies to the last token against llama-server of the pinned source,
 * of a chat model and of a base model.  One prompt at a time, from its first
 * token, in pieces of as many tokens: what differs then is our fault.  For the
 * chat model also with all prompts at once and prefixes shared.
 *
 * Skipped unless TRUSTSWEEP_LLAMA_TOOLS names the folder that llama-server is
 * in (scripts/llama.sh --tools prints it) and TRUSTSWEEP_MODELS that of the
 * model files; the base model's part without its file (scripts/model.sh --base).
 */
#include "tests/unit/generate/asking.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { NUM_PROMPTS = 12, NUM_TOKENS = 16 };

static char *chat_model;
static char *base_model;

static const char *const files[NUM_PROMPTS] = {
    "truthfulness/external",  "truthfulness/hallucination",
    "truthfulness/internal",  "safety/jailbreak",
    "safety/misuse",          "fairness/preference",
    "fairness/disparagement", "privacy/privacy_leakage",
    "robustness/AdvGLUE",     "robustness/ood_generalization",
    "ethics/implicit_ETHICS", "ethics/explicit_moralchoice",
};

/* The first prompt of one file of the sample. */
static char *read_prompt(const char *file)
{
    char *path = text_format("datasets/sample/%s.json", file);
    struct cJSON *items = json_read(path, 1 << 20, NULL);
    const char *prompt = json_member_text(json_first(items), "prompt");
    char *out;

    assert_non_null(prompt);
    out = mem_text(prompt);
    json_free(items);
    free(path);
    return out;
}

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

/* With the settings of ours that `exact` fixes. */
static pid_t serve(const char *model, int port)
{
    static const char settings[] =
        "-np 1 -c 2048 -b 512 -ub 512 -t 1 -fa off --no-cache-prompt "
        "--ctx-checkpoints 0 --swa-full";
    char *command = text_format("exec '%s/llama-server' --port %d -m '%s' %s",
                                getenv("TRUSTSWEEP_LLAMA_TOOLS"),
                                port,
                                model,
                                settings);
    pid_t pid = fork();

    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    free(command);
    return pid;
}

static void answer_all(struct backend *backend,
                       enum request_kind kind,
                       struct reply *out)
{
    for (uint64_t sent = 0, back = 0; back < NUM_PROMPTS; back++) {
        struct error err = { 0 };
        struct reply reply = { 0 };

        for (; sent < NUM_PROMPTS; sent++) {
            char *prompt = read_prompt(files[sent]);
            struct request request = asking_request(sent, prompt);
            int rc;

            request.kind = kind;
            request.sampling.max_tokens = NUM_TOKENS;
            rc = backend->ops->submit(backend, &request, &err);
            request_release(&request);
            free(prompt);
            if (rc < 0)
                break;
        }
        assert_true(err.code == ERR_NONE || err.code == ERR_TRANSIENT);
        err = (struct error){ 0 };
        if (asking_wait(backend, ASKING_LIMIT_MS, &reply, &err) != 1)
            fail_msg("no reply: %s", err.text);
        out[reply.unit.low] = reply;
    }
}

static void release_all(struct reply *replies)
{
    for (int i = 0; i < NUM_PROMPTS; i++)
        reply_release(&replies[i]);
}

static void compare(const char *model,
                    const char *settings,
                    enum request_kind kind,
                    const struct reply *theirs)
{
    struct reply ours[NUM_PROMPTS] = { 0 };
    char *spec = text_format("inprocess:llama:%s,threads=1%s", model, settings);
    struct backend *backend = asking_create(spec);
    uint32_t num_shared = 0;

    answer_all(backend, kind, ours);
    for (int i = 0; i < NUM_PROMPTS; i++) {
        assert_int_equal(ours[i].prompt_tokens, theirs[i].prompt_tokens);
        assert_int_equal(ours[i].state, theirs[i].state);
        assert_string_equal(ours[i].text, theirs[i].text);
        num_shared += ours[i].cached_tokens;
    }
    print_message("%d equal replies, %u prompt tokens shared\n",
                  NUM_PROMPTS,
                  num_shared);
    release_all(ours);
    backend_destroy(backend);
    free(spec);
}

static void ask_server(const char *model,
                       enum request_kind kind,
                       struct reply *out)
{
    int port = free_port();
    pid_t pid = serve(model, port);
    char *spec = text_format("http:served,url=http://127.0.0.1:%d/v1,"
                             "key_env=LLAMA_API_KEY,retries=20,alias=local,"
                             "parallel=1",
                             port);
    struct backend *backend = asking_create(spec);

    answer_all(backend, kind, out);
    backend_destroy(backend);
    free(spec);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

static void a_chat_model_answers_as_the_server_does(void **state)
{
    struct reply theirs[NUM_PROMPTS] = { 0 };

    (void)state;
    ask_server(chat_model, REQUEST_CHAT, theirs);
    compare(chat_model, ",context=1024,exact", REQUEST_CHAT, theirs);
    compare(chat_model, ",context=1024,parallel=5", REQUEST_CHAT, theirs);
    release_all(theirs);
}

static void a_base_model_answers_as_the_server_does(void **state)
{
    struct reply theirs[NUM_PROMPTS] = { 0 };

    (void)state;
    if (!file_exists(base_model))
        skip();
    ask_server(base_model, REQUEST_COMPLETE, theirs);
    compare(base_model, ",context=1024,exact", REQUEST_COMPLETE, theirs);
    release_all(theirs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_model_answers_as_the_server_does),
        cmocka_unit_test(a_base_model_answers_as_the_server_does),
    };
    const char *models = getenv("TRUSTSWEEP_MODELS");
    int failed;

    if (asking_is_child(argc, argv))
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    if (!getenv("TRUSTSWEEP_LLAMA_TOOLS") || !models) {
        print_message("skipped: TRUSTSWEEP_LLAMA_TOOLS or TRUSTSWEEP_MODELS is "
                      "not set\n");
        return 77;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)setenv("LLAMA_API_KEY", "served-key", 1);
    chat_model = path_join(models, "SmolLM2-135M-Instruct.Q4_1.gguf");
    base_model = path_join(models, "gemma-3-270m-q4_k_m.gguf");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(chat_model);
    free(base_model);
    return failed;
}
