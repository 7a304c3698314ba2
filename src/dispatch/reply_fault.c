#include "dispatch/reply_fault.h"

#include "base/text.h"
#include "trustsweep/reply.h"

#include <stdbool.h>
#include <string.h>

static bool is_too_long(const struct reply *reply)
{
    uint64_t left = REPLY_MAX_BYTES;
    const uint64_t parts[] = {
        reply->text ? reply->text_len : 0,
        reply->reasoning ? reply->reasoning_len : 0,
        reply->detail ? strlen(reply->detail) : 0,
        reply->recorded ? strlen(reply->recorded) : 0,
        (uint64_t)reply->num_values * sizeof *reply->values,
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i] > left)
            return true;
        left -= parts[i];
    }
    return false;
}

static bool is_utf8(const char *text, uint64_t len)
{
    return !text || text_valid_utf8(text, len) == len;
}

static bool is_line_utf8(const char *text)
{
    return !text || is_utf8(text, strlen(text));
}

static const char *fault_of_state(const struct reply *reply)
{
    switch (reply->state) {
    case STATE_ANSWERED:
    case STATE_EMPTY:
    case STATE_TRUNCATED:
        return reply->text ? NULL : "the backend gave a reply without a text";
    case STATE_NO_FINAL:
    case STATE_BLOCKED:
    case STATE_FAILED:
    case STATE_MISSING:
    case STATE_OVERLONG:
        return NULL;
    case STATE_NONE:
    case STATE_REFUSED:
    case STATE_UNPARSED:
    case STATE_UNJUDGED:
    case NUM_STATES:
        break;
    }
    return "the backend gave a reply in no state that a reply can have";
}

const char *reply_fault(const struct reply *reply)
{
    const char *fault = fault_of_state(reply);

    if (fault)
        return fault;
    if (is_too_long(reply))
        return "the backend gave a reply of more than 32 MiB";
    if (!is_utf8(reply->text, reply->text_len)
        || !is_utf8(reply->reasoning, reply->reasoning_len)
        || !is_line_utf8(reply->detail) || !is_line_utf8(reply->recorded))
        return "the backend gave a reply that is no UTF-8";
    return NULL;
}
