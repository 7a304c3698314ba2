#include "launch/squeue.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/program.h"
#include "base/text.h"
#include "launch/tool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_FIELDS = 5 };

/* Field number `at` of a line; free(). */
static char *field_of(const char *line, int at)
{
    for (; at > 0 && *line && *line != '\n'; at--) {
        line += strcspn(line, "|\n");
        line += *line == '|';
    }
    return mem_text_len(line, strcspn(line, "|\n"));
}

/* Of all components: a heterogeneous job has a line for each. */
static char *nodes_of(const char *lines)
{
    struct text nodes = { 0 };

    while (*lines) {
        char *word = field_of(lines, NUM_FIELDS - 1);

        if (*word)
            text_addf(&nodes, "%s%s", nodes.len > 0 ? "," : "", word);
        free(word);
        lines += strcspn(lines, "\n");
        lines += *lines == '\n';
    }
    return text_take(&nodes);
}

struct cJSON *squeue_parse(const char *id, const char *lines)
{
    static const char *const keys[NUM_FIELDS - 1] = { "state",
                                                      "reason",
                                                      "start",
                                                      "left" };
    struct cJSON *job = json_new_object();
    char *nodes = nodes_of(lines);

    json_add_text(job, "id", id);
    for (int i = 0; i < NUM_FIELDS - 1; i++) {
        char *word = field_of(lines, i);

        if (*word)
            json_add_text(job, keys[i], word);
        free(word);
    }
    if (nodes && *nodes)
        json_add_text(job, "nodes", nodes);
    free(nodes);
    if (!json_member_text(job, "state"))
        json_add_text(job, "state", "GONE");
    return job;
}

struct cJSON *squeue_ask(const char *id)
{
    const char *const argv[] = { "squeue",         "-h", "-j", id, "-o",
                                 "%T|%r|%S|%L|%N", NULL };
    struct text said = { 0 };
    struct cJSON *job;

    if (!program_is_there("squeue")) {
        job = squeue_parse(id, "UNKNOWN");
    } else {
        int status = tool_run(argv, TOOL_WAIT_MS, &said, NULL);
        /* an id that it has forgotten is an error to it, as is a controller
         * that does not answer */
        const bool is_gone =
            status > 0 && strstr(text_data(&said), "Invalid job id");

        job = squeue_parse(id,
                           status == 0 ? text_data(&said)
                           : is_gone   ? ""
                                       : "UNKNOWN");
    }
    text_release(&said);
    return job;
}
