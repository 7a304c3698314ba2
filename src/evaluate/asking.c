#include "evaluate/asking.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct reply *asking_answer(const struct group *group,
                                  const char *question,
                                  size_t member)
{
    for (size_t i = 0; i < group->num_answers; i++) {
        const struct follow_up *one = &group->answers[i];

        if (one->member == member && text_equal(one->question, question))
            return one->reply;
    }
    return NULL;
}

/* A new ask with one user message. */
static struct request *add(struct ask_list *asks,
                           enum role role,
                           const char *question,
                           size_t member,
                           const char *text)
{
    struct ask *ask;

    asks->asks = mem_reserve(asks->asks,
                             &asks->cap,
                             asks->num_asks + 1,
                             sizeof *asks->asks);
    ask = &asks->asks[asks->num_asks++];
    *ask = (struct ask){ .role = role, .member = member };
    snprintf(ask->question, sizeof ask->question, "%s", question);
    ask->request.sampling =
        (struct sampling){ .top_p = 1, .repetition_penalty = 1 };
    ask->request.messages = mem_alloc(1, sizeof *ask->request.messages);
    ask->request.num_messages = 1;
    ask->request.messages[0] =
        (struct chat_message){ mem_text("user"), mem_text(text) };
    return &ask->request;
}

void asking_chat(struct ask_list *asks,
                 enum role role,
                 const char *question,
                 size_t member,
                 const char *text,
                 int32_t max_tokens)
{
    struct request *request = add(asks, role, question, member, text);

    request->kind = REQUEST_CHAT;
    request->sampling.max_tokens = max_tokens;
}

void asking_embed(struct ask_list *asks,
                  const char *question,
                  size_t member,
                  const char *text)
{
    add(asks, ROLE_EMBEDDER, question, member, text)->kind = REQUEST_EMBED;
}

void asking_classify(struct ask_list *asks,
                     enum role role,
                     const char *question,
                     size_t member,
                     const char *text)
{
    add(asks, role, question, member, text)->kind = REQUEST_CLASSIFY;
}

/* Which place a "{name}" at `at` is; NULL for braces that mean nothing. */
static const struct asking_place *find_place(const char *at,
                                             const struct asking_place *places,
                                             size_t num)
{
    for (size_t i = 0; i < num; i++) {
        const size_t len = strlen(places[i].name);

        if (strncmp(at + 1, places[i].name, len) == 0 && at[len + 1] == '}')
            return &places[i];
    }
    return NULL;
}

char *asking_fill(const struct group *group,
                  const char *wording,
                  const struct asking_place *places,
                  size_t num)
{
    const char *at = prompts_text(group->prompts, wording);
    struct text out = { 0 };

    if (!at)
        return NULL;
    while (*at) {
        const struct asking_place *place =
            *at == '{' ? find_place(at, places, num) : NULL;

        if (place) {
            text_add(&out, place->text);
            at += strlen(place->name) + 2;
        } else {
            text_add_len(&out, at++, 1);
        }
    }
    return text_take(&out);
}

static struct cJSON *recorded(const struct reply *reply)
{
    if (!reply->recorded)
        return NULL;
    return json_parse(reply->recorded,
                      strlen(reply->recorded),
                      "recorded",
                      NULL);
}

char *asking_recorded_text(const struct reply *reply, const char *field)
{
    struct cJSON *root = recorded(reply);
    const char *text = root ? json_member_text(root, field) : NULL;
    char *out = text ? mem_text(text) : NULL;

    json_free(root);
    return out;
}

double asking_recorded_number(const struct reply *reply, const char *field)
{
    struct cJSON *root = recorded(reply);
    double out = root ? json_member_number(root, field) : (double)NAN;

    json_free(root);
    return out;
}

struct verdict asking_unjudged(void)
{
    return (struct verdict){ .state = STATE_UNJUDGED, .value = (double)NAN };
}
