#include "launch/cluster.h"

#include "base/mem.h"
#include "base/program.h"
#include "base/text.h"
#include "launch/tool.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUM_FIELDS = 9, MAX_SECONDS = 366 * 86400 };

int64_t cluster_seconds(const char *text)
{
    long parts[4] = { 0 };
    int num = 0;
    bool has_days = strchr(text, '-') != NULL;
    const char *at = text;

    if (strcasecmp(text, "infinite") == 0 || strcasecmp(text, "unlimited") == 0)
        return -1;
    for (;;) {
        char *end;

        if (*at < '0' || *at > '9' || num == 4)
            return -2;
        parts[num++] = strtol(at, &end, 10);
        if (parts[num - 1] > MAX_SECONDS)
            return -2;
        at = end;
        if (*at != ':' && !(*at == '-' && num == 1))
            break;
        at++;
    }
    if (*at)
        return -2;
    if (has_days) /* D-H, D-H:M, D-H:M:S */
        return ((parts[0] * 24 + parts[1]) * 60 + parts[2]) * 60 + parts[3];
    if (num == 1) /* M */
        return parts[0] * 60;
    if (num == 2) /* M:S */
        return parts[0] * 60 + parts[1];
    return (parts[0] * 60 + parts[1]) * 60 + parts[2];
}

void cluster_format_seconds(char out[32], int64_t seconds)
{
    (void)snprintf(out,
                   32,
                   "%02lld:%02lld:%02lld",
                   (long long)(seconds / 3600),
                   (long long)(seconds / 60 % 60),
                   (long long)(seconds % 60));
}

/* A type that is not said is none that can be asked for. */
int cluster_gpus(const struct cluster_nodes *self, const char *type)
{
    const char *gres = self->gres;
    int num = 0;

    while (*gres) {
        size_t len = strcspn(gres, ",");

        if (text_starts(gres, "gpu:")) {
            const char *at = gres + 4;
            /* behind a bracket stand sockets: gpu:a100:4(S:0-1) */
            const size_t end = strcspn(at, ",(");
            const char *colon = memchr(at, ':', end);
            const bool has_type = colon != NULL;
            const char *digits = has_type ? colon + 1 : at;
            const long count = strtol(digits, NULL, 10);
            const bool is_meant =
                !type
                || (has_type && (size_t)(colon - at) == strlen(type)
                    && strncmp(at, type, strlen(type)) == 0);

            if (is_meant && count > 0 && count < 1024)
                num += (int)count;
        }
        gres += len;
        gres += *gres == ',';
    }
    return num;
}

static struct cluster_partition *partition_of(struct cluster *self, char *name)
{
    size_t len = strlen(name);
    bool is_default = len > 0 && name[len - 1] == '*';
    struct cluster_partition *last;

    if (is_default)
        name[len - 1] = '\0';
    for (size_t i = 0; i < self->num; i++) {
        if (strcmp(self->partitions[i].name, name) == 0)
            return &self->partitions[i];
    }
    self->partitions = mem_reserve(self->partitions,
                                   &self->cap,
                                   self->num + 1,
                                   sizeof *self->partitions);
    last = &self->partitions[self->num++];
    *last = (struct cluster_partition){ .name = mem_text(name),
                                        .is_default = is_default,
                                        .max_nodes = -1 };
    return last;
}

/* "1-4", "1-infinite", or "1" where least and most are the same; -1 = no
 * limit. */
static int most_of(const char *range)
{
    const char *dash = strchr(range, '-');
    const char *most = dash ? dash + 1 : range;

    return *most >= '0' && *most <= '9' ? (int)strtol(most, NULL, 10) : -1;
}

/* "allocated/idle/other/all" */
static void count_nodes(const char *text, struct cluster_nodes *out)
{
    long counts[4] = { 0 };

    for (int i = 0; i < 4; i++) {
        char *end;

        counts[i] = strtol(text, &end, 10);
        text = end + (*end == '/');
    }
    out->num_usable = (int)(counts[0] + counts[1]);
    out->num = (int)counts[3];
}

/* fields: partition, state, limit, nodes of a job, nodes, cores, memory, gres,
 * features */
static void add_line(struct cluster *self, char **fields)
{
    struct cluster_partition *partition = partition_of(self, fields[0]);
    struct cluster_nodes *nodes;

    partition->is_up = strcmp(fields[1], "up") == 0;
    partition->limit_s = cluster_seconds(fields[2]);
    partition->max_nodes = most_of(fields[3]);
    partition->nodes = mem_reserve(partition->nodes,
                                   &partition->cap,
                                   partition->num_nodes + 1,
                                   sizeof *partition->nodes);
    nodes = &partition->nodes[partition->num_nodes++];
    *nodes = (struct cluster_nodes){
        .features = mem_text(fields[8]),
        .cpus = (int)strtol(fields[5], NULL, 10),
        .memory_mb = strtoll(fields[6], NULL, 10),
        .gres = mem_text(fields[7]),
    };
    nodes->gpus = cluster_gpus(nodes, NULL);
    count_nodes(fields[4], nodes);
}

int cluster_parse(const char *lines, struct cluster *out, struct error *err)
{
    *out = (struct cluster){ 0 };
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        char *line = mem_text_len(lines, len);
        char *fields[NUM_FIELDS] = { line };
        int num = 1;

        for (char *at = line; *at; at++) {
            if (*at == '|' && num < NUM_FIELDS) {
                *at = '\0';
                fields[num++] = at + 1;
            }
        }
        if (num == NUM_FIELDS)
            add_line(out, fields);
        free(line);
        lines += len;
        lines += *lines == '\n';
    }
    if (out->num == 0) {
        return error_set(
            err,
            ERR_IO,
            "sinfo names no partition: Slurm has none that you may use; ask "
            "who runs the cluster, or use 'trustsweep run'");
    }
    return 0;
}

int cluster_read(struct cluster *out, struct error *err)
{
    /* without -e nodes of unlike cores and memory would be one line, "8+" */
    static const char *const argv[] = {
        "sinfo", "-h", "-e", "-o", "%P|%a|%l|%s|%F|%c|%m|%G|%f", NULL
    };
    struct text said = { 0 };
    int rc;

    if (!program_is_there("sbatch") || !program_is_there("sinfo")) {
        return error_set(err,
                         ERR_USAGE,
                         "no Slurm here (no sbatch and sinfo in PATH): log in "
                         "where jobs are submitted, or use 'trustsweep run'");
    }
    rc = tool_run(argv, TOOL_WAIT_MS, &said, err);
    if (rc > 0) {
        rc = error_set(err,
                       ERR_IO,
                       "Slurm does not answer (%.*s); ask 'sinfo' by hand, or "
                       "use 'trustsweep run'",
                       (int)strcspn(text_data(&said), "\n"),
                       text_data(&said));
    }
    if (rc == 0)
        rc = cluster_parse(text_data(&said), out, err);
    text_release(&said);
    return rc;
}

void cluster_release(struct cluster *self)
{
    for (size_t i = 0; i < self->num; i++) {
        struct cluster_partition *partition = &self->partitions[i];

        for (size_t j = 0; j < partition->num_nodes; j++) {
            free(partition->nodes[j].features);
            free(partition->nodes[j].gres);
        }
        free(partition->nodes);
        free(partition->name);
    }
    free(self->partitions);
    *self = (struct cluster){ 0 };
}
