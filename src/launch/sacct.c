#include "launch/sacct.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/program.h"
#include "base/text.h"
#include "launch/tool.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 5000, NUM_FIELDS = 7 };

static const struct {
    const char *key;
    bool is_number;
    bool is_zero_nothing;
} fields[NUM_FIELDS] = {
    { "id", false, false },       { "state", false, false },
    { "elapsed_s", true, false }, { "cpu_s", true, false },
    { "max_rss", false, false },  { "energy_j", true, true },
    { "nodes", false, false },
};

static void add_field(struct cJSON *row, int at, const char *word)
{
    double number;

    if (!*word)
        return;
    if (!fields[at].is_number) {
        json_add_text(row, fields[at].key, word);
    } else if (text_to_double(word, &number) && number >= 0
               && (number > 0 || !fields[at].is_zero_nothing)) {
        json_add_number(row, fields[at].key, number);
    }
}

static struct cJSON *parse_line(const char *line, size_t len)
{
    struct cJSON *row = json_new_object();
    const char *end = line + len;
    int at = 0;

    for (; at < NUM_FIELDS; at++) {
        const size_t rest = (size_t)(end - line);
        const char *bar = memchr(line, '|', rest);
        char *word = mem_text_len(line, bar ? (size_t)(bar - line) : rest);

        add_field(row, at, word);
        free(word);
        if (!bar)
            break;
        line = bar + 1;
    }
    if (at == NUM_FIELDS - 1 && json_member_text(row, "id"))
        return row;
    json_free(row);
    return NULL;
}

struct cJSON *sacct_parse(const char *lines)
{
    struct cJSON *rows = json_new_array();

    while (*lines) {
        const size_t len = strcspn(lines, "\n");
        struct cJSON *row = parse_line(lines, len);

        if (row)
            json_append(rows, row);
        lines += len;
        lines += *lines == '\n';
    }
    return rows;
}

struct cJSON *sacct_ask(const char *id)
{
    const char *const argv[] = {
        "sacct",
        "-n",
        "-P",
        "--duplicates",
        "-j",
        id,
        "-o",
        "JobID,State,ElapsedRaw,CPUTimeRAW,MaxRSS,ConsumedEnergyRaw,NodeList",
        NULL
    };
    struct text said = { 0 };
    struct cJSON *rows = NULL;

    if (program_is_there("sacct") && tool_run(argv, WAIT_MS, &said, NULL) == 0)
        rows = sacct_parse(text_data(&said));
    text_release(&said);
    if (rows && json_count(rows) == 0) {
        json_free(rows);
        rows = NULL;
    }
    return rows;
}

bool sacct_is_step(const struct cJSON *row)
{
    const char *id = json_member_text(row, "id");

    return id && strchr(id, '.');
}

double sacct_energy_j(const struct cJSON *rows)
{
    double sum = 0;

    for (const struct cJSON *row = json_first(rows); row;
         row = json_next(row)) {
        double joules = json_member_number(row, "energy_j");

        if (joules > 0 && !sacct_is_step(row))
            sum += joules;
    }
    return sum;
}
