#include "cli/sweep/checkpoints_missing.h"

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

int checkpoints_missing_fail(const struct job_checkpoints *of,
                             struct error *err)
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

char *checkpoints_missing_words(const char *folder)
{
    /* a name spelt wrongly costs a night */
    return text_format("there is no folder %s yet; if it is not made later, "
                       "correct \"files\"",
                       folder);
}

char *checkpoints_missing_folder(const struct job_checkpoints *of)
{
    char *folder = path_folder(of->files);
    char *out =
        file_is_folder(folder) ? NULL : checkpoints_missing_words(folder);

    free(folder);
    return out;
}

char *checkpoints_missing_yet(const struct job_checkpoints *of, int64_t since_s)
{
    char at[JOB_CHECKPOINTS_SHOWN];
    char *missing = checkpoints_missing_folder(of);
    char *out = text_format(
        "none yet; it waits until %s%s%s",
        job_checkpoints_show_time(job_checkpoints_time(of->until, since_s), at),
        missing ? "; " : "",
        missing ? missing : "");

    free(missing);
    return out;
}
