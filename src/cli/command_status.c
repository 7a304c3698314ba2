#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 1024 * 1024 };

struct status_options {
    bool json;
};

static const struct option options[] = {
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct status_options, json),
      .help = "Print run.json as it is." },
    { .name = NULL },
};

static void print_state(const struct cJSON *run, bool as_json)
{
    const struct cJSON *counts = json_member(run, "counts");
    const char *reason = json_member_text(run, "reason");
    const char *state = json_member_text(run, "state");
    const char *job = json_member_text(run, "job");
    struct text text = { 0 };

    if (as_json) {
        json_write(run, &text);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        return;
    }
    printf("%s: %s%s%s\n",
           job ? job : "?",
           state ? state : "?",
           reason ? ": " : "",
           reason ? reason : "");
    if (counts) {
        printf("%.0f of %.0f items done, %.0f failed, %.0f workers (%.0f "
               "lost)\n",
               json_member_number(counts, "done"),
               json_member_number(counts, "units"),
               json_member_number(counts, "failed"),
               json_member_number(counts, "workers"),
               json_member_number(counts, "workers_lost"));
    }
}

static int run(int argc, char **argv)
{
    struct status_options given = { 0 };
    struct operands folders = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_status, argc, argv, &given, &folders);

    if (status < 0) {
        char *path = path_join(folders.names[0], "run.json");
        struct cJSON *state = json_read(path, MAX_BYTES, &err);

        if (state) {
            print_state(state, given.json);
            status = EXIT_GOOD;
        } else {
            status = command_fail(&command_status, &err);
        }
        json_free(state);
        free(path);
        options_release(options, &given);
        command_release_operands(&folders);
    }
    return status;
}

const struct command command_status = {
    .name = "status",
    .summary = "how a run stands, from its run.json",
    .usage = "DIR [--json]",
    .help = "Reads DIR/run.json, which a run renews every few seconds and when "
            "it ends.\n\nexample:\n  trustsweep status runs/quickstart",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
