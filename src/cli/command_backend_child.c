/*
 * The other end of an isolated backend's pipes: this program again, as a child.
 */
#include "cli/commands.h"
#include "generate/child.h"

#include <stdlib.h>
#include <unistd.h>

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    /* an assertion of llama.cpp would start a debugger, whose words would stand
     * where its own are looked for */
    (void)setenv("GGML_NO_BACKTRACE", "1", 1);
    return child_run(STDIN_FILENO, STDOUT_FILENO);
}

const struct command command_backend_child = {
    .name = "backend-child",
    .summary = "one backend in a process of its own; started by the program",
    .usage = "",
    .help = "Speaks the protocol of src/generate/child.h on its standard input "
            "and output.",
    .is_hidden = true,
    .run = run,
};
