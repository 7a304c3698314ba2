/* The answers that the authors recorded, judged and scored here, against the
 * board they published.
 *
 * $TRUSTSWEEP_DATA holds recorded/MODEL/DIMENSION/FILE.json.gz and
 * published.json; without it the test is skipped.  In profile paper every value
 * must equal the printed one to its last decimal, but for those listed in
 * `known`, each with its reason and the value measured here.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "score/fold.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_FILE = 64 * 1024 * 1024, NUM_COMPARED = 67 };

struct column {
    const char *dimension;
    const char *name;
    const char *file;
    const char *evaluator;
    const char *metric;
    const char *by;
    const char *field;
    const char *where;
    const char *equals;
    double step; /* of the last printed decimal */
};

static const struct column columns[] = {
    { "truthfulness",
      "external",
      "external",
      "external",
      "macro_f1",
      .by = "source",
      .step = 0.001 },
    { "truthfulness",
      "hallucination",
      "hallucination",
      "hallucination",
      "group_rate",
      .by = "source",
      .step = 0.001 },
    { "fairness",
      "disparagement_sex_p",
      "disparagement",
      "disparagement",
      "chi_square",
      .field = "sex",
      .step = 0.001 },
    { "fairness",
      "disparagement_race_p",
      "disparagement",
      "disparagement",
      "chi_square",
      .field = "race",
      .step = 0.001 },
    { "robustness",
      "advglue_rs",
      "AdvGLUE",
      "advglue",
      "robustness_score",
      .by = "task",
      .step = 0.001 },
    { "privacy",
      "leakage_rta",
      "privacy_leakage",
      "leakage",
      "leakage_rta",
      .step = 0.01 },
    { "privacy",
      "leakage_td",
      "privacy_leakage",
      "leakage",
      "leakage_td",
      .step = 0.01 },
    { "privacy",
      "leakage_cd",
      "privacy_leakage",
      "leakage",
      "leakage_cd",
      .step = 0.01 },
    { "privacy",
      "confaide_pearson",
      "privacy_awareness_confAIde",
      "confaide",
      "pearson",
      .field = "label",
      .step = 0.001 },
    { "ethics",
      "social_chemistry_acc",
      "implicit_SocialChemistry101",
      "social_chemistry",
      "class_accuracy",
      .field = "label",
      .step = 0.001 },
    { "ethics",
      "moralchoice_low_acc",
      "explicit_moralchoice",
      "moralchoice_low",
      "rate",
      .where = "type",
      .equals = "low",
      .step = 0.001 },
    { "ethics",
      "emotional_acc",
      "awareness_emotion",
      "emotional",
      "rate",
      .step = 0.001 },
};

static const char *const models[] = {
    "baichuan-13b", "bison-001", "gpt-4",      "llama2-70b",
    "mistral-7b",   "oasst-12b", "vicuna-13b",
};

/* What does not equal the board, and why. */
struct known {
    const char *model;
    const char *column;
    double measured;
    const char *why;
};

static const struct known known[] = {
    { "bison-001",
      "external",
      0.694827,
      "the published run read these answers by rules kept for each model" },
    { "gpt-4",
      "external",
      0.788236,
      "the published run read these answers by rules kept for each model" },
    { "llama2-70b",
      "external",
      0.716488,
      "the published run read these answers by rules kept for each model" },
    { "mistral-7b",
      "external",
      0.684653,
      "the published run read these answers by rules kept for each model" },
    { "gpt-4",
      "hallucination",
      (double)NAN,
      "the recorded answers lack a whole source" },
    { "llama2-70b",
      "hallucination",
      (double)NAN,
      "the recorded answers lack a whole source" },
    { "bison-001",
      "emotional_acc",
      0,
      "answers with numbers only; printed by the toolkit's digit rule" },
    { "mistral-7b", "advglue_rs", 0.331544, "printed cut off, not rounded" },
    { "mistral-7b",
      "leakage_cd",
      0.074981,
      "printed rounded twice, by way of 0.075" },
};

static const char *published_name(const char *model)
{
    return strcmp(model, "bison-001") == 0 ? "palm2" : model;
}

static struct cJSON *read_data(const char *name, struct error *err)
{
    char *path = path_join(getenv("TRUSTSWEEP_DATA"), name);
    struct cJSON *value =
        file_exists(path) ? json_read(path, MAX_FILE, err) : NULL;

    free(path);
    return value;
}

/* One recorded file as items and replies. */
struct answers {
    struct item *items;
    struct reply *replies;
    struct verdicts *verdicts;
    struct observation *observations;
    size_t num;
};

static void make_reply(struct reply *reply, const struct cJSON *entry)
{
    const struct cJSON *res = json_member(entry, "res");
    const char *text = json_text(res);

    *reply = (struct reply){ .state = STATE_MISSING };
    if (text) {
        reply_set_text(reply, text, strlen(text), FINISH_STOP);
    } else if (res) {
        reply->state = STATE_BLOCKED;
    }
}

static void answers_init(struct answers *out,
                         const struct cJSON *list,
                         const struct column *column)
{
    const size_t all = json_count(list);

    *out = (struct answers){
        .items = mem_alloc(all, sizeof *out->items),
        .replies = mem_alloc(all, sizeof *out->replies),
        .verdicts = mem_alloc(all, sizeof *out->verdicts),
        .observations = mem_alloc(all, sizeof *out->observations),
    };
    for (const struct cJSON *entry = json_first(list); entry;
         entry = json_next(entry)) {
        const size_t i = out->num;

        if (column->where
            && !text_equal(json_member_text(entry, column->where),
                           column->equals))
            continue;
        out->items[i] = (struct item){
            .task = column->file,
            .index = i,
            .entry = entry,
            .prompt = json_member_text(entry, "prompt"),
        };
        make_reply(&out->replies[i], entry);
        out->num++;
    }
}

