/* The manifest of TrustLLM, and what a bad manifest is told. */
#include "base/json.h"
#include "dataset/manifest.h"
#include "tests/unit/dataset/files.h"
#include "trustsweep/bug.h"

static struct manifest *read_real(void)
{
    struct error err = { 0 };
    struct manifest *manifest = manifest_read("trustllm", &err);

    assert_string_equal(err.text, "");
    assert_non_null(manifest);
    return manifest;
}

/* The published board: name and whether more is better. */
static const struct {
    const char *name;
    int direction;
} board[] = {
    { "internal", 1 },
    { "external", 1 },
    { "hallucination", 1 },
    { "sycophancy_persona", 1 },
    { "sycophancy_preference", -1 },
    { "adv_factuality", 1 },
    { "jailbreak_rta", 1 },
    { "toxicity_avg", -1 },
    { "misuse_rta", 1 },
    { "exaggerated_safety_rta", -1 },
    { "stereotype_recognition", 1 },
    { "stereotype_agreement", -1 },
    { "stereotype_query_rta", 1 },
    { "disparagement_sex_p", 1 },
    { "disparagement_race_p", 1 },
    { "preference_rta", 1 },
    { "advglue_rs", 1 },
    { "advinstruction_sim_pct", 1 },
    { "ood_detection_rta", 1 },
    { "ood_generalization_f1", 1 },
    { "awareness_normal_rta", 1 },
    { "awareness_aug_rta", 1 },
    { "leakage_rta", 1 },
    { "leakage_td", -1 },
    { "leakage_cd", -1 },
    { "confaide_pearson", 1 },
    { "social_chemistry_acc", 1 },
    { "ethics_acc", 1 },
    { "moralchoice_low_acc", 1 },
    { "moralchoice_high_rta", 1 },
    { "emotional_acc", 1 },
};

static void the_ranked_columns_are_those_of_the_board(void **state)
{
    struct manifest *manifest = read_real();
    size_t num_ranked = 0;

    (void)state;
    assert_true(manifest->num_columns >= ARRAY_LEN(board));
    for (size_t i = 0; i < manifest->num_columns; i++)
        num_ranked += manifest->columns[i].is_ranked;
    assert_int_equal(num_ranked, 31);
    for (size_t i = 0; i < ARRAY_LEN(board); i++) {
        const struct column *column = &manifest->columns[i];
        assert_true(column->is_ranked);
        assert_string_equal(column->name, board[i].name);
        assert_int_equal(column->direction, board[i].direction);
        assert_ptr_equal(manifest_column(manifest, board[i].name), column);
        assert_null(column->parent);
    }
    manifest_destroy(manifest);
}

static void the_tasks_are_the_24_files(void **state)
{
    struct manifest *manifest = read_real();
    uint64_t num_items = 0;

    (void)state;
    assert_int_equal(manifest->num_tasks, 24);
    for (size_t i = 0; i < manifest->num_tasks; i++)
        num_items += manifest->tasks[i].num_items;
    assert_int_equal(num_items, 16441);
    assert_string_equal(manifest->tasks[0].name, "truthfulness/internal");
    assert_string_equal(manifest->tasks[23].name, "ethics/awareness");
    const struct task *task = manifest_task(manifest, "robustness/AdvGLUE");
    assert_non_null(task);
    assert_string_equal(task->dimension, "robustness");
    assert_string_equal(task->section, "natural noise");
    assert_int_equal(task->num_items, 912);
    assert_true(task->temperature == 0);
    assert_int_equal(task->num_fields, 7);
    assert_int_equal(task->fields[1].num_values, 4);
    assert_null(manifest_task(manifest, "robustness/advglue"));
    assert_null(manifest_column(manifest, "nothing"));
    manifest_destroy(manifest);
}

static void columns_say_how_they_are_scored(void **state)
{
    struct manifest *manifest = read_real();
    const struct column *column = manifest_column(manifest, "external");

    (void)state;
    assert_string_equal(column->evaluator, "external");
    assert_string_equal(column->metric, "macro_f1");
    assert_string_equal(column->by, "source");
    assert_null(column->needs);
    assert_string_equal(column->cluster, "prompt");
    assert_int_equal(column->direction_corrected, 1);
    assert_string_equal(column->unit_corrected, "1");
    /* "item" in the file */
    assert_null(manifest_column(manifest, "hallucination")->cluster);
    assert_string_equal(manifest_column(manifest, "misuse_rta")->cluster,
                        "type,label");
    column = manifest_column(manifest, "toxicity_avg");
    assert_string_equal(column->cluster, "label");
    assert_string_equal(column->needs, "refusal, toxicity");
    assert_string_equal(manifest_column(manifest, "confaide_pearson")->unit,
                        "rho");
    assert_string_equal(
        manifest_column(manifest, "disparagement_race_p")->field,
        "race");
    manifest_destroy(manifest);
}

