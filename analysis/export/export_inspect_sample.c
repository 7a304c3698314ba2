#include "analysis/export/export_inspect_sample.h"

#include "analysis/export/export_source.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/reply.h"
#include "trustsweep/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct cJSON *message(const char *role, const char *text)
{
    struct cJSON *object = json_new_object();

    json_add_text(object, "role", role);
    json_add_text(object, "content", text);
    return object;
}

static const char *stop_reason(enum finish_reason finish)
{
    switch (finish) {
    case FINISH_STOP:
        return "stop";
    case FINISH_LENGTH:
        return "max_tokens";
    case FINISH_FILTER:
        return "content_filter";
    case FINISH_NONE:
    case FINISH_ERROR:
    case NUM_FINISH_REASONS:
        break;
    }
    return "unknown";
}

static void add_output(struct cJSON *sample,
                       const struct export_source *source,
                       size_t unit,
                       const char *reply)
{
    const char *model =
        reader_model(source->reader, source->rows.unit_model[unit])->name;
    struct cJSON *output = json_add_object(sample, "output");
    struct cJSON *choices, *choice, *usage;

    json_add_text(output, "model", model);
    choices = json_add_array(output, "choices");
    choice = json_new_object();
    json_add(choice, "message", message("assistant", reply));
    json_add_text(choice,
                  "stop_reason",
                  stop_reason((enum finish_reason)source->finish[unit]));
    json_append(choices, choice);
    json_add_text(output, "completion", reply);
    usage = json_add_object(output, "usage");
    json_add_number(usage, "input_tokens", source->prompt_tokens[unit]);
    json_add_number(usage, "output_tokens", source->reply_tokens[unit]);
    json_add_number(usage,
                    "total_tokens",
                    (double)source->prompt_tokens[unit]
                        + source->reply_tokens[unit]);
}

/* A score has a value: the number, else the label, else the state. */
static void add_score(struct cJSON *scores,
                      const struct export_source *source,
                      uint64_t o)
{
    const struct reader_verdicts *paper =
        &source->rows.by_profile[PROFILE_PAPER];
    const char *state = state_name((enum state)paper->state[o]);
    const char *label = export_source_label(source, o, PROFILE_PAPER);
    struct cJSON *score = json_add_object(
        scores,
        reader_column(source->reader, source->rows.column[o])->name);

    if (isfinite(paper->value[o])) {
        json_add_number(score, "value", paper->value[o]);
    } else {
        json_add_text(score, "value", label[0] ? label : state);
    }
    if (label[0])
        json_add_text(score, "answer", label);
    json_add_text(score, "explanation", state);
}

static void add_scores(struct cJSON *sample,
                       const struct export_source *source,
                       size_t unit)
{
    struct cJSON *scores = json_add_object(sample, "scores");

    for (size_t i = source->first[unit]; i < source->first[unit + 1]; i++) {
        const uint64_t o = source->order[i];

        if (source->rows.profiles[o] >> PROFILE_PAPER & 1)
            add_score(scores, source, o);
    }
}

/* The entry's "prompt" and "label"; all of it stands in the metadata. */
static void add_item(struct cJSON *sample,
                     const struct export_source *source,
                     size_t unit)
{
    const struct export_bytes bytes = export_source_entry(source, unit);
    struct cJSON *entry = json_parse(bytes.bytes, bytes.len, "entry", NULL);
    const char *prompt = json_member_text(entry, "prompt");
    const char *label = json_member_text(entry, "label");
    struct cJSON *metadata;

    prompt = prompt ? prompt : "";
    json_add_text(sample, "input", prompt);
    json_add_text(sample, "target", label ? label : "");
    metadata = json_add_object(sample, "metadata");
    json_add_text(metadata,
                  "state",
                  state_name((enum state)source->state[unit]));
    if (entry)
        json_add(metadata, "entry", entry);
}

static int add_error(struct cJSON *sample,
                     struct export_source *source,
                     size_t unit,
                     struct error *err)
{
    struct export_bytes detail;
    struct cJSON *error;
    char *text;

    if (export_source_text(source, EXPORT_DETAIL, unit, &detail, err) < 0)
        return -1;
    text = mem_text_len(detail.bytes, detail.len);
    error = json_add_object(sample, "error");
    json_add_text(error, "message", text);
    json_add_text(error, "traceback", "");
    json_add_text(error, "traceback_ansi", "");
    free(text);
    return 0;
}

int export_inspect_sample(struct export_source *source,
                          size_t unit,
                          struct text *out,
                          struct error *err)
{
    struct cJSON *sample, *messages;
    struct export_bytes bytes;
    char *reply;
    int rc = 0;

    if (export_source_text(source, EXPORT_TEXT, unit, &bytes, err) < 0)
        return -1;
    reply = mem_text_len(bytes.bytes, bytes.len);
    sample = json_new_object();
    json_add_number(
        sample,
        "id",
        (double)source->rows.item_index[source->rows.unit_item[unit]]);
    json_add_number(sample,
                    "epoch",
                    (double)source->rows.unit_repeat[unit] + 1);
    add_item(sample, source, unit);
    messages = json_add_array(sample, "messages");
    json_append(messages, message("user", json_member_text(sample, "input")));
    if (state_has_text((enum state)source->state[unit]))
        json_append(messages, message("assistant", reply));
    add_output(sample, source, unit, reply);
    add_scores(sample, source, unit);
    if (source->state[unit] == STATE_FAILED)
        rc = add_error(sample, source, unit, err);
    json_write_line(sample, out);
    json_free(sample);
    free(reply);
    return rc;
}
