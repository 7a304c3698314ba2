#include "launch/queued.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/program.h"
#include "base/text.h"
#include "launch/tool.h"

#include <stdlib.h>
#include <string.h>

struct cJSON *queued_parse(const char *id, const char *line)
{
    static const char *const keys[] = { "state",
                                        "reason",
                                        "start",
                                        "left",
                                        "nodes" };
    struct cJSON *job = json_new_object();

    json_add_text(job, "id", id);
    for (size_t i = 0; i < sizeof keys / sizeof *keys && *line; i++) {
        size_t len = strcspn(line, "|\n");
        char *word = mem_text_len(line, len);

        if (*word)
            json_add_text(job, keys[i], word);
        free(word);
        line += len;
        line += *line == '|';
    }
    if (!json_member_text(job, "state"))
        json_add_text(job, "state", "GONE");
    return job;
}

struct cJSON *queued_ask(const char *id)
{
    const char *const argv[] = { "squeue",         "-h", "-j", id, "-o",
                                 "%T|%r|%S|%L|%N", NULL };
    struct text said = { 0 };
    struct cJSON *job;

    if (!program_is_there("squeue")) {
        job = queued_parse(id, "UNKNOWN");
    } else {
        /* an id that it has forgotten is an error to it */
        int status = tool_run(argv, TOOL_WAIT_MS, &said, NULL);

        job = queued_parse(id,
                           status == 0  ? text_data(&said)
                           : status > 0 ? ""
                                        : "UNKNOWN");
    }
    text_release(&said);
    return job;
}
