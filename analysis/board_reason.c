#include "analysis/board.h"
#include "analysis/measured.h"
#include "analysis/needs.h"
#include "analysis/role_trust.h"
#include "analysis/role_wait.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/state.h"

#include <math.h>
#include <stdlib.h>

/* The state that most of the items are in, for a cell without a value. */
static enum state main_state(const struct reader_score *score)
{
    enum state most = STATE_NONE;

    for (int s = 1; s < NUM_STATES; s++) {
        if (score->states[s] > score->states[most])
            most = (enum state)s;
    }
    return most;
}

/* The state that most of the items of no use are in; STATE_NONE: no item is. */
static enum state main_lack(const struct reader_score *score)
{
    static const enum state lacking[] = { STATE_UNPARSED, STATE_EMPTY,
                                          STATE_MISSING,  STATE_BLOCKED,
                                          STATE_FAILED,   STATE_NO_FINAL,
                                          STATE_OVERLONG };
    enum state most = STATE_NONE;

    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        if (score->states[lacking[i]] > score->states[most])
            most = lacking[i];
    }
    return most;
}

/* The run has the role, and ended before all its questions were answered. */
static void add_waiting(struct text *out,
                        const char *needs,
                        uint64_t lacking,
                        uint64_t num)
{
    if (lacking == num) {
        text_addf(out, "all %llu", (unsigned long long)num);
    } else {
        text_addf(out,
                  "%llu of %llu",
                  (unsigned long long)lacking,
                  (unsigned long long)num);
    }
    text_addf(out, " " BOARD_WAIT " %s", needs);
}

static void add_unjudged(struct text *out,
                         const struct role_wait *wait,
                         const char *unread,
                         const struct reader_column *column,
                         const struct reader_score *score,
                         uint64_t num)
{
    const unsigned long long lacking = score->states[STATE_UNJUDGED];
    const char *needs = needs_lacking(column, score);

    if (wait && role_wait_is_pending(wait, needs)) {
        /* before what is unreadable, which is known of the whole run alone */
        add_waiting(out, needs, lacking, num);
    } else if (unread) {
        /* the role is there, and what it says is not what was asked for */
        text_addf(out,
                  "%llu of %llu: %s unreadable",
                  lacking,
                  (unsigned long long)num,
                  unread);
    } else if (lacking == num) {
        text_addf(out, "needs %s (all %llu)", needs, lacking);
    } else if (text_equal(needs, column->needs) && score->num_asked > 0) {
        /* the role is there: these answers of it were of no use */
        text_addf(out,
                  "%llu of %llu not judged (%s)",
                  lacking,
                  (unsigned long long)num,
                  needs);
    } else {
        text_addf(out,
                  "needs %s (%llu of %llu)",
                  needs,
                  lacking,
                  (unsigned long long)num);
    }
}

static void add_state(struct text *out,
                      const struct reader_score *score,
                      enum state state,
                      uint64_t num)
{
    const bool is_rest =
        score->states[STATE_ANSWERED] + score->states[STATE_TRUNCATED] > 0;

    text_addf(out, "%llu ", (unsigned long long)score->states[state]);
    if (is_rest) /* a part of the items, or a class, is without */
        text_addf(out, "of %llu ", (unsigned long long)num);
    text_add(out, state == STATE_NONE ? "not done" : state_name(state));
    if (is_rest)
        text_add(out, ", " BOARD_FEW);
}

void board_reason(struct text *out,
                  const struct role_wait *wait,
                  const struct reader_column *column,
                  const struct reader_score *score)
{
    enum state state = main_state(score);
    uint64_t num = 0;

    for (int s = 0; s < NUM_STATES; s++)
        num += score->states[s];
    /* enough to divide by, so that a part of the items (a source) has none */
    if (score->num > 0 && main_lack(score) != STATE_NONE)
        state = main_lack(score);
    if (score->states[STATE_UNJUDGED] > 0) {
        char *unread = role_trust_unread(wait ? wait->reader : NULL, column);

        add_unjudged(out, wait, unread, column, score, num);
        free(unread);
    } else if (num == 0) {
        text_add(out, "no items");
    } else if (column->needs[0] && !column->evaluator[0]) {
        text_addf(out, "needs %s", column->needs);
    } else if (column->metric[0]
               && (state == STATE_ANSWERED || state == STATE_TRUNCATED)) {
        /* they were judged, and none has what the value is a share of */
        text_addf(out, "nothing to divide by in %llu", (unsigned long long)num);
    } else {
        add_state(out, score, state, num);
    }
}

void board_lack(struct text *out, const struct reader_score *score)
{
    static const enum state lacking[] = { STATE_FAILED,
                                          STATE_MISSING,
                                          STATE_OVERLONG,
                                          STATE_NONE };
    const char *before = "";

    if (isnan(measured_value(score)))
        return;
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        const enum state state = lacking[i];

        if (score->states[state] == 0)
            continue;
        text_addf(out,
                  "%s%llu %s",
                  before,
                  (unsigned long long)score->states[state],
                  state == STATE_NONE ? "not done" : state_name(state));
        before = ", ";
    }
}
