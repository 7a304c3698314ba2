#include "cli/folder/run_shape.h"

#include "base/json_shape.h"
#include "trustsweep/error.h"

static const struct json_shape shapes[] = {
    { "pid", JSON_NUMBER, false },
    { "counts", JSON_OBJECT, false },
    { "counts/units", JSON_NUMBER, true },
    { "counts/done", JSON_NUMBER, true },
    { "counts/failed", JSON_NUMBER, true },
    { "counts/workers", JSON_NUMBER, true },
    { "counts/workers_lost", JSON_NUMBER, false },
    { "workers", JSON_ARRAY, false },
    { "workers/[]", JSON_OBJECT, true },
    { "workers/[]/rank", JSON_NUMBER, true },
    { "workers/[]/done", JSON_NUMBER, true },
    { "models", JSON_ARRAY, false },
    { "models/[]", JSON_OBJECT, true },
    { "models/[]/name", JSON_TEXT, true },
    { "models/[]/left", JSON_NUMBER, true },
    { "models/[]/ready", JSON_NUMBER, true },
    { "models/[]/workers", JSON_NUMBER, true },
    { "models/[]/loading", JSON_NUMBER, true },
    { "models/[]/tasks", JSON_OBJECT, false },
    { "models/[]/tasks/[]", JSON_OBJECT, true },
    { "ledger", JSON_OBJECT, false },
    { "ledger/ranks", JSON_ARRAY, false },
    { "ledger/ranks/[]", JSON_OBJECT, true },
    { "ledger/ranks/[]/rank", JSON_NUMBER, true },
};

int run_shape_check(const struct cJSON *run,
                    const char *file,
                    struct error *err)
{
    struct error why = { 0 };

    if (json_shape_check(run,
                         shapes,
                         sizeof shapes / sizeof *shapes,
                         file,
                         &why)
        == 0)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%.400s; remove the file: the next run writes it anew",
                     why.text);
}
