#include "cli/commands.h"

#include "base/text.h"

#include <string.h>

enum { NAME_WIDTH = 10 };

/* The one list, in the order of a user's day, a line each. */
/* clang-format off */
static const struct command *const list[] = {
    &command_run,
    &command_submit,
    &command_batch,
    &command_plan,
    &command_prepare,
    &command_offline,
    &command_score,
    &command_analyze,
    &command_report,
    &command_export,
    &command_merge,
    &command_label,
    &command_calibrate,
    &command_digest,
    &command_watch,
    &command_status,
    &command_explain,
    &command_check,
    &command_dataset,
    &command_doctor,
    &command_version,
    &command_docs,
    &command_backend_child,
    &command_server_guard,
    NULL,
};
/* clang-format on */

const struct command *const *commands_list(void)
{
    return list;
}

const struct command *commands_find(const char *name)
{
    for (int i = 0; list[i]; i++) {
        if (strcmp(list[i]->name, name) == 0)
            return list[i];
    }
    return NULL;
}

void commands_overview(struct text *out)
{
    text_add(out,
             "trustsweep - run the TrustLLM benchmark over many models as one "
             "MPI job\n\n"
             "usage: trustsweep COMMAND [arguments]\n\n");
    for (int i = 0; list[i]; i++) {
        if (!list[i]->is_hidden) {
            text_addf(out,
                      "  %-*s %s\n",
                      NAME_WIDTH,
                      list[i]->name,
                      list[i]->summary);
        }
    }
    text_add(out,
             "\n'trustsweep COMMAND --help' teaches one command.\n"
             "Exit status: 0 all units good, 1 finished with recorded failures "
             "or unfinished,\n2 usage, 3 failed.\n");
}
