#include "analysis/verdict_trust.h"

#include "analysis/judge_trust.h"
#include "analysis/validation.h"
#include "base/json.h"

void verdict_trust_json(struct cJSON *object,
                        const struct reader *reader,
                        const struct validation *validation)
{
    struct cJSON *judge = judge_trust_read(reader);

    if (judge)
        json_add(object, "judge", judge);
    if (validation)
        json_add(object, "labels", validation_json(validation));
}
