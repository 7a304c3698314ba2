#include "base/json.h"
#include "choice/choice_file.h"
#include "choice/choice_item.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 16, MAX_LINE = 1 << 20 };

struct line {
    const struct choice_file *file;
    size_t number; /* from 1 */
    const struct cJSON *json;
    char labels[CHOICE_MOST][LABEL];
    struct error *err;
};

static int refuse(const struct line *line, const char *what)
{
    return error_set(line->err,
                     ERR_FORMAT,
                     "%s:%zu: %s",
                     line->file->path,
                     line->number,
                     what);
}

/* A label as text: "A", "1", 1.  False when it is none. */
static bool read_label(const struct cJSON *json, char out[LABEL])
{
    const char *text = json_text(json);
    const double number = json_number(json);

    if (!text && !isnan(number) && number >= 0 && number < 1e6) {
        (void)snprintf(out, LABEL, "%.0f", number);
    } else if (text && text[0] && strlen(text) < LABEL) {
        (void)snprintf(out, LABEL, "%s", text);
    } else {
        return false;
    }
    return true;
}

static int add_choice(struct line *line,
                      const struct cJSON *label,
                      const struct cJSON *text,
                      struct choice_item *item)
{
    const size_t num = item->num_choices;

    if (num == CHOICE_MOST)
        return refuse(line, "field 'choices' has more than 8");
    if (!read_label(label, line->labels[num]))
        return refuse(line, "field 'choices': a label is no short text");
    if (!json_text(text) || !json_text(text)[0])
        return refuse(line, "field 'choices': a text is missing or empty");
    for (size_t i = 0; i < num; i++) {
        if (strcmp(line->labels[i], line->labels[num]) == 0) {
            return error_set(line->err,
                             ERR_FORMAT,
                             "%s:%zu: field 'choices': the label '%s' stands "
                             "twice",
                             line->file->path,
                             line->number,
                             line->labels[num]);
        }
    }
    item->choices[item->num_choices++] = json_text(text);
    return 0;
}

static int read_objects(struct line *line,
                        const struct cJSON *at,
                        struct choice_item *item)
{
    for (; at; at = json_next(at)) {
        const struct cJSON *label = json_member(at, "label");

        if (add_choice(line, label, json_member(at, "text"), item) < 0)
            return -1;
    }
    return 0;
}

static int read_lists(struct line *line,
                      const struct cJSON *choices,
                      struct choice_item *item)
{
    const struct cJSON *label = json_first(json_member(choices, "label"));
    const struct cJSON *text = json_first(json_member(choices, "text"));

    for (; label && text; label = json_next(label), text = json_next(text)) {
        if (add_choice(line, label, text, item) < 0)
            return -1;
    }
    if (label || text)
        return refuse(line, "field 'choices': not as many texts as labels");
    return 0;
}

/* A list of objects, or an object of two lists. */
static int read_choices(struct line *line,
                        const struct cJSON *choices,
                        struct choice_item *item)
{
    int rc = json_is_array(choices)
                 ? read_objects(line, json_first(choices), item)
                 : read_lists(line, choices, item);

    if (rc < 0)
        return -1;
    if (item->num_choices < CHOICE_LEAST)
        return refuse(line, "field 'choices': 2 or more are wanted");
    return 0;
}

static int read_answer(struct line *line, struct choice_item *item)
{
    char answer[LABEL];

    if (!read_label(json_member(line->json, "answerKey"), answer))
        return refuse(line, "field 'answerKey' is missing or no label");
    for (size_t i = 0; i < item->num_choices; i++) {
        if (strcmp(line->labels[i], answer) == 0) {
            item->answer = i;
            return 0;
        }
    }
    return error_set(line->err,
                     ERR_FORMAT,
                     "%s:%zu: field 'answerKey' is '%s', which is the label of "
                     "none of its choices",
                     line->file->path,
                     line->number,
                     answer);
}

static int read_line(struct line *line, struct cJSON *out)
{
    const struct cJSON *question = json_member(line->json, "question");
    struct choice_item item = { .subject = line->file->subject,
                                .id = json_member_text(line->json, "id") };
    const bool is_nested = json_is_object(question);

    if (!json_is_object(line->json))
        return refuse(line, "no JSON object");
    item.question =
        is_nested ? json_member_text(question, "stem") : json_text(question);
    if (!item.question || !item.question[0]) {
        return refuse(line,
                      is_nested ? "field 'question.stem' is missing or empty"
                                : "field 'question' is missing or empty");
    }
    if (strlen(item.question) > CHOICE_TEXT_BYTES)
        return refuse(line, "field 'question' is longer than 64 KiB");
    if (read_choices(line,
                     json_member(is_nested ? question : line->json, "choices"),
                     &item)
            < 0
        || read_answer(line, &item) < 0)
        return -1;
    json_append(out, choice_item_json(&item));
    return 0;
}

static int parse_line(struct line *line,
                      const char *bytes,
                      size_t len,
                      struct cJSON *out)
{
    struct cJSON *json;
    int rc;

    if (len > MAX_LINE)
        return refuse(line, "a line of more than 1 MiB");
    json =
        json_parse_line(bytes, len, line->file->path, line->number, line->err);
    if (!json)
        return -1;
    line->json = json;
    rc = read_line(line, out);
    json_free(json);
    return rc;
}

int choice_arc_read(const struct choice_file *file,
                    struct cJSON *out,
                    struct error *err)
{
    struct line line = { .file = file, .err = err };
    const char *at = file->bytes;
    const char *end = file->bytes + file->len;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);
        bool is_blank = true;

        line.number++;
        for (size_t i = 0; i < len && is_blank; i++)
            is_blank = strchr(" \t\r", at[i]) && at[i];
        if (!is_blank && parse_line(&line, at, len, out) < 0)
            return -1;
        at += len + 1;
    }
    return 0;
}