static bool wants(const struct column *column,
                  enum profile profile,
                  const char *entry)
{
    struct cJSON *json = json_parse(entry, strlen(entry), "t", NULL);
    struct item item = { .entry = json };
    bool is_wanted;

    assert_non_null(json);
    is_wanted = column_wants(column, profile, &item);
    json_free(json);
    return is_wanted;
}

static void columns_take_their_items(void **state)
{
    struct manifest *manifest = read_real();
    const struct column *column = manifest_column(manifest, "emotional_acc");

    (void)state;
    assert_true(wants(column, PROFILE_PAPER, "{\"dimension\":\"emotion\"}"));
    assert_false(wants(column, PROFILE_PAPER, "{\"dimension\":\"mission\"}"));
    assert_false(wants(column, PROFILE_CORRECTED, "{}"));
    column = manifest_column(manifest, "jailbreak_rta");
    assert_true(wants(column, PROFILE_PAPER, "{\"label\":[\"cot\"]}"));
    assert_false(wants(column, PROFILE_PAPER, "{\"label\":[\"cou\"]}"));
    assert_true(wants(column, PROFILE_CORRECTED, "{\"label\":[\"cou\"]}"));
    column = manifest_column(manifest, "external");
    assert_true(wants(column, PROFILE_PAPER, "{\"source\":\"anything\"}"));
    manifest_destroy(manifest);
}

static void columns_have_parts(void **state)
{
    static const char cell[] = "{\"shotType\":\"five-shot\",\"type\":\"D\"}";
    static const char other[] = "{\"shotType\":\"five-shot\",\"type\":\"C\"}";
    struct manifest *manifest = read_real();
    const struct column *whole = manifest_column(manifest, "leakage_cd");
    const struct column *part =
        manifest_column(manifest, "leakage_cd.five-shot.d");
    size_t num_parts = 0;

    (void)state;
    assert_non_null(part);
    assert_string_equal(part->parent, "leakage_cd");
    assert_string_equal(
        part->title,
        "Share of addresses leaked, of those answered: five-shot, D");
    assert_string_equal(part->metric, whole->metric);
    assert_string_equal(part->cluster, "gt-name");
    assert_int_equal(part->direction, -1);
    assert_int_equal(part->direction_corrected, -1);
    assert_false(part->is_ranked);
    assert_true(wants(part, PROFILE_PAPER, cell));
    assert_false(wants(part, PROFILE_CORRECTED, other));
    for (size_t i = 0; i < manifest->num_columns; i++) {
        if (manifest->columns[i].parent)
            num_parts++;
        else
            assert_int_equal(num_parts, 0); /* parts come last */
        if (text_equal(manifest->columns[i].parent, "jailbreak_rta"))
            assert_string_equal(manifest->columns[i].task, "safety/jailbreak");
    }
    assert_true(num_parts > 100);
    part =
        manifest_column(manifest, "jailbreak_rta.refusal_sentence_prohibition");
    assert_non_null(part);
    assert_null(part->cluster); /* of one attack only */
    assert_true(wants(part,
                      PROFILE_PAPER,
                      "{\"label\":[\"Refusal sentence prohibition\"]}"));
    assert_non_null(manifest_column(manifest, "jailbreak_rta.cou"));
    /* what no profile lets through is no part */
    assert_non_null(
        manifest_column(manifest, "advinstruction_sim_pct.one_url"));
    assert_null(manifest_column(manifest, "advinstruction_sim_pct.original"));
    manifest_destroy(manifest);
}

/* --- expected failures ------------------------------------------------- */

#define HEAD   "{\"name\":\"n\",\"title\":\"t\",\"source\":\"s\",\n"
#define PROMPT "{\"name\":\"prompt\",\"type\":\"string\"}"
#define TASK(name, fields)                                      \
    "{\"name\":\"" name "\",\"section\":\"s\",\"title\":\"t\"," \
    "\"temperature\":0,\"num_items\":1,\"sha256\":\"" NO_SHA256 \
    "\",\"fields\":[" fields "]}"
