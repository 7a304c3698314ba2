#include "choice/choice_item.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

struct cJSON *choice_item_json(const struct choice_item *item)
{
    const char letter[] = { (char)('A' + (int)item->answer), '\0' };
    struct cJSON *json = json_new_object();
    struct cJSON *choices;

    json_add_text(json, "subject", item->subject);
    if (item->id)
        json_add_text(json, "id", item->id);
    json_add_text(json, "question", item->question);
    choices = json_add_array(json, "choices");
    for (size_t i = 0; i < item->num_choices; i++)
        json_append_text(choices, item->choices[i]);
    json_add_text(json, "answer", letter);
    return json;
}

bool choice_item_is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
    const size_t len = name ? strlen(name) : 0;

    return len > 0 && len < CHOICE_SUBJECT && strspn(name, allowed) == len
           && !strchr("_-.", name[0]) && strcmp(name, "macro") != 0;
}

static const char *read_choices(const struct cJSON *array,
                                struct choice_item *out)
{
    if (!json_is_array(array) || json_count(array) < CHOICE_LEAST
        || json_count(array) > CHOICE_MOST)
        return "'choices' must be a list of 2 to 8 texts";
    for (const struct cJSON *at = json_first(array); at; at = json_next(at)) {
        out->choices[out->num_choices] = json_text(at);
        if (!out->choices[out->num_choices++])
            return "'choices' must be a list of 2 to 8 texts";
    }
    return NULL;
}

const char *choice_item_read(const struct cJSON *json, struct choice_item *out)
{
    const char *answer = json_member_text(json, "answer");
    const char *problem;

    *out = (struct choice_item){
        .subject = json_member_text(json, "subject"),
        .id = json_member_text(json, "id"),
        .question = json_member_text(json, "question"),
    };
    if (!choice_item_is_name(out->subject))
        return "'subject' is no name of a-z, 0-9, '_', '-', '.'";
    if (!out->question || !out->question[0])
        return "'question' is missing or empty";
    problem = read_choices(json_member(json, "choices"), out);
    if (problem)
        return problem;
    if (!answer || answer[0] < 'A' || answer[0] >= 'A' + (int)out->num_choices
        || answer[1])
        return "'answer' is none of its choices";
    out->answer = (size_t)(answer[0] - 'A');
    return NULL;
}
