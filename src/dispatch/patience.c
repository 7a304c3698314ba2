#include "dispatch/patience.h"

#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <string.h>

/* Reading is many times faster than writing, and the mean is over both: the
 * factor has room for a unit that only writes. */
enum { FACTOR = 20, LEAST_FACTOR = 2, ENOUGH = 4 };

static const double bytes_per_token = 4;
static const double kept = 0.98; /* of what was learned, at each reply */

void patience_init(struct patience *self)
{
    *self = (struct patience){ .model = UINT32_MAX };
}

/* The same guess for every request, so that it cancels out. */
static double prompt_tokens(const struct request *request)
{
    size_t bytes = 0;

    for (uint32_t i = 0; i < request->num_messages; i++)
        bytes += strlen(request->messages[i].text);
    return 1 + (double)bytes / bytes_per_token;
}

void patience_learn(struct patience *self,
                    uint32_t model,
                    const struct request *request,
                    const struct reply *reply,
                    double seconds)
{
    double written = reply->reply_tokens;

    if (model != self->model) {
        patience_init(self);
        self->model = model;
    }
    if (written <= 0) {
        written =
            (double)(reply->text_len + reply->reasoning_len) / bytes_per_token;
    }
    self->num_replies++;
    self->seconds = self->seconds * kept + seconds;
    self->tokens = self->tokens * kept + prompt_tokens(request) + written;
}

double patience_expects_s(const struct patience *self,
                          uint32_t model,
                          const struct request *request)
{
    const struct sampling *sampling = &request->sampling;
    double tokens = prompt_tokens(request) + sampling->max_tokens
                    + sampling->thinking_tokens;

    if (model != self->model || self->num_replies < ENOUGH)
        return 0;
    return tokens * self->seconds / self->tokens;
}

int patience_limit_ms(double expected_s, int usual_ms)
{
    const double expected_ms = expected_s * 1e3;
    double limit_ms = FACTOR * expected_ms;

    if (expected_s <= 0)
        return usual_ms;
    if (limit_ms < PATIENCE_LEAST_MS)
        limit_ms = PATIENCE_LEAST_MS;
    if (limit_ms > usual_ms)
        limit_ms = usual_ms;
    if (limit_ms < LEAST_FACTOR * expected_ms)
        limit_ms = LEAST_FACTOR * expected_ms;
    return limit_ms < INT32_MAX ? (int)limit_ms : INT32_MAX;
}