#define COLUMN(name, task, rest)                                  \
    "{\"name\":\"" name "\",\"title\":\"t\",\"dimension\":\"a\"," \
    "\"section\":\"s\",\"task\":\"" task                          \
    "\",\"cluster\":\"item\",\"direction\":1,\"unit\":\"1\"" rest "}"
#define CLUSTERED(cluster)                                           \
    "{\"name\":\"c\",\"title\":\"t\",\"dimension\":\"a\","           \
    "\"section\":\"s\",\"task\":\"a/b\"," cluster "\"direction\":1," \
    "\"unit\":\"1\",\"needs\":\"judge\"}"
#define TASKS(list) HEAD "\"tasks\":[\n" list "],\"columns\":[]}"
#define COLUMNS(list) \
    HEAD "\"tasks\":[" TASK("a/b", PROMPT) "],\n\"columns\":[\n" list "]}"
#define NEEDS ",\"needs\":\"judge\""

#define TYPED                                                                \
    PROMPT ",{\"name\":\"k\",\"type\":\"string\",\"values\":[\"x\",\"y\"]}," \
           "{\"name\":\"l\",\"type\":\"array\",\"values\":[\"B b\",\"c\"]}," \
           "{\"name\":\"n\",\"type\":\"integer\"}"
#define TYPED_COLUMNS(list) \
    HEAD "\"tasks\":[" TASK("a/b", TYPED) "],\n\"columns\":[\n" list "]}"

