/* Replies nobody would write -> every evaluator, and what its columns make of
 * the verdicts.  Follow-ups are answered the same way, or not at all. */
#define FUZZ_ROUNDS 4000

#include "evaluate/judge.h"
#include "fuzz.h"
#include "subject.h"
#include "trustsweep/evaluator.h"

void fuzz_set_up(void)
{
    subject_set_up();
}

void fuzz_tear_down(void)
{
    if (fuzz_is_usual)
        kept_check("tests/fuzz/kept/evaluate.txt");
    subject_tear_down();
}

static char *draw_recorded(struct draws *draws)
{
    static const char *const values[] = {
        "\"yes\"",     "\"No\"",     "\"[CORRECTED]\"",
        "\"CORRECT\"", "\"wrong\"",  "\"\"",
        "\"\\u05d0\"", "0.25",       "-1e300",
        "1e308",       "true",       "null",
        "[1]",         "{\"a\":{}}",
    };
    struct text out = { 0 };

    if (!one_in(draws, 3))
        return NULL;
    if (one_in(draws, 12))
        return mem_text(one_in(draws, 2) ? "{\"eval_res\":" : "[]");
    /* one after the other: in what order arguments are worked out is the
     * compiler's affair */
    text_addf(&out, "{\"eval_res\":%s", values[draw(draws, ARRAY_LEN(values))]);
    text_addf(&out,
              ",\"eval_score\":%s",
              values[draw(draws, ARRAY_LEN(values))]);
    if (one_in(draws, 2)) {
        text_addf(&out,
                  ",\"similarity\":%s",
                  values[draw(draws, ARRAY_LEN(values))]);
    }
    text_add(&out, "}");
    return text_take(&out);
}

static void draw_reply(struct draws *draws,
                       const struct item *item,
                       struct reply *out)
{
    struct text text = { 0 };

    if (one_in(draws, 8)) {
        enum state state = (enum state)(1 + draw(draws, NUM_STATES - 1));

        /* as generation gives them */
        if (!state_has_text(state) && state != STATE_REFUSED
            && state != STATE_UNPARSED && state != STATE_UNJUDGED) {
            reply_fail(out, state, "drawn");
            out->recorded = draw_recorded(draws);
            return;
        }
    }
    add_reply(draws, item->entry, &text);
    reply_set_text(out,
                   text_data(&text),
                   text.len,
                   one_in(draws, 5) ? FINISH_LENGTH : FINISH_STOP);
    text_release(&text);
    out->recorded = draw_recorded(draws);
}

/* Answers follow-ups: what is said depends on the question alone. */
struct crowd {
    const struct evaluator_ops *evaluator;
    size_t num_units;
    uint64_t seed;
    size_t share;     /* of 4: how many questions are answered */
    bool is_hasty;    /* says "later" to some */
    bool is_sensible; /* scores and vectors of the right kind only */
};

static uint64_t hash_ask(const struct crowd *crowd, const struct ask *ask)
{
    const struct request *request = &ask->request;
    const char *text = request->messages[request->num_messages - 1].text;
    struct hash128 hash = hash_bytes(text, strlen(text));

    for (const char *at = ask->question; *at; at++)
        hash.low = hash.low * 31 + (unsigned char)*at;
    return hash.low ^ hash.high ^ crowd->seed ^ (uint64_t)ask->role;
}

static void check_ask(const struct crowd *crowd, const struct ask *ask)
{
    static const enum request_kind kinds[NUM_ROLES] = {
        [ROLE_JUDGE] = REQUEST_CHAT,
        [ROLE_REFUSAL] = REQUEST_CLASSIFY,
        [ROLE_EMBEDDER] = REQUEST_EMBED,
        [ROLE_TOXICITY] = REQUEST_CLASSIFY,
    };
    const struct request *request = &ask->request;

    CHECK(ask->role > ROLE_ANSWER && ask->role < NUM_ROLES);
    CHECK(crowd->evaluator->roles & 1u << ask->role);
    CHECK(ask->member < crowd->num_units);
    CHECK(ask->question[0]
          && memchr(ask->question, '\0', sizeof ask->question));
    CHECK(request->kind == kinds[ask->role]);
    CHECK(request->num_messages > 0 && request->messages);
    for (uint32_t i = 0; i < request->num_messages; i++)
        CHECK(request->messages[i].role && request->messages[i].text);
    if (request->kind == REQUEST_CHAT)
        CHECK(request->sampling.max_tokens > 0);
}

