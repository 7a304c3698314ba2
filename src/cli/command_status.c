#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/run_dir.h"
#include "cli/run_spending.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

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

/* One that was killed cannot say so: its folder then has no living owner. */
static void print_words(const struct cJSON *run, const char *folder)
{
    const char *job = json_member_text(run, "job");
    const char *state = json_member_text(run, "state");
    const char *reason = json_member_text(run, "reason");

    if (!json_member_bool(run, "is_final", false)
        && !run_dir_is_in_use(folder)) {
        printf("%s: ended without a word (pid %.0f is gone); the same command "
               "goes on from here\n",
               job ? job : "?",
               json_member_number(run, "pid"));
        return;
    }
    printf("%s: %s%s%s\n",
           job ? job : "?",
           state ? state : "?",
           reason ? ": " : "",
           reason ? reason : "");
}

static void print_state(const struct cJSON *run,
                        const char *folder,
                        bool as_json)
{
    const struct cJSON *counts = json_member(run, "counts");
    struct text text = { 0 };

    if (as_json) {
        json_write(run, &text);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        return;
    }
    print_words(run, folder);
    if (counts) {
        printf("%.0f of %.0f items done, %.0f failed, %.0f workers (%.0f "
               "lost)\n",
               json_member_number(counts, "done"),
               json_member_number(counts, "units"),
               json_member_number(counts, "failed"),
               json_member_number(counts, "workers"),
               json_member_number(counts, "workers_lost"));
    }
    run_spending_print(run);
}

static int run(int argc, char **argv)
{
    struct status_options given = { 0 };
    struct operands folders = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_status, argc, argv, &given, &folders);

    if (status < 0) {
        char *path = path_join(folders.names[0], "run.json");
        struct cJSON *state =
            run_dir_expect(folders.names[0], "run.json", &err) < 0
                ? NULL
                : json_read(path, MAX_BYTES, &err);

        if (state) {
            print_state(state, folders.names[0], given.json);
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
            "it ends. Below the counts: where the time of all workers went, by "
            "model.\n\nexample:\n  trustsweep status runs/quickstart",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