static const struct {
    const char *content;
    const char *place; /* line and column */
    const char *text;
} bad[] = {
    { "[]", ":1:1: ", "an object is expected here" },
    { HEAD "\"tasks\":[]}", ":1:1: ", "'columns' is missing" },
    { HEAD "\"tasks\":{},\"columns\":[]}",
      ":2:1: ",
      "'tasks' must be an array" },
    { HEAD "\"taskz\":[],\"columns\":[]}",
      ":2:1: ",
      "'taskz' is not a key of this object; did you mean 'tasks'?" },
    { HEAD "\"a/~b\":1,\"tasks\":[],\"columns\":[]}",
      ":2:1: ",
      "'a/~b' is not a key of this object" },
    { TASKS("7"), ":3:1: ", "an object is expected here" },
    { TASKS("{\"name\":\"a/b\"}"), ":3:1: ", "'section' is missing" },
    { TASKS("{\"name\":1}"), ":3:2: ", "'name' must be a string" },
    { TASKS(TASK("b", PROMPT)), ":3:1: ", "not of the form dimension/file" },
    { TASKS(TASK("../b", PROMPT)), ":3:1: ", "not of the form" },
    { TASKS(TASK("a/b/c", PROMPT)), ":3:1: ", "not of the form" },
    { TASKS(TASK("a/b", PROMPT) ",\n" TASK("a/b", PROMPT)),
      ":4:1: ",
      "task 'a/b' stands here twice" },
    { TASKS(TASK("a/b", "")), ":3:1: ", "no field 'prompt'" },
    { TASKS(TASK("a/b", "{\"name\":\"prompt\",\"type\":\"any\"}")),
      ":3:1: ",
      "no field 'prompt'" },
    { TASKS(TASK("a/b", PROMPT "," PROMPT)), ":3:", "stands twice in task" },
    { TASKS(TASK("a/b", "\n{\"name\":\"x\",\"type\":\"strin\"}")),
      ":4:1: ",
      "type 'strin' is none of" },
    { TASKS(TASK("a/b",
                 "\n{\"name\":\"x\",\"type\":\"any\",\"values\":[\"1\"]}")),
      ":4:1: ",
      "only a string, or an array of one, has values" },
    { TASKS(
          TASK("a/b", "\n{\"name\":\"x\",\"type\":\"string\",\"values\":[1]}")),
      ":4:",
      "'values' must be an array of strings" },
    { TASKS(TASK("a/b", "\n{\"name\":\"x\",\"type\":\"any\",\"optional\":1}")),
      ":4:",
      "'optional' must be true or false" },
    { TASKS("{\"name\":\"a/b\",\"section\":\"s\",\"title\":\"t\","
            "\"temperature\":0,\"num_items\":1.5}"),
      ":3:",
      "'num_items' must be a whole number" },
    { TASKS("{\"name\":\"a/b\",\"section\":\"s\",\"title\":\"t\","
            "\"temperature\":0,\"num_items\":-1}"),
      ":3:",
      "'num_items' must be between" },
    { TASKS("{\"name\":\"a/b\",\"section\":\"s\",\"title\":\"t\","
            "\"temperature\":3,\"num_items\":1,\"sha256\":\"" NO_SHA256
            "\",\"fields\":[" PROMPT "]}"),
      ":3:1: ",
      "temperature outside 0 to 2" },
    { TASKS(
          "{\"name\":\"a/b\",\"section\":\"s\",\"title\":\"t\","
          "\"temperature\":0,\"num_items\":1,\"sha256\":\"AB\",\"fields\":[" PROMPT
          "]}"),
      ":3:1: ",
      "sha256 that is not 64" },
    { COLUMNS(COLUMN("c", "a/x", NEEDS)), ":4:1: ", "there is no task 'a/x'" },
    { COLUMNS(COLUMN("c", "a/b", "")), ":4:1: ", "neither an evaluator nor" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS) ",\n" COLUMN("c", "a/b", NEEDS)),
      ":5:1: ",
      "column 'c' stands here twice" },
    { COLUMNS(COLUMN("c", "a/b", ",\"evaluator\":\"e\"")),
      ":4:1: ",
      "both or none of 'evaluator' and 'metric'" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS ",\"where\":\"prompt\"")),
      ":4:",
      "'where' must be an object" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS ",\n\"where\":{\"prompt\":true}")),
      ":5:1: ",
      "'prompt' must be a text, a list of texts, or" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS ",\"where\":{\"prompt\":[]}")),
      ":4:",
      "'prompt' must be a text" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS ",\"where\":{\"source\":\"x\"}")),
      ":4:1: ",
      "its task has no field 'source'" },
    { COLUMNS(CLUSTERED("\"cluster\":\"prompt,source\",")),
      ":4:1: ",
      "column 'c': its task has no field 'source'" },
    { COLUMNS(CLUSTERED("")), ":4:1: ", "column 'c' has no 'cluster'" },
    { COLUMNS(CLUSTERED("\"cluster\":\"\",")),
      ":4:1: ",
      "column 'c': its task has no field ''" },
    { TYPED_COLUMNS(
          COLUMN("c", "a/b", NEEDS ",\"where_paper\":{\"l\":{\"not\":\"z\"}}")),
      ":4:1: ",
      "'l' is never 'z'" },
    { TYPED_COLUMNS(COLUMN("c", "a/b", NEEDS ",\n\"split\":[\"n\"]")),
      ":5:10: ",
      "'n' is no field of the task that has 'values'" },
    { TYPED_COLUMNS(COLUMN("c", "a/b", NEEDS ",\n\"split\":[\"k\",[]]")),
      ":5:14: ",
      "no field to split by" },
    { TYPED_COLUMNS(COLUMN("c", "a/b", NEEDS ",\n\"split\":[\"k\",\"k\"]")),
      ":5:14: ",
      "column 'c.x' stands here twice" },
    { HEAD "\"tasks\":[],\"columns\":[],\n\"prompts\":{\"p\":1}}",
      ":3:1: ",
      "the wording 'p' must be a string" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS ",\"by\":\"source\"")),
      ":4:1: ",
      "its task has no field 'source'" },
    { COLUMNS(COLUMN("c", "a/b", NEEDS) ",\n" COLUMN("d",
                                                     "a/b",
                                                     NEEDS ",\"ranked\":true")),
      ":5:1: ",
      "is ranked and stands after one that is not" },
    { TYPED_COLUMNS(COLUMN("c", "a/b", NEEDS ",\"where\":{\"k\":\"z\"}")),
      ":4:1: ",
      "'k' is never 'z'" },
    { COLUMNS("{\"name\":\"c\",\"title\":\"t\",\"dimension\":\"a\","
              "\"section\":\"s\",\"task\":\"a/b\",\"direction\":2,"
              "\"unit\":\"1\"}"),
      ":4:",
      "'direction' must be -1, 0 or 1" },
    { COLUMNS("{\"name\":\"c\",\"title\":\"t\",\"dimension\":\"q\","
              "\"section\":\"s\",\"task\":\"a/b\",\"cluster\":\"item\","
              "\"direction\":1,\"unit\":\"1\",\"needs\":\"judge\"}"),
      ":4:1: ",
      "another dimension than its task" },
    { "{\"name\":", ":1:", "" },
};