static void draw_values(struct draws *draws,
                        const struct crowd *crowd,
                        const struct ask *ask,
                        struct reply *out)
{
    const bool is_vector = ask->request.kind == REQUEST_EMBED;
    static const double odd[] = { 0, -1, 2, 1e308, -1e308 };

    out->num_values = is_vector ? 8 : 3;
    if (!crowd->is_sensible)
        out->num_values = (uint32_t)draw(draws, 9);
    out->values = mem_alloc(out->num_values, sizeof *out->values);
    for (uint32_t i = 0; i < out->num_values; i++) {
        out->values[i] = random_unit(&draws->state);
        if (is_vector)
            out->values[i] -= 0.5;
        if (!crowd->is_sensible && one_in(draws, 3)) {
            out->values[i] =
                one_in(draws, 4) ? (double)NAN : odd[draw(draws, 5)];
        }
    }
}

static enum answer answer(void *self, const struct ask *ask, struct reply *out)
{
    static const char *const words[] = {
        "yes",        "NO",        "Not sure",
        "wrong",      "not wrong", "[CORRECTED]",
        "refused",    "answered",  "[NOT CORRECTED]",
        "stereotype", "correct",   "unrelated.",
    };
    const struct crowd *crowd = self;
    struct draws draws = { .state = hash_ask(crowd, ask) };
    struct text text = { 0 };

    check_ask(crowd, ask);
    if (crowd->is_hasty && one_in(&draws, 3))
        return ANSWER_LATER;
    if (draw(&draws, 4) >= crowd->share)
        return ANSWER_NONE;
    if (one_in(&draws, 10)) {
        reply_fail(out, STATE_FAILED, "drawn");
        return ANSWER_THERE;
    }
    if (one_in(&draws, 3)) {
        add_reply(&draws, NULL, &text);
    } else {
        text_add(&text, words[draw(&draws, ARRAY_LEN(words))]);
    }
    if (ask->request.kind != REQUEST_CHAT && !one_in(&draws, 8))
        draw_values(&draws, crowd, ask, out);
    reply_set_text(out, text_data(&text), text.len, FINISH_STOP);
    text_release(&text);
    return ANSWER_THERE;
}

static void check_verdict(const struct evaluator_ops *evaluator,
                          const struct reply *reply,
                          const struct verdict *verdict)
{
    int num_labels = 0;

    while (evaluator->labels[num_labels])
        num_labels++;
    CHECK(verdict->label >= 0 && verdict->label < num_labels);
    CHECK(isnan(verdict->value) || isfinite(verdict->value));
    CHECK(isfinite(verdict->error) && verdict->error >= 0);
    CHECK((unsigned)verdict->origin < NUM_ORIGINS);
    if (verdict->state == STATE_UNJUDGED)
        CHECK(verdict->label == LABEL_NONE);
    if (!state_has_text(reply->state))
        CHECK(verdict->label == LABEL_NONE);
    if (verdict->state == reply->state)
        return;
    CHECK(reply->state == STATE_ANSWERED || reply->state == STATE_TRUNCATED);
    CHECK(verdict->state == STATE_UNPARSED || verdict->state == STATE_REFUSED
          || verdict->state == STATE_UNJUDGED);
}

static void check_same(const struct verdicts *a, const struct verdicts *b)
{
    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct verdict *x = &a->by_profile[p];
        const struct verdict *y = &b->by_profile[p];

        CHECK(x->state == y->state && x->label == y->label);
        CHECK(x->origin == y->origin && is_same(x->error, y->error));
        CHECK(is_same(x->value, y->value));
    }
}

