#include "base/text.h"
#include "cli/commands.h"
#include "cli/pages.h"
#include "job/job.h"
#include "trustsweep/bug.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*write)(struct text *out);
} pages[] = {
    { "job", job_write_markdown },      { "schema", job_write_schema },
    { "commands", pages_commands },     { "man", pages_man },
    { "completion", pages_completion },
};

static int run(int argc, char **argv)
{
    struct operands topics = { 0 };
    struct error err = { 0 };
    struct text out = { 0 };
    bool is_there = false;
    int status = command_parse(&command_docs, argc, argv, NULL, &topics);

    if (status >= 0)
        return status;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        if (strcmp(topics.names[0], pages[i].name) == 0) {
            pages[i].write(&out);
            is_there = true;
        }
    }
    if (!is_there) {
        error_set(&err,
                  ERR_USAGE,
                  "no page '%s'; there are job, schema, commands, man, "
                  "completion",
                  topics.names[0]);
    }
    status = err.code ? command_fail(&command_docs, &err) : EXIT_GOOD;
    (void)fwrite(text_data(&out), 1, out.len, stdout);
    text_release(&out);
    command_release_operands(&topics);
    return status;
}

const struct command command_docs = {
    .name = "docs",
    .summary = "print generated pages: job, schema, commands, man, completion",
    .usage = "job|schema|commands|man|completion",
    .help = "job         docs/JOB.md: every key of a job file\n"
            "schema      the JSON Schema of a job file, for editors\n"
            "commands    docs/COMMANDS.md: every command's help\n"
            "man         the manual page, installed as trustsweep(1)\n"
            "completion  for bash, installed; or: eval \"$(trustsweep docs "
            "completion)\"",
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
