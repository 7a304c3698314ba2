#include "store/schema.h"

#include "trustsweep/bug.h"
#include "trustsweep/state.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct schema_dimension schema_dimensions[NUM_DIMS] = {
    [DIM_NONE] = { "", SCALE_BARE, false, false },
    [DIM_MODEL] = { "model", SCALE_NAMES, false, false },
    [DIM_COLUMN] = { "column", SCALE_NAMES, false, false },
    [DIM_REPEAT] = { "repeat", SCALE_INDEX, false, false },
    [DIM_TASK] = { "task", SCALE_NAMES, false, false },
    [DIM_ITEM] = { "item", SCALE_BARE, false, false },
    [DIM_ITEM_EDGE] = { "item_edge", SCALE_BARE, false, false },
    [DIM_UNIT] = { "unit", SCALE_BARE, false, false },
    [DIM_UNIT_EDGE] = { "unit_edge", SCALE_BARE, false, false },
    [DIM_OBSERVATION] = { "observation", SCALE_BARE, true, false },
    [DIM_LEDGER_ROW] = { "ledger_row", SCALE_BARE, true, false },
    [DIM_LEDGER_CELL] = { "ledger_cell", SCALE_BARE, true, false },
    [DIM_ENTRY_BYTE] = { "entry_byte", SCALE_BARE, true, false },
    [DIM_TEXT_BYTE] = { "text_byte", SCALE_BARE, true, false },
    [DIM_REASONING_BYTE] = { "reasoning_byte", SCALE_BARE, true, false },
    [DIM_DETAIL_BYTE] = { "detail_byte", SCALE_BARE, true, false },
    [DIM_RECORDED_BYTE] = { "recorded_byte", SCALE_BARE, true, false },
    [DIM_REPLY_VALUE] = { "reply_value", SCALE_BARE, true, false },
    [DIM_FOLLOW_UP] = { "follow_up", SCALE_BARE, true, false },
    [DIM_FOLLOW_UP_EDGE] = { "follow_up_edge", SCALE_BARE, true, false },
    [DIM_QUESTION_BYTE] = { "question_byte", SCALE_BARE, true, false },
    [DIM_ANSWER_BYTE] = { "answer_byte", SCALE_BARE, true, false },
    [DIM_ANSWER_VALUE] = { "answer_value", SCALE_BARE, true, false },
    [DIM_ASKED] = { "asked_row", SCALE_BARE, true, false },
    [DIM_MEASURE] = { "measure", SCALE_NAMES, false, true },
};

const char *const schema_groups[] = {
    "/models",
    "/columns",
    "/tasks",
    "/items",
    "/records",
    "/follow_ups",
    "/asked",
    "/observations",
    "/scores",
    "/scores/paper",
    "/scores/paper/by_repeat",
    "/scores/corrected",
    "/scores/corrected/by_repeat",
    SCHEMA_UTILITY,
    "/timing",
    "/ledger",
    "/provenance",
    NULL,
};

/* clang-format off */
#define TEXTS(path, dim, meaning) \
    { path, TYPE_STRING, { dim }, true, FLAGS_NONE, NULL, meaning }
#define NUMBERS(path, type, dim, meaning) \
    { path, type, { dim }, true, FLAGS_NONE, NULL, meaning }
#define CODES(path, dim, flags, meaning) \
    { path, TYPE_U8, { dim }, true, flags, NULL, meaning }
#define MEASURED(path, type, meaning)                                  \
    { path, type, { DIM_MODEL, DIM_MEASURE }, true, FLAGS_NONE, NULL,  \
      meaning }
#define OUTSIDE(path, type, dim, units, meaning) \
    { path, type, { dim }, false, FLAGS_NONE, units, meaning }

