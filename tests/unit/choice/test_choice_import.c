/* Files in the form of MMLU and ARC: what is taken, what is refused and where. */
#include "base/json.h"
#include "choice/choice_import.h"
#include "choice/choice_set.h"
#include "folder.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

/* Import one file and give what went wrong, behind the folder; "" if nothing.
 * `set` is filled where it went well. */
static const char *import_one(const char *name,
                              const char *bytes,
                              struct choice_set *set)
{
    static char out[512];
    char *folder = folder_make();
    char *path = folder_put(folder, name, bytes);
    const struct choice_import self = { .source = path,
                                        .folder = folder,
                                        .name = "it" };
    struct text report = { 0 };
    struct error err = { 0 };

    out[0] = '\0';
    assert_true(choice_import_is_it(path));
    if (choice_import(&self, &report, &err) < 0) {
        assert_true(text_starts(err.text, folder));
        memmove(out,
                err.text + strlen(folder) + 1,
                strlen(err.text) - strlen(folder));
        /* nothing half done is left */
        char *made = path_join(folder, "utility");

        assert_false(file_exists(made));
        free(made);
    } else if (set) {
        assert_int_equal(choice_set_read(folder, "it", set, &err), 0);
    }
    text_release(&report);
    free(path);
    folder_remove(folder);
    return out;
}