static void bad_manifests_are_refused_with_their_place(void **state)
{
    const struct files *files = *state;
    char *path = files_path(files, "datasets/bad.json");

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = { 0 };
        char *start = text_format("%s%s", path, bad[i].place);
        files_put(files, "datasets/bad.json", bad[i].content);
        assert_null(manifest_read("bad", &err));
        if (err.code != ERR_FORMAT || !text_starts(err.text, start)
            || !strstr(err.text, bad[i].text))
            fail_msg("bad[%zu]: %s", i, err.text);
        free(start);
    }
    free(path);
}

static void a_manifest_says_what_its_columns_take(void **state)
{
    static const char content[] =
        HEAD "\"tasks\":[" TASK("a/b", TYPED) "],\"columns\":[" COLUMN(
            "c",
            "a/b",
            NEEDS
            ",\"where\":{\"n\":[1,-2.0]},"
            "\"where_corrected\":{\"k\":{\"not\":[\"y\"]}},"
            "\"cluster\":\"l\",\"direction_corrected\":-1,"
            "\"unit_corrected\":\"V\",\"split\":[[\"k\",\"l\"],\"l\"]") "," COLUMN("d",
                                                                                   "a/b",
                                                                                   NEEDS) "],\"prompts\":{\"judge\":\"Is it {reply}?\"}}";
    static const char *const names[] = { "c",       "d",     "c.x.b_b", "c.x.c",
                                         "c.y.b_b", "c.y.c", "c.b_b",   "c.c" };
    struct error err = { 0 };
    struct manifest *manifest;
    const struct column *column;

    files_put(*state, "datasets/own.json", content);
    manifest = manifest_read("own", &err);
    assert_string_equal(err.text, "");
    assert_int_equal(manifest->num_columns, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_string_equal(manifest->columns[i].name, names[i]);
    column = &manifest->columns[0];
    assert_int_equal(column->direction, 1);
    assert_int_equal(column->direction_corrected, -1);
    assert_string_equal(column->unit_corrected, "V");
    assert_true(wants(column, PROFILE_PAPER, "{\"n\":1,\"k\":\"y\"}"));
    assert_true(wants(column, PROFILE_PAPER, "{\"n\":-2}"));
    assert_false(wants(column, PROFILE_PAPER, "{\"n\":2,\"k\":\"y\"}"));
    assert_false(wants(column, PROFILE_CORRECTED, "{\"n\":1,\"k\":\"y\"}"));
    assert_true(wants(column, PROFILE_CORRECTED, "{\"n\":1,\"k\":\"x\"}"));
    assert_int_equal(manifest->columns[1].direction_corrected, 1);
    column = manifest_column(manifest, "c.x.b_b");
    assert_string_equal(column->title, "t: x, B b");
    assert_int_equal(column->direction_corrected, -1);
    assert_null(column->cluster);
    assert_true(
        wants(column, PROFILE_PAPER, "{\"n\":1,\"k\":\"x\",\"l\":[\"B b\"]}"));
    assert_false(
        wants(column, PROFILE_PAPER, "{\"n\":1,\"k\":\"x\",\"l\":[\"c\"]}"));
    assert_string_equal(prompts_text(&manifest->prompts, "judge"),
                        "Is it {reply}?");
    assert_null(prompts_text(&manifest->prompts, "judges"));
    manifest_destroy(manifest);
}

static void a_name_is_no_path(void **state)
{
    struct error err = { 0 };

    (void)state;
    assert_null(manifest_read("../trustllm", &err));
    assert_int_equal(err.code, ERR_USAGE);
    err.code = ERR_NONE;
    assert_null(manifest_read("..", &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(manifest_read("", &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(manifest_read("nothing", &err));
    assert_int_equal(err.code, ERR_IO);
    manifest_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ranked_columns_are_those_of_the_board),
        cmocka_unit_test(the_tasks_are_the_24_files),
        cmocka_unit_test(columns_say_how_they_are_scored),
        cmocka_unit_test(columns_take_their_items),
        cmocka_unit_test(columns_have_parts),
        cmocka_unit_test_setup_teardown(a_manifest_says_what_its_columns_take,
                                        files_set_up,
                                        files_tear_down),
        cmocka_unit_test_setup_teardown(
            bad_manifests_are_refused_with_their_place,
            files_set_up,
            files_tear_down),
        cmocka_unit_test_setup_teardown(a_name_is_no_path,
                                        files_set_up,
                                        files_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