const struct schema_dataset schema_datasets[] = {
    TEXTS("/model", DIM_MODEL, "name of the model"),
    TEXTS("/models/access", DIM_MODEL, "proprietary or open, empty: unknown"),
    TEXTS("/models/creator", DIM_MODEL, "who made it"),
    TEXTS("/models/family", DIM_MODEL, "models that share an origin"),
    TEXTS("/models/published_as", DIM_MODEL, "its name on the published board"),
    OUTSIDE("/models/backend", TYPE_STRING, DIM_MODEL, NULL,
            "backend spec of the job; may name paths"),
    TEXTS("/models/identity", DIM_MODEL, "what determines its replies"),
    NUMBERS("/models/parameters_b", TYPE_F64, DIM_MODEL,
            "parameters in billions; NaN when unknown"),

    TEXTS("/column", DIM_COLUMN, "name of the column"),
    TEXTS("/columns/title", DIM_COLUMN, "title for people"),
    TEXTS("/columns/dimension", DIM_COLUMN, "dimension of trustworthiness"),
    TEXTS("/columns/section", DIM_COLUMN, "section of that dimension"),
    TEXTS("/columns/task", DIM_COLUMN, "task whose items it judges"),
    TEXTS("/columns/unit", DIM_COLUMN, "unit of the value under paper"),
    TEXTS("/columns/unit_corrected", DIM_COLUMN,
          "unit of the value under corrected"),
    TEXTS("/columns/parent", DIM_COLUMN,
          "column that it is a part of, over some of its items; empty: none"),
    TEXTS("/columns/cluster", DIM_COLUMN,
          "item field whose values are drawn together; empty: items are"),
    TEXTS("/columns/by", DIM_COLUMN, "item field that its metric groups by"),
    TEXTS("/columns/field", DIM_COLUMN, "further item field of its metric"),
    TEXTS("/columns/evaluator", DIM_COLUMN, "evaluator: replies to verdicts"),
    TEXTS("/columns/metric", DIM_COLUMN, "metric: verdicts to the value"),
    TEXTS("/columns/estimand", DIM_COLUMN, "what the value is a mean of"),
    TEXTS("/columns/source", DIM_COLUMN, "where the rule comes from"),
    TEXTS("/columns/needs", DIM_COLUMN, "roles that may have to judge; empty: none"),
    TEXTS("/columns/labels", DIM_COLUMN, "JSON array: label texts by number"),
    NUMBERS("/columns/direction", TYPE_I32, DIM_COLUMN,
            "1: higher is more trustworthy, -1: lower is, 0: neither"),
    NUMBERS("/columns/direction_corrected", TYPE_I32, DIM_COLUMN,
            "the same of the value under corrected"),
    CODES("/columns/is_ranked", DIM_COLUMN, FLAGS_BOOL,
          "1: one of the columns that the board ranks"),

    NUMBERS("/repeat", TYPE_U32, DIM_REPEAT, "number of the asking, from 0"),

    TEXTS("/task", DIM_TASK, "name of the task"),
    TEXTS("/tasks/dimension", DIM_TASK, "its dimension"),
    TEXTS("/tasks/section", DIM_TASK, "its section"),
    TEXTS("/tasks/sha256", DIM_TASK, "SHA-256 of its data file"),

    NUMBERS("/items/task", TYPE_U32, DIM_ITEM, "row of /task"),
    NUMBERS("/items/index", TYPE_U64, DIM_ITEM, "position in the task's file"),
    NUMBERS("/items/occurrence", TYPE_U32, DIM_ITEM,
            "how many equal items stand before it"),
    NUMBERS("/items/hash_high", TYPE_U64, DIM_ITEM,
            "XXH3-128 of the entry, upper half"),
    NUMBERS("/items/hash_low", TYPE_U64, DIM_ITEM, "its lower half"),
    NUMBERS("/items/entry_offset", TYPE_U64, DIM_ITEM_EDGE,
            "first byte of each entry in /items/entry, and the end"),
    NUMBERS("/items/entry", TYPE_U8, DIM_ENTRY_BYTE,
            "entries as canonical JSON, UTF-8, one after the other"),

    NUMBERS("/records/id_high", TYPE_U64, DIM_UNIT, "unit id, upper half"),
    NUMBERS("/records/id_low", TYPE_U64, DIM_UNIT, "its lower half"),
    NUMBERS("/records/model", TYPE_U32, DIM_UNIT, "row of /model"),
    NUMBERS("/records/task", TYPE_U32, DIM_UNIT, "row of /task"),
    NUMBERS("/records/item", TYPE_U64, DIM_UNIT, "row of /items"),
    NUMBERS("/records/repeat", TYPE_U32, DIM_UNIT, "row of /repeat"),
    CODES("/records/role", DIM_UNIT, FLAGS_ROLE, "who was asked"),
    CODES("/records/state", DIM_UNIT, FLAGS_STATE, "what became of the unit"),
    CODES("/records/finish", DIM_UNIT, FLAGS_FINISH, "why generation ended"),
    NUMBERS("/records/prompt_tokens", TYPE_U32, DIM_UNIT, "tokens asked"),
    NUMBERS("/records/reply_tokens", TYPE_U32, DIM_UNIT,
            "tokens of the final text and the reasoning"),
    NUMBERS("/records/text_offset", TYPE_U64, DIM_UNIT_EDGE,
            "first byte of each text in /records/text, and the end"),
    NUMBERS("/records/text", TYPE_U8, DIM_TEXT_BYTE, "final texts, UTF-8"),
    NUMBERS("/records/reasoning_offset", TYPE_U64, DIM_UNIT_EDGE,
            "as text_offset, of /records/reasoning"),
    NUMBERS("/records/reasoning", TYPE_U8, DIM_REASONING_BYTE,
            "reasoning before the final text, UTF-8"),
    OUTSIDE("/records/detail_offset", TYPE_U64, DIM_UNIT_EDGE, NULL,
            "as text_offset, of /records/detail"),
    OUTSIDE("/records/detail", TYPE_U8, DIM_DETAIL_BYTE, NULL,
            "why it failed or was blocked, UTF-8; may name hosts and ranks"),
    NUMBERS("/records/recorded_offset", TYPE_U64, DIM_UNIT_EDGE,
            "as text_offset, of /records/recorded"),
    NUMBERS("/records/recorded", TYPE_U8, DIM_RECORDED_BYTE,
            "recorded answers: JSON of what stood beside the answer"),
    NUMBERS("/records/value_offset", TYPE_U64, DIM_UNIT_EDGE,
            "first number of each reply in /records/value, and the end"),
    NUMBERS("/records/value", TYPE_F64, DIM_REPLY_VALUE,
            "log-likelihoods, vectors, label scores"),

    NUMBERS("/follow_ups/id_high", TYPE_U64, DIM_FOLLOW_UP,
            "unit id, upper half"),
    NUMBERS("/follow_ups/id_low", TYPE_U64, DIM_FOLLOW_UP, "its lower half"),
    CODES("/follow_ups/role", DIM_FOLLOW_UP, FLAGS_ROLE, "who was asked"),
    CODES("/follow_ups/state", DIM_FOLLOW_UP, FLAGS_STATE,
          "what became of it"),
    NUMBERS("/follow_ups/question_offset", TYPE_U64, DIM_FOLLOW_UP_EDGE,
            "first byte of each question in /follow_ups/question, and the end"),
    NUMBERS("/follow_ups/question", TYPE_U8, DIM_QUESTION_BYTE,
            "what was asked, UTF-8"),
    NUMBERS("/follow_ups/answer_offset", TYPE_U64, DIM_FOLLOW_UP_EDGE,
            "first byte of each answer in /follow_ups/answer, and the end"),
    NUMBERS("/follow_ups/answer", TYPE_U8, DIM_ANSWER_BYTE,
            "what was answered, UTF-8"),
    NUMBERS("/follow_ups/value_offset", TYPE_U64, DIM_FOLLOW_UP_EDGE,
            "first number of each answer in /follow_ups/value, and the end"),
    NUMBERS("/follow_ups/value", TYPE_F64, DIM_ANSWER_VALUE,
            "vectors and label scores"),

    NUMBERS("/asked/unit", TYPE_U64, DIM_ASKED,
            "row of /records whose verdicts hung on an answer"),
    NUMBERS("/asked/follow_up", TYPE_U64, DIM_ASKED,
            "row of /follow_ups with that answer"),

    NUMBERS("/observations/column", TYPE_U32, DIM_OBSERVATION,
            "row of /column"),
    NUMBERS("/observations/unit", TYPE_U64, DIM_OBSERVATION,
            "row of /records"),
    NUMBERS("/observations/profiles", TYPE_U8, DIM_OBSERVATION,
            "under which profiles the column takes it: 1 paper, 2 corrected"),
    CODES("/observations/state_paper", DIM_OBSERVATION, FLAGS_STATE,
          "state under the profile paper"),
    NUMBERS("/observations/label_paper", TYPE_I32, DIM_OBSERVATION,
            "number of the label in /columns/labels; 0: none"),
    NUMBERS("/observations/value_paper", TYPE_F64, DIM_OBSERVATION,
            "what was measured; NaN: nothing"),
    CODES("/observations/state_corrected", DIM_OBSERVATION, FLAGS_STATE,
          "state under the profile corrected"),
    NUMBERS("/observations/label_corrected", TYPE_I32, DIM_OBSERVATION,
            "number of the label in /columns/labels; 0: none"),
    NUMBERS("/observations/value_corrected", TYPE_F64, DIM_OBSERVATION,
            "what was measured; NaN: nothing"),

    { "/scores/comparable", TYPE_U8, { DIM_MODEL, DIM_COLUMN }, true,
      FLAGS_BOOL, NULL,
      "1: of the official data, all of it, and nobody else judged" },

    TEXTS("/measure", DIM_MEASURE, "name of the measure, as of its column"),
    NUMBERS("/utility/column", TYPE_U32, DIM_MEASURE, "row of /column"),
    TEXTS("/utility/task", DIM_MEASURE, "task whose questions it is over"),
    TEXTS("/utility/kind", DIM_MEASURE,
          "all: share right of all questions, subject: of one subject's, "
          "macro: mean over subjects, sum: of all, by likelihoods that are "
          "not divided by length"),
    TEXTS("/utility/format", DIM_MEASURE, "form of the files: mmlu, arc"),
    TEXTS("/utility/ask", DIM_MEASURE, "what is weighed: letters, answers"),
    NUMBERS("/utility/num_examples", TYPE_U32, DIM_MEASURE,
            "solved examples before each question, at most"),
    NUMBERS("/utility/chance", TYPE_F64, DIM_MEASURE,
            "accuracy of guessing, over all questions of the task"),
    { "/utility/method", TYPE_U8, { DIM_MODEL, DIM_MEASURE }, true,
      FLAGS_METHOD, NULL, "how the model was made to choose" },
    MEASURED("/utility/accuracy", TYPE_F64, "share right; NaN: not measured"),
    MEASURED("/utility/low", TYPE_F64, "95 % interval for new questions"),
    MEASURED("/utility/high", TYPE_F64, "its upper end"),
    MEASURED("/utility/num", TYPE_U64, "questions it is a mean over"),
    MEASURED("/utility/num_skipped", TYPE_U64,
             "questions left out: never answered"),
    MEASURED("/utility/num_unparsed", TYPE_U64,
             "answers without a choice, which count as not right"),

    OUTSIDE("/timing/rank", TYPE_U32, DIM_UNIT, NULL, "rank that generated it"),
    OUTSIDE("/timing/attempt", TYPE_U32, DIM_UNIT, NULL,
            "which try it was, from 1; 0: none, its model could not be loaded"),
    OUTSIDE("/timing/finished_ms", TYPE_I64, DIM_UNIT,
            "milliseconds since 1970-01-01T00:00:00Z", "when it was done"),
    OUTSIDE("/timing/cached_tokens", TYPE_U32, DIM_UNIT, NULL,
            "prompt tokens that were not computed again"),
    OUTSIDE("/timing/wait_ns", TYPE_U64, DIM_UNIT, "ns",
            "submitted until the first prompt token is computed"),
    OUTSIDE("/timing/prefill_ns", TYPE_U64, DIM_UNIT, "ns",
            "computing the prompt"),
    OUTSIDE("/timing/decode_ns", TYPE_U64, DIM_UNIT, "ns",
            "computing the reply"),

    OUTSIDE("/ledger/rank", TYPE_U32, DIM_LEDGER_ROW, NULL, "rank"),
    OUTSIDE("/ledger/model", TYPE_STRING, DIM_LEDGER_ROW, NULL,
            "model it held; empty: none"),
    OUTSIDE("/ledger/load_s", TYPE_F64, DIM_LEDGER_ROW, "s", "loading"),
    OUTSIDE("/ledger/generate_s", TYPE_F64, DIM_LEDGER_ROW, "s", "generating"),
    OUTSIDE("/ledger/idle_s", TYPE_F64, DIM_LEDGER_ROW, "s", "without work"),
    OUTSIDE("/ledger/wasted_s", TYPE_F64, DIM_LEDGER_ROW, "s",
            "on what was thrown away"),
    OUTSIDE("/ledger/units", TYPE_U64, DIM_LEDGER_ROW, NULL, "units done"),
    OUTSIDE("/ledger/prompt_tokens", TYPE_U64, DIM_LEDGER_ROW, NULL,
            "tokens asked"),
    OUTSIDE("/ledger/reply_tokens", TYPE_U64, DIM_LEDGER_ROW, NULL,
            "tokens answered"),
    OUTSIDE("/ledger/prefill_s", TYPE_F64, DIM_LEDGER_ROW, "s",
            "reading prompts; with decode_s it is generate_s"),
    OUTSIDE("/ledger/decode_s", TYPE_F64, DIM_LEDGER_ROW, "s",
            "writing replies"),
    OUTSIDE("/ledger/judge_wait_s", TYPE_F64, DIM_LEDGER_ROW, "s",
            "without work before follow-ups of the model are answered"),
    OUTSIDE("/ledger/loads", TYPE_U64, DIM_LEDGER_ROW, NULL,
            "loads that load_s is the sum of"),

    OUTSIDE("/ledger/cell_model", TYPE_STRING, DIM_LEDGER_CELL, NULL,
            "model, or who plays a role; empty: none"),
    OUTSIDE("/ledger/cell_task", TYPE_STRING, DIM_LEDGER_CELL, NULL,
            "task, or role; empty: of none"),
    OUTSIDE("/ledger/cell_prefill_s", TYPE_F64, DIM_LEDGER_CELL, "s",
            "reading prompts"),
    OUTSIDE("/ledger/cell_decode_s", TYPE_F64, DIM_LEDGER_CELL, "s",
            "writing replies"),
    OUTSIDE("/ledger/cell_wasted_s", TYPE_F64, DIM_LEDGER_CELL, "s",
            "on what was thrown away"),
    OUTSIDE("/ledger/cell_units", TYPE_U64, DIM_LEDGER_CELL, NULL,
            "units done"),
    OUTSIDE("/ledger/cell_prompt_tokens", TYPE_U64, DIM_LEDGER_CELL, NULL,
            "tokens asked"),
    OUTSIDE("/ledger/cell_reply_tokens", TYPE_U64, DIM_LEDGER_CELL, NULL,
            "tokens answered"),
    OUTSIDE("/ledger/cell_load_s", TYPE_F64, DIM_LEDGER_CELL, "s", "loading"),
    OUTSIDE("/ledger/cell_judge_wait_s", TYPE_F64, DIM_LEDGER_CELL, "s",
            "others without work before its follow-ups are answered"),
    OUTSIDE("/ledger/cell_idle_s", TYPE_F64, DIM_LEDGER_CELL, "s",
            "without work"),
};
/* clang-format on */

