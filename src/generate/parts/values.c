#include "generate/parts/values.h"

#include "base/mem.h"
#include "trustsweep/reply.h"

#include <stdlib.h>

void values_answer(struct reply *reply, const double *values, uint32_t num)
{
    /* a text, if an empty one: ANSWERED promises one */
    reply_set_text(reply, "", 0, FINISH_STOP);
    reply->state = STATE_ANSWERED;
    free(reply->values);
    reply->values = mem_copy(values, num * sizeof *values);
    reply->num_values = num;
}
