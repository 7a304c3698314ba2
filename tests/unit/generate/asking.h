/*
 * asking.h - requests for tests, and waiting for what a backend answers.
 */
#ifndef TEST_ASKING_H
#define TEST_ASKING_H

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/child.h"
#include "trustsweep/backend.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ASKING_STEP_MS = 20, ASKING_LIMIT_MS = 300000 };

/* A chat request of one user message; request_release(). */
static inline struct request asking_request(uint64_t unit, const char *prompt)
{
    struct request out = {
        .unit = { .high = 7, .low = unit },
        .kind = REQUEST_CHAT,
        .task = mem_text("safety/jailbreak"),
        .num_messages = 1,
        .messages = mem_alloc(1, sizeof *out.messages),
        .sampling = { .max_tokens = 16,
                      .top_p = 1,
                      .repetition_penalty = 1,
                      .seed = 11 },
    };

    out.messages[0].role = mem_text("user");
    out.messages[0].text = mem_text(prompt);
    return out;
}

static inline struct backend *asking_create(const char *spec)
{
    struct error err = { 0 };
    struct backend *backend = backend_create(spec, NULL, &err);

    if (!backend)
        print_error("%s: %s\n", spec, err.text);
    assert_non_null(backend);
    assert_ptr_not_equal(backend->ops, NULL);
    return backend;
}

/* Step until a reply comes (1), the backend breaks (-1) or time is up (0). */
static inline int asking_wait(struct backend *backend,
                              int limit_ms,
                              struct reply *out,
                              struct error *err)
{
    int64_t until = clock_ms() + limit_ms;
    int rc = 0;

    while (rc == 0 && clock_ms() < until) {
        rc = backend->ops->step(backend, ASKING_STEP_MS, out, err);
        if (rc == 0)
            clock_sleep_ms(0.2);
    }
    return rc;
}

/* The one reply to one request. */
static inline struct reply asking_ask(struct backend *backend,
                                      const struct request *request)
{
    struct error err = { 0 };
    struct reply reply = { 0 };

    if (backend->ops->submit(backend, request, &err) < 0)
        print_error("submit: %s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    if (asking_wait(backend, ASKING_LIMIT_MS, &reply, &err) != 1)
        print_error("step: %s\n", err.text);
    assert_true(hash_equal(reply.unit, request->unit));
    return reply;
}

static inline struct reply asking_text(struct backend *backend,
                                       uint64_t unit,
                                       const char *prompt)
{
    struct request request = asking_request(unit, prompt);
    struct reply reply = asking_ask(backend, &request);

    request_release(&request);
    return reply;
}

/* A folder of the test's own. */
static inline char *asking_folder(void)
{
    char *path = mem_text("/tmp/trustsweep-generate-XXXXXX");

    assert_non_null(mkdtemp(path));
    return path;
}

/* Remove a folder of files and folders of files; frees its name. */
static inline void asking_remove(char *folder)
{
    struct name_list names = { 0 };

    assert_int_equal(file_list(folder, &names, NULL), 0);
    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(folder, names.names[i]);
        struct name_list below = { 0 };

        if (file_is_folder(path)) {
            assert_int_equal(file_list(path, &below, NULL), 0);
            for (size_t j = 0; j < below.num; j++) {
                char *file = path_join(path, below.names[j]);

                assert_int_equal(unlink(file), 0);
                free(file);
            }
            name_list_release(&below);
            assert_int_equal(rmdir(path), 0);
        } else {
            assert_int_equal(unlink(path), 0);
        }
        free(path);
    }
    name_list_release(&names);
    assert_int_equal(rmdir(folder), 0);
    free(folder);
}

/* A folder of recorded answers: one item, {"prompt": "p"}; asking_remove(). */
static inline char *asking_recordings(void)
{
    static const char json[] = "[{\"prompt\":\"p\",\"res\":\"recorded\"}]";
    char *folder = asking_folder();
    char *below = path_join(folder, "safety");
    char *file = path_join(below, "jailbreak.json");

    assert_int_equal(file_make_folder(below, NULL), 0);
    assert_int_equal(file_write(file, json, strlen(json), NULL), 0);
    free(file);
    free(below);
    return folder;
}

/* Whether this test program was started by an isolated backend, to be its
 * child: then main() is child_run(). */
static inline bool asking_is_child(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[1], "backend-child") == 0;
}

#endif