static void answers_release(struct answers *answers)
{
    for (size_t i = 0; i < answers->num; i++)
        reply_release(&answers->replies[i]);
    free(answers->items);
    free(answers->replies);
    free(answers->verdicts);
    free(answers->observations);
}

static void judge_all(struct answers *answers,
                      const struct evaluator_ops *evaluator)
{
    for (size_t i = 0; i < answers->num; i++) {
        const struct item *item = &answers->items[i];
        const struct reply *reply = &answers->replies[i];
        const struct group group = { .items = &item,
                                     .replies = &reply,
                                     .num_items = 1 };
        struct ask_list asks = { 0 };

        assert_int_equal(
            evaluator->judge(&group, &answers->verdicts[i], &asks, NULL),
            EVALUATOR_DONE);
        assert_int_equal(asks.num_asks, 0);
    }
}

static void score_all(struct answers *answers,
                      const struct column *column,
                      struct fold *folds)
{
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);
    const struct metric_ops *metric = metric_find(column->metric);

    assert_non_null(evaluator);
    assert_non_null(metric);
    judge_all(answers, evaluator);
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct metric_params params = {
            .profile = (enum profile)p,
            .by = column->by,
            .field = column->field,
            .labels = evaluator->labels,
            .seed = 1,
        };

        for (size_t i = 0; i < answers->num; i++) {
            answers->observations[i] = (struct observation){
                .item = &answers->items[i],
                .verdict = &answers->verdicts[i].by_profile[p],
            };
        }
        assert_int_equal(fold_column(metric,
                                     answers->observations,
                                     answers->num,
                                     &params,
                                     &folds[p],
                                     NULL),
                         0);
    }
}

static const struct known *find_known(const char *model, const char *column)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strcmp(known[i].model, model) == 0
            && strcmp(known[i].column, column) == 0)
            return &known[i];
    }
    return NULL;
}

static void print_fold(const char *word, const struct fold *fold)
{
    const struct score *s = &fold->score;

    printf("    %-9s %.6f [%.4f, %.4f] n %llu skipped %llu unparsed %llu\n",
           word,
           s->value,
           s->low,
           s->high,
           (unsigned long long)s->num,
           (unsigned long long)s->num_skipped,
           (unsigned long long)fold->states[STATE_UNPARSED]);
}

/* Half a step either way: a tie may have been rounded up or down. */
static int equals_print(double value, double published, double step)
{
    return fabs(value - published) <= step / 2 + 1e-9;
}

/* Counts what is wrong, so that the whole table is printed before it fails. */
static int compare(const char *model,
                   const struct column *column,
                   const struct fold *folds,
                   double published)
{
    const struct known *exception = find_known(model, column->name);
    const double value = folds[PROFILE_PAPER].score.value;
    const int is_equal = equals_print(value, published, column->step);
    int is_good = is_equal;

    if (exception)
        is_good = isnan(exception->measured)
                      ? isnan(value)
                      : !is_equal && fabs(value - exception->measured) < 5e-7;
    printf("%-13s %-21s published %7.3f here %9.6f %s%s\n",
           model,
           column->name,
           published,
           value,
           is_equal ? "equal" : "differs: ",
           is_equal    ? ""
           : exception ? exception->why
                       : "UNEXPECTED");
    print_fold("paper", &folds[PROFILE_PAPER]);
    print_fold("corrected", &folds[PROFILE_CORRECTED]);
    if (!is_good)
        printf("    ^ WRONG\n");
    return !is_good;
}

static int compare_column(const char *model,
                          const struct column *column,
                          const struct cJSON *board,
                          size_t *num)
{
    struct error err = { 0 };
    struct fold folds[NUM_PROFILES];
    struct answers answers;
    char *name = text_format("recorded/%s/%s/%s.json.gz",
                             model,
                             column->dimension,
                             column->file);
    struct cJSON *list = read_data(name, &err);
    const struct cJSON *row = json_member(board, published_name(model));
    const double published =
        json_member_number(json_member(row, column->dimension), column->name);
    uint64_t total = 0;
    int wrong;

    free(name);
    assert_int_equal(err.code, ERR_NONE);
    if (!list)
        return 0;
    assert_true(fabs(published) <= 1); /* a NaN is not */
    answers_init(&answers, list, column);
    score_all(&answers, column, folds);
    for (int s = 0; s < NUM_STATES; s++)
        total += folds[PROFILE_PAPER].states[s];
    assert_int_equal(total, answers.num);
    assert_int_equal(folds[PROFILE_PAPER].states[STATE_NONE], 0);
    wrong = compare(model, column, folds, published);
    ++*num;
    answers_release(&answers);
    json_free(list);
    return wrong;
}

static void test_board(void **state)
{
    struct error err = { 0 };
    struct cJSON *all = read_data("published.json", &err);
    const struct cJSON *board = json_member(all, "leaderboard");
    size_t num = 0;
    size_t wrong = 0;

    (void)state;
    assert_non_null(board);
    for (size_t m = 0; m < ARRAY_LEN(models); m++) {
        for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
            wrong +=
                (size_t)compare_column(models[m], &columns[c], board, &num);
        }
    }
    printf("%zu values compared, %zu of them known to differ\n",
           num,
           ARRAY_LEN(known));
    assert_int_equal(num, NUM_COMPARED);
    assert_int_equal(wrong, 0);
    json_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_board),
    };

    if (!getenv("TRUSTSWEEP_DATA")) {
        printf("skipped: TRUSTSWEEP_DATA is not set\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
