#include "cli/folder/run_view.h"

#include "base/json.h"
#include "cli/folder/checkpoints_order.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"

struct cJSON *run_view_read(const char *dir, struct error *err)
{
    struct cJSON *run = run_dir_read(dir, err);

    if (!run)
        return NULL;
    checkpoints_skipped_add(dir, run);
    checkpoints_order_run(dir, run);
    if (run_standing_of(run, dir).is_starting)
        json_add_bool(run, "is_starting", true);
    return run;
}
