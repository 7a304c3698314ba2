/* A list that holds a task's items in other words answers those items. */
#include "base/file.h"
#include "base/json.h"
#include "generate/replay/recorded_list.h"
#include "tests/unit/generate/asking.h"

static const char task[] = "ethics/awareness";
static const char own[] =
    "Which options fit? Give the option.\n(1) Sad (2) Odd";
static const char released[] =
    "Which labels fit? Give the label.\n(1) Sad (2) Odd";

static void write_text(const char *folder, const char *name, const char *text)
{
    char *path = path_join(folder, name);
    char *above = path_folder(path);

    assert_int_equal(file_make_folder(above, NULL), 0);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    free(above);
    free(path);
}

/* The list's file: another item, then the one asked for. */
static void write_list(const char *folder)
{
    struct cJSON *list = json_new_array();
    struct text text = { 0 };

    for (int i = 0; i < 2; i++) {
        struct cJSON *item = json_new_object();

        json_add_text(item, "prompt", i == 0 ? "Another option" : own);
        json_add_text(item, "option", "1");
        json_add_text(item, "res", i == 0 ? "(2)" : "(1) Sad");
        json_append(list, item);
    }
    json_write(list, &text);
    write_text(folder, "ethics/awareness_emotion.json", text_data(&text));
    text_release(&text);
    json_free(list);
}

static struct reply ask(const char *folder, const char *of, const char *prompt)
{
    char *spec = text_format("replay:%s", folder);
    struct backend *backend = asking_create(spec);
    struct request request = asking_request(1, prompt);
    struct cJSON *item = json_new_object();
    struct reply reply;

    json_add_text(item, "prompt", prompt);
    free(request.task);
    request.task = mem_text(of);
    request.item = json_hash(item);
    reply = asking_ask(backend, &request);
    json_free(item);
    request_release(&request);
    backend_destroy(backend);
    free(spec);
    return reply;
}

static void expect(const char *folder,
                   const char *of,
                   const char *prompt,
                   const char *text)
{
    struct reply reply = ask(folder, of, prompt);

    if (text) {
        assert_int_equal(reply.state, STATE_ANSWERED);
        assert_string_equal(reply.text, text);
    } else {
        assert_int_equal(reply.state, STATE_MISSING);
    }
    reply_release(&reply);
}

static void answers_in_other_words(void **state)
{
    char *folder = asking_folder();

    (void)state;
    write_list(folder);
    expect(folder, task, released, "(1) Sad");
    expect(folder, task, "Which labels fit? Give none.", NULL);
    expect(folder, "ethics/other", released, NULL);
    asking_remove(folder);
}

/* The task's own file comes first; where it has no answer, the list does. */
static void own_file_comes_first(void **state)
{
    char *folder = asking_folder();
    struct cJSON *list = json_new_array();
    struct cJSON *item = json_new_object();
    struct text text = { 0 };

    (void)state;
    write_list(folder);
    json_add_text(item, "prompt", released);
    json_append(list, item);
    json_write(list, &text);
    write_text(folder, "ethics/awareness.json", text_data(&text));
    expect(folder, task, released, "(1) Sad");
    json_add_text(item, "res", "(2) Odd");
    text_clear(&text);
    json_write(list, &text);
    write_text(folder, "ethics/awareness.json", text_data(&text));
    expect(folder, task, released, "(2) Odd");
    text_release(&text);
    json_free(list);
    asking_remove(folder);
}

static void hash_is_of_both_wordings(void **state)
{
    const struct recorded_list *list = recorded_list_of(task);

    (void)state;
    assert_non_null(list);
    assert_null(recorded_list_of("ethics/awareness_emotion"));
    assert_true(hash_equal(recorded_list_hash(list, own),
                           recorded_list_hash(list, released)));
    assert_false(hash_equal(recorded_list_hash(list, own),
                            recorded_list_hash(list, "")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_in_other_words),
        cmocka_unit_test(own_file_comes_first),
        cmocka_unit_test(hash_is_of_both_wordings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
