/*
 * The process between a rank and the model server it has started.
 */
#include "cli/commands.h"
#include "generate/server/server_guard.h"

const struct command command_server_guard = {
    .name = "server-guard",
    .summary = "ends a model server with its rank; started by the program",
    .usage = "FOLDER COMMAND...",
    .help =
        "Starts COMMAND and ends it, and all that it started, when standard "
        "input is closed; see src/generate/server/server_guard.h.",
    .is_hidden = true,
    .run = server_guard_run,
};
