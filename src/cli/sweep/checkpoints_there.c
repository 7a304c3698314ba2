#include "cli/sweep/checkpoints_there.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/sweep/checkpoints_missing.h"
#include "job/job.h"
#include "job/job_checkpoints.h"

#include <stdlib.h>

struct cJSON *checkpoints_there(const struct job *job)
{
    const struct job_checkpoints *of = &job->checkpoints;
    struct job_checkpoint_list list;
    size_t num_complete = 0;
    struct cJSON *out;
    char *folder;

    if (!of->files)
        return NULL;
    out = json_new_object();
    folder = path_folder(of->files);
    json_add_text(out, "files", of->files);
    json_add_text_or_null(out,
                          "folder_missing",
                          file_is_folder(folder) ? NULL : folder);
    /* a folder that cannot be read holds none that can be asked */
    if (job_checkpoints_find(of, clock_unix_ms() / 1000, &list, NULL) < 0)
        list = (struct job_checkpoint_list){ 0 };
    for (size_t i = 0; i < list.num; i++)
        num_complete += list.items[i].is_complete;
    json_add_number(out, "complete", (double)num_complete);
    json_add_number(out, "incomplete", (double)(list.num - num_complete));
    json_add_text_or_null(out, "until", of->until);
    job_checkpoints_release(&list);
    free(folder);
    return out;
}

void checkpoints_there_describe(const struct cJSON *there, struct text *out)
{
    const char *missing = json_member_text(there, "folder_missing");
    const char *until = json_member_text(there, "until");
    const double incomplete = json_member_number(there, "incomplete");
    const double complete = json_member_number(there, "complete");

    if (!there)
        return;
    text_addf(out,
              "\ncheckpoints (%s): %.0f found, not opened yet",
              json_member_text(there, "files"),
              complete);
    if (incomplete > 0)
        text_addf(out, ", %.0f not complete", incomplete);
    text_add(
        out,
        "\n`plan` and `run` open them, and refuse what is no model or is a "
        "copy\n");
    if (missing) {
        char *line = checkpoints_missing_words(missing);

        text_addf(out, "%s\n", line);
        free(line);
    }
    if (until) {
        text_addf(out, "others are waited for until %s\n", until);
    } else if (!(complete > 0)) {
        text_add(out,
                 "without \"until\" no other is waited for: a run would end "
                 "at once\n");
    }
}
