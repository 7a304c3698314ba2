/*
 * main.c - pick the subcommand.  Everything else is in the command's own file.
 */
#include "base/text.h"
#include "base/unfinished.h"
#include "cli/commands.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_COMMANDS = 64, KEPT_BYTES = 64 * 1024 * 1024 };

/* Chunks, texts and trees come and go all the time: memory that was given back
 * to the kernel must be cleared again by it before it is used again. */
static void keep_memory(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

static int unknown_command(const char *name)
{
    const char *names[MAX_COMMANDS];
    size_t num = 0;
    const char *nearest;

    for (int i = 0; commands_list()[i] && num < MAX_COMMANDS; i++) {
        if (!commands_list()[i]->is_hidden)
            names[num++] = commands_list()[i]->name;
    }
    nearest = text_nearest(name, names, num);
    fprintf(stderr, "trustsweep: '%s' is no command", name);
    if (nearest)
        fprintf(stderr, "; did you mean '%s'?", nearest);
    fprintf(stderr, "\n'trustsweep --help' lists the commands.\n");
    return EXIT_USAGE;
}

static int show_overview(FILE *stream, int status)
{
    struct text help = { 0 };

    commands_overview(&help);
    (void)fputs(text_data(&help), stream);
    text_release(&help);
    return status;
}

/* Whoever read it has seen enough, as `head` has. */
static bool is_closed(int fd)
{
    struct pollfd end = { .fd = fd, .events = POLLOUT };

    return poll(&end, 1, 0) == 1 && (end.revents & POLLERR) != 0;
}

/* What was printed may still not have arrived: a full disk. */
static int end(const struct command *command, int status)
{
    if ((fflush(stdout) == 0 && !ferror(stdout)) || is_closed(STDOUT_FILENO))
        return status;
    fprintf(stderr,
            "trustsweep %s: cannot write to standard output: the disk that it "
            "goes to may be full\n",
            command->name);
    return status == EXIT_GOOD ? EXIT_FAILED : status;
}

int main(int argc, char **argv)
{
    const struct command *command;

    /* a child that died is an error to report, and a pager that was closed no
     * death */
    (void)signal(SIGPIPE, SIG_IGN);
    /* neither is a file that may not grow any more: write() says EFBIG */
    (void)signal(SIGXFSZ, SIG_IGN);
    keep_memory();
    unfinished_watch();
    if (argc < 2)
        return show_overview(stderr, EXIT_USAGE);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0
        || strcmp(argv[1], "help") == 0) {
        command = argc > 2 ? commands_find(argv[2]) : NULL;
        if (command) {
            char help[] = "--help";
            char *arguments[] = { argv[2], help, NULL };

            return command->run(2, arguments);
        }
        if (argc > 2)
            return unknown_command(argv[2]);
        return show_overview(stdout, EXIT_GOOD);
    }
    if (strcmp(argv[1], "--version") == 0) {
        command = commands_find("version");
    } else {
        command = commands_find(argv[1]);
    }
    if (!command)
        return unknown_command(argv[1]);
    return end(command, command->run(argc - 1, argv + 1));
}