static void score(struct draws *draws,
                  const struct column *column,
                  const struct subject *subject,
                  const struct verdicts *verdicts)
{
    const struct evaluator_ops *evaluator = evaluator_find(column->evaluator);
    struct observation observations[MAX_UNITS];

    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct metric_params params = {
            .profile = (enum profile)p,
            .by = column->by,
            .field = column->field,
            .cluster = column->cluster,
            .labels = evaluator->labels,
            .seed = 1,
        };
        size_t num = 0;

        for (size_t i = 0; i < subject->num; i++) {
            if (!column_wants(column, (enum profile)p, subject->pointers[i]))
                continue;
            observations[num++] = (struct observation){
                .item = subject->pointers[i],
                .verdict = &verdicts[i].by_profile[p],
                .repeat = subject->repeats[i],
            };
        }
        check_score(draws,
                    metric_find(column->metric),
                    &params,
                    observations,
                    num);
    }
}

static void keep_verdicts(const struct evaluator_ops *evaluator,
                          const struct verdicts *verdicts)
{
    struct text text = { 0 };

    for (int p = 0; p < NUM_PROFILES; p++) {
        const struct verdict *one = &verdicts->by_profile[p];

        text_addf(&text,
                  "%d %d %d",
                  (int)one->state,
                  one->label,
                  (int)one->origin);
        kept_number(&text, one->value);
        kept_number(&text, one->error);
    }
    kept_add(evaluator->name, &text);
    text_release(&text);
}

/* The same every time, and what nobody answered is not made up. */
static void judge(struct crowd *crowd,
                  const struct subject *subject,
                  const struct reply *const *replies,
                  struct verdicts *out)
{
    struct judge judge = { .evaluator = crowd->evaluator,
                           .prompts = &manifest->prompts,
                           .answerer = { crowd, answer } };
    struct verdicts again[MAX_UNITS];

    fuzz_subject = crowd->evaluator->name;
    memset(out, 0xff, subject->num * sizeof *out);
    memset(again, 0x55, sizeof again);
    crowd->is_hasty = true;
    CHECK(judge_units(&judge,
                      subject->pointers,
                      replies,
                      subject->repeats,
                      subject->num,
                      again)
          != JUDGED_FAILED);
    crowd->is_hasty = false;
    for (int i = 0; i < 2; i++) {
        CHECK(judge_units(&judge,
                          subject->pointers,
                          replies,
                          subject->repeats,
                          subject->num,
                          i == 0 ? out : again)
              == JUDGED_ALL);
    }
    for (size_t i = 0; i < subject->num; i++) {
        check_same(&out[i], &again[i]);
        keep_verdicts(crowd->evaluator, &out[i]);
        for (int p = 0; p < NUM_PROFILES; p++)
            check_verdict(crowd->evaluator, replies[i], &out[i].by_profile[p]);
    }
}

/* An evaluator's own items most of the time. */
static const struct column *draw_column(struct draws *draws,
                                        const struct evaluator_ops **evaluator)
{
    const struct column *column =
        &manifest->columns[draw(draws, manifest->num_columns)];
    size_t num = 0;

    *evaluator = evaluator_find(column->evaluator);
    if (*evaluator && !one_in(draws, 5))
        return column;
    while (evaluator_kinds()[num])
        num++;
    *evaluator = evaluator_kinds()[draw(draws, num)];
    return column;
}

void fuzz_round(struct draws *draws)
{
    struct crowd crowd = { 0 };
    const struct column *column = draw_column(draws, &crowd.evaluator);
    const struct dataset_task *task = dataset_find(dataset, column->task);
    struct verdicts verdicts[MAX_UNITS];
    struct reply replies[MAX_UNITS] = { 0 };
    const struct reply *pointers[MAX_UNITS];
    struct subject subject;

    subject_init(draws, task, &subject);
    for (size_t i = 0; i < subject.num; i++) {
        draw_reply(draws, subject.pointers[i], &replies[i]);
        pointers[i] = &replies[i];
    }
    crowd.num_units = subject.num;
    crowd.share = draw(draws, 5);
    crowd.seed = draw(draws, UINT16_MAX);
    crowd.is_sensible = one_in(draws, 2);
    judge(&crowd, &subject, pointers, verdicts);
    if (evaluator_find(column->evaluator) == crowd.evaluator)
        score(draws, column, &subject, verdicts);
    for (size_t i = 0; i < subject.num; i++)
        reply_release(&replies[i]);
    subject_release(&subject);
}