static void rows_of_mmlu(void **state)
{
    static const struct {
        const char *csv, *error;
    } cases[] = {
        { "Q,a,b,c,d,A\n", "" },
        { "question,A,B,C,D,answer\nQ,a,b,c,d,A\n", "" },
        { "\"Q, \"\"x\"\"\nand more\",a,\"b\nb\",c,d,D\n", "" },
        { "Q,a,b,c,d,E\n", "s.csv:1: field 'answer' is 'E', not A, B, C or D" },
        { "Q,a,b,c,d,A\nQ,a,b,c,d,b\n",
          "s.csv:2: field 'answer' is 'b', not A, B, C or D" },
        { "Q,a,b,c,d,2\n", "s.csv:1: field 'answer' is '2', not A, B, C or D" },
        { "Q,a,b,c,d,\n", "s.csv:1: field 'answer' is '', not A, B, C or D" },
        { "Q,a,b,c,A\n",
          "s.csv:1: 5 fields, not the 6 that are question, A, B, C, D, "
          "answer" },
        { "\"Q\n\",a,b,c,d,A\nQ,a,b,c,d,e,A\n",
          "s.csv:3: 7 fields, not the 6 that are question, A, B, C, D, "
          "answer" },
        { ",a,b,c,d,A\n", "s.csv:1: field 'question' is empty" },
        { "\"Q,a,b,c,d,A\n", "s.csv:1: field 1: a quote that is not closed" },
        { "\n", "s.csv: no question in it" },
        /* names again, but not as the first row */
        { "Q,a,b,c,d,A\nquestion,A,B,C,D,answer\n",
          "s.csv:2: field 'answer' is 'answer', not A, B, C or D" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(import_one("s.csv", cases[i].csv, NULL),
                            cases[i].error);
    }
}

#define NESTED(choices, key)                                           \
    "{\"id\":\"x\",\"question\":{\"stem\":\"Q\",\"choices\":[" choices \
    "]},\"answerKey\":" key "}\n"
#define ONE(label) "{\"text\":\"t" label "\",\"label\":\"" label "\"}"
#define FLAT(labels, texts, key)                                               \
    "{\"question\":\"Q\",\"choices\":{\"label\":[" labels "],\"text\":[" texts \
    "]},\"answerKey\":" key "}\n"

static void lines_of_arc(void **state)
{
    static const struct {
        const char *line, *error;
    } cases[] = {
        { NESTED(ONE("A") "," ONE("B") "," ONE("C"), "\"C\""), "" },
        { NESTED(ONE("1") "," ONE("2") "," ONE("3") "," ONE("4"), "\"2\""),
          "" },
        { NESTED("{\"text\":\"t\",\"label\":1},{\"text\":\"u\",\"label\":2}",
                 "2"),
          "" },
        { NESTED(ONE("A") "," ONE("B") "," ONE("C") "," ONE("D") "," ONE("E"),
                 "\"E\""),
          "" },
        { FLAT("\"A\",\"B\"", "\"t\",\"u\"", "\"B\""), "" },
        { FLAT("\"A\",\"B\"", "\"t\"", "\"A\""),
          "s.jsonl:1: field 'choices': not as many texts as labels" },
        { NESTED(ONE("A") "," ONE("B"), "\"C\""),
          "s.jsonl:1: field 'answerKey' is 'C', which is the label of none of "
          "its choices" },
        { NESTED(ONE("A") "," ONE("B"), "\"\""),
          "s.jsonl:1: field 'answerKey' is missing or no label" },
        { NESTED(ONE("A") "," ONE("B"), "1"),
          "s.jsonl:1: field 'answerKey' is '1', which is the label of none of "
          "its choices" },
        { NESTED(ONE("A") "," ONE("A"), "\"A\""),
          "s.jsonl:1: field 'choices': the label 'A' stands twice" },
        { NESTED(ONE("A"), "\"A\""),
          "s.jsonl:1: field 'choices': 2 or more are wanted" },
        { NESTED(ONE("A") "," ONE("B") "," ONE("C") "," ONE("D") "," ONE(
                     "E") "," ONE("F") "," ONE("G") "," ONE("H") "," ONE("I"),
                 "\"A\""),
          "s.jsonl:1: field 'choices' has more than 8" },
        { NESTED(ONE("A") ",{\"text\":\"\",\"label\":\"B\"}", "\"A\""),
          "s.jsonl:1: field 'choices': a text is missing or empty" },
        { NESTED(ONE("A") ",{\"text\":\"x\"}", "\"A\""),
          "s.jsonl:1: field 'choices': a label is no short text" },
        { "\n  \n" NESTED("7," ONE("B"), "\"B\""),
          "s.jsonl:3: field 'choices': a label is no short text" },
        { "{\"question\":{\"stem\":\"\"},\"answerKey\":\"A\"}\n",
          "s.jsonl:1: field 'question.stem' is missing or empty" },
        { "{\"answerKey\":\"A\"}\n",
          "s.jsonl:1: field 'question' is missing or empty" },
        { "[1]\n", "s.jsonl:1: no JSON object" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(import_one("s.jsonl", cases[i].line, NULL),
                            cases[i].error);
    }
    assert_true(text_starts(
        import_one("s.jsonl",
                   FLAT("1,2", "\"t\",\"u\"", "1") "{\"question\": \"Q\",\n",
                   NULL),
        "s.jsonl:2:18: "));
}

static void what_is_taken(void **state)
{
    struct choice_set set;

    (void)state;
    assert_string_equal(
        import_one("s.csv", "\"Q, \"\"x\"\"\nmore\",a,b,\"c,c\",d,C\n", &set),
        "");
    const struct cJSON *item = json_first(set.items);

    assert_string_equal(json_member_text(item, "question"), "Q, \"x\"\nmore");
    assert_string_equal(json_member_text(item, "answer"), "C");
    assert_string_equal(json_member_text(item, "subject"), "s");
    assert_string_equal(
        json_text(json_element(json_member(item, "choices"), 2)),
        "c,c");
    assert_string_equal(set.format, "mmlu");
    choice_set_release(&set);
    assert_string_equal(
        import_one("s.jsonl",
                   NESTED(ONE("4") "," ONE("2") "," ONE("9"), "\"9\""),
                   &set),
        "");
    item = json_first(set.items);
    /* the third option, whatever its label */
    assert_string_equal(json_member_text(item, "answer"), "C");
    assert_string_equal(json_member_text(item, "id"), "x");
    assert_string_equal(json_member_text(item, "subject"), "it");
    choice_set_release(&set);
}

static void folders_and_examples(void **state)
{
    char *folder = folder_make();
    struct choice_import self = { .source = folder, .folder = folder };
    struct text report = { 0 };
    struct choice_set set;
    struct error err = { 0 };

    (void)state;
    free(folder_put(folder, "test/b_test.csv", "Q1,a,b,c,d,A\nQ2,a,b,c,d,B\n"));
    free(folder_put(folder, "test/High School_test.csv", "Q3,a,b,c,d,A\n"));
    free(folder_put(folder, "test/notes.txt", "no CSV"));
    /* the second is asked as well, so it is not shown */
    free(folder_put(folder, "dev/b_dev.csv", "E1,a,b,c,d,A\nQ2,a,b,c,d,B\n"));
    assert_true(choice_import_is_it(folder));
    assert_int_equal(choice_import(&self, &report, &err), 0);
    assert_int_equal(choice_set_read(folder, "mmlu", &set, &err), 0);
    assert_int_equal(set.num_items, 3);
    assert_int_equal(set.num_examples, 1);
    assert_int_equal(set.num_subjects, 2);
    assert_string_equal(set.subjects[0], "high_school"); /* by name of file */
    assert_string_equal(set.subjects[1], "b");
    choice_set_release(&set);
    /* the same again is no error, another is */
    assert_int_equal(choice_import(&self, &report, &err), 0);
    free(folder_put(folder, "test/b_test.csv", "Q1,a,b,c,d,A\n"));
    assert_int_equal(choice_import(&self, &report, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "is there already and differs"));
    /* a name that can be none */
    self.name = "../x";
    assert_int_equal(choice_import(&self, &report, &err), -1);
    assert_non_null(strstr(err.text, "can name no data set"));
    self.name = "macro";
    assert_int_equal(choice_import(&self, &report, &err), -1);
    text_release(&report);
    folder_remove(folder);
}

static void a_set_that_was_changed(void **state)
{
    char *folder = folder_make();
    char *path = folder_put(folder, "s.csv", "Q,a,b,c,d,A\n");
    const struct choice_import self = { .source = path,
                                        .folder = folder,
                                        .name = "it" };
    struct text report = { 0 };
    struct text bytes = { 0 };
    struct choice_set set;
    struct error err = { 0 };

    (void)state;
    assert_int_equal(choice_import(&self, &report, &err), 0);
    char *made = path_join(folder, "utility/it.json");

    assert_int_equal(file_read(made, 1 << 20, &bytes, NULL), 0);
    char *answer = strstr(bytes.data, "\"answer\": \"A\"");

    assert_non_null(answer);
    answer[strlen("\"answer\": \"")] = 'B';
    assert_int_equal(file_write(made, bytes.data, bytes.len, NULL), 0);
    assert_int_equal(choice_set_read(folder, "it", &set, &err), -1);
    assert_non_null(strstr(err.text, "the digest differs"));
    answer[strlen("\"answer\": \"")] = 'E';
    assert_int_equal(file_write(made, bytes.data, bytes.len, NULL), 0);
    assert_int_equal(choice_set_read(folder, "it", &set, &err), -1);
    assert_non_null(
        strstr(err.text, "item 0: 'answer' is none of its choices"));
    assert_int_equal(choice_set_read(folder, "other", &set, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    text_release(&bytes);
    text_release(&report);
    free(made);
    free(path);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_mmlu),
        cmocka_unit_test(lines_of_arc),
        cmocka_unit_test(what_is_taken),
        cmocka_unit_test(folders_and_examples),
        cmocka_unit_test(a_set_that_was_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
