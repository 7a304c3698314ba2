#include "generate/http/http_usage.h"

#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <string.h>

double http_usage_prompt(const struct request *request)
{
    size_t len = 0;

    for (uint32_t i = 0; i < request->num_messages; i++)
        len += strlen(request->messages[i].text);
    return (double)len / REQUEST_CHARS_PER_TOKEN + 1;
}

static double reply_tokens(const struct request *request,
                           const struct reply *reply)
{
    const struct sampling *sampling = &request->sampling;

    if (reply->text_len > 0 || reply->reasoning_len > 0) {
        return (double)(reply->text_len + reply->reasoning_len)
                   / REQUEST_CHARS_PER_TOKEN
               + 1;
    }
    return (double)sampling->max_tokens + sampling->thinking_tokens;
}

bool http_usage_complete(const struct request *request, struct reply *reply)
{
    bool is_missing = false;

    if (request->kind == REQUEST_CLASSIFY)
        return false;
    if (reply->prompt_tokens == 0) {
        reply->prompt_tokens = (uint32_t)http_usage_prompt(request);
        is_missing = true;
    }
    if (reply->reply_tokens == 0 && request->kind != REQUEST_EMBED) {
        reply->reply_tokens = (uint32_t)reply_tokens(request, reply);
        is_missing = true;
    }
    return is_missing;
}
