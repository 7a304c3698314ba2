/*
 * model_server.h - tests/http/model_server.py as the server of a backend, for
 * the time of a test.  The guard is the test program, started again.
 */
#ifndef TEST_MODEL_SERVER_H
#define TEST_MODEL_SERVER_H

#include "base/process.h"
#include "generate/server/server_guard.h"
#include "tests/unit/generate/asking.h"

#include <signal.h>
#include <stdio.h>

enum { WAIT_MS = 60000, SOON_MS = 10000 };

/* A folder with a model, a recipe and what the server reports. */
struct place {
    char *folder;
    char *model;
    char *recipe;
    char *report;
};

static inline void write_text(const char *path, const char *text)
{
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

/* The words of the command in front of the fault; `more`: further members. */
static inline void write_recipe(const struct place *self,
                                const char *where,
                                const char *fault,
                                const char *more)
{
    char *text = text_format("{ \"command\": [\"python3\", "
                             "\"tests/http/model_server.py\", %s, \"--model\", "
                             "\"{model}\", \"--report\", \"%s\", \"--fault\", "
                             "\"%s\"], \"does\": [\"chat\"]%s }",
                             where,
                             self->report,
                             fault,
                             more);

    write_text(self->recipe, text);
    free(text);
}

static inline struct place open_place(void)
{
    struct place self = { .folder = asking_folder() };

    self.model = path_join(self.folder, "model.gguf");
    self.recipe = path_join(self.folder, "recipe.json");
    self.report = path_join(self.folder, "report");
    write_text(self.model, "weights");
    return self;
}

/* Numbers of the processes that the servers noted; the caller's to free(). */
static inline size_t read_pids(const struct place *self, int64_t **out)
{
    char *path = text_format("%s.pids", self->report);
    struct text text = { 0 };
    size_t num = 0;
    char *end;

    (void)file_read(path, 65536, &text, NULL);
    *out = mem_alloc(text.len + 1, sizeof **out);
    for (const char *at = text_data(&text); *at; at = end + 1)
        (*out)[num++] = strtoll(at, &end, 10);
    text_release(&text);
    free(path);
    return num;
}

/* How many of them live; 0 within `limit_ms`, or it fails. */
static inline void expect_none(const struct place *self,
                               size_t wanted,
                               int limit_ms)
{
    const int64_t until = clock_ms() + limit_ms;
    int64_t *pids;
    const size_t num = read_pids(self, &pids);
    size_t living = num;

    assert_true(num >= wanted);
    do {
        living = 0;
        for (size_t i = 0; i < num; i++)
            living += process_lives(pids[i], NULL);
        clock_sleep_ms(10);
    } while (living > 0 && clock_ms() < until);
    free(pids);
    assert_int_equal(living, 0);
}

/* No folder of a server is left, and nobody who has ours in his arguments. */
static inline void close_place(struct place *self)
{
    struct name_list names = { 0 };
    int64_t *family;

    assert_int_equal(process_family(getpid(), &family), 0);
    free(family);
    assert_int_equal(file_list(getenv("TMPDIR"), &names, NULL), 0);
    assert_int_equal(names.num, 0);
    name_list_release(&names);
    asking_remove(self->folder);
    free(self->model);
    free(self->recipe);
    free(self->report);
}

static inline char *spec_of(const struct place *self, const char *more)
{
    return text_format("server:%s,with=%s%s", self->model, self->recipe, more);
}

static inline struct backend *create(const struct place *self, const char *more)
{
    char *spec = spec_of(self, more);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

/* The error that ends it, when one request was given. */
static inline struct error expect_broken(struct backend *backend,
                                         const char *word)
{
    struct request request = asking_request(1, "p");
    struct reply reply = { 0 };
    struct error err = { 0 };

    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, WAIT_MS, &reply, &err), -1);
    if (!strstr(err.text, word))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, word));
    request_release(&request);
    return err;
}

static inline void expect_answer(struct backend *backend, const char *prompt)
{
    struct reply reply = asking_text(backend, 3, prompt);

    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_string_equal(reply.text, prompt);
    assert_null(reply.recorded);
    reply_release(&reply);
}

static const char at_port[] = "\"--port\", \"{port}\"";
static const char at_socket[] = "\"--socket\", \"{socket}\"";
static const char key_env[] = ", \"key_env\": \"MODEL_SERVER_KEY\"";

/* What the server was started with. */
static inline struct cJSON *read_report(const struct place *self)
{
    struct cJSON *root = json_read(self->report, 1 << 20, NULL);

    assert_non_null(root);
    return root;
}

static inline bool is_in_arguments(const struct cJSON *report, const char *text)
{
    bool is = false;

    for (const struct cJSON *at = json_first(json_member(report, "argv")); at;
         at = json_next(at))
        is = is || strstr(json_text(at), text);
    return is;
}

/* The tests, with a TMPDIR of their own; the guard, when it was started as
 * that. */
static inline int model_server_tests(int argc,
                                     char **argv,
                                     const struct CMUnitTest *tests,
                                     size_t num)
{
    char *folder;
    int failed;

    if (argc > 1 && strcmp(argv[1], "server-guard") == 0)
        return server_guard_run(argc - 1, argv + 1);
    (void)signal(SIGPIPE, SIG_IGN);
    folder = asking_folder();
    (void)setenv("TMPDIR", folder, 1);
    failed = _cmocka_run_group_tests("server", tests, num, NULL, NULL);
    asking_remove(folder);
    return failed;
}

#endif
