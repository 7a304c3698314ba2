#include "cli/sweep/checkpoints_none.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* What is there in place of a complete one; free(). */
static char *describe(const struct job_checkpoints *of,
                      const struct job_checkpoint_list *list)
{
    char *folder = path_folder(of->files);
    const struct job_checkpoint *first = NULL;
    char *out;

    for (size_t i = 0; !first && i < list->num; i++) {
        if (!list->items[i].is_complete)
            first = &list->items[i];
    }
    if (!file_is_folder(folder)) {
        out = text_format("there is no folder %s; correct \"files\", or say "
                          "\"until\" when new ones are waited for",
                          folder);
    } else if (list->num == 0) {
        out =
            text_format("nothing in %s has such a name; correct \"files\", or "
                        "say \"until\" when new ones are waited for",
                        folder);
    } else if (!first) {
        out = text_format("%zu match and are complete, and each was left out, "
                          "as is said above; correct \"files\" or \"backend\"",
                          list->num);
    } else {
        out = text_format("%zu match; of %s %s; wait for it, or say \"until\" "
                          "when the run shall",
                          list->num,
                          path_name(first->path),
                          first->lacks);
    }
    free(folder);
    return out;
}

int checkpoints_none(const struct job_checkpoints *of, struct error *err)
{
    struct job_checkpoint_list list;
    char *why;

    if (job_checkpoints_find(of, clock_unix_ms() / 1000, &list, err) < 0)
        return -1;
    why = describe(of, &list);
    error_set(err,
              ERR_USAGE,
              "%.200s: no checkpoint is complete yet: %s",
              of->files,
              why);
    free(why);
    job_checkpoints_release(&list);
    return -1;
}