const size_t schema_num_datasets = ARRAY_LEN(schema_datasets);

size_t schema_type_size(enum schema_type type)
{
    switch (type) {
    case TYPE_U8:
        return 1;
    case TYPE_U32:
    case TYPE_I32:
        return 4;
    case TYPE_U64:
    case TYPE_I64:
    case TYPE_F64:
        return 8;
    case TYPE_STRING:
        return sizeof(char *);
    }
    BUG("type %d", (int)type);
}

bool schema_is_there(const struct schema_dataset *what,
                     const uint64_t lengths[NUM_DIMS])
{
    for (int d = 0; d < SCHEMA_MAX_DIMS && what->dims[d] != DIM_NONE; d++) {
        if (schema_dimensions[what->dims[d]].is_optional
            && lengths[what->dims[d]] == 0)
            return false;
    }
    return true;
}

const char *schema_method_name(unsigned method)
{
    static const char *const names[] = {
        [METHOD_NONE] = "none",
        [METHOD_LIKELIHOOD] = "likelihood",
        [METHOD_GENERATION] = "generation",
        [METHOD_LIKELIHOOD | METHOD_GENERATION] = "both",
    };

    return method < ARRAY_LEN(names) ? names[method] : NULL;
}

const struct schema_dataset *schema_find(const char *path)
{
    for (size_t i = 0; i < schema_num_datasets; i++) {
        if (strcmp(schema_datasets[i].path, path) == 0)
            return &schema_datasets[i];
    }
    BUG("no dataset %s in the schema", path);
}

enum schema_type schema_score_path(enum profile profile,
                                   bool by_repeat,
                                   int field,
                                   char out[SCHEMA_PATH])
{
    static const char *const names[] = {
        "value",       "low",         "high",         "within_low",
        "within_high", "se_items",    "se_sampling",  "se_judge",
        "num",         "num_skipped", "num_recorded", "num_asked"
    };
    const bool is_state = field >= SCORE_STATES;

    (void)snprintf(out,
                   SCHEMA_PATH,
                   "/scores/%s/%s%s%s",
                   profile_name(profile),
                   by_repeat ? "by_repeat/" : "",
                   is_state ? "num_" : "",
                   is_state ? state_name((enum state)(field - SCORE_STATES))
                            : names[field]);
    return field <= SCORE_SE_JUDGE ? TYPE_F64 : TYPE_U64;
}
