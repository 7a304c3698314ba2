#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/submit.h"
#include "cli/batch/submit_variables.h"
#include "launch/script.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_TEMPLATE = 1024 * 1024, COORDINATOR_MB = 2048 };

static const char ranks_variable[] = "TRUSTSWEEP_RANKS";

static void add_quoted(struct script *script,
                       const char *name,
                       const char *word)
{
    struct text quoted = { 0 };

    if (word)
        script_quote(word, &quoted);
    script_add(script, name, word ? text_data(&quoted) : NULL);
    text_release(&quoted);
}

/* As the name of a file to sbatch, who puts numbers in for % and a letter. */
static void add_file_name(struct script *script,
                          const char *name,
                          const char *path)
{
    struct text doubled = { 0 };

    for (; path && *path; path++) {
        if (*path == '%')
            text_add(&doubled, "%");
        text_add_len(&doubled, path, 1);
    }
    script_add(script, name, text_data(&doubled));
    text_release(&doubled);
}

static void add_list(struct script *script,
                     const char *name,
                     const struct name_list *list)
{
    script_add(script, name, NULL);
    for (size_t i = 0; i < list->num; i++)
        script_add(script, name, list->names[i]);
}

static void add_variable(struct script *script,
                         const char *name,
                         size_t len,
                         const char *value)
{
    struct text line = { 0 };

    text_add_len(&line, name, len);
    text_add(&line, "=");
    script_quote(value, &line);
    script_add(script, "environment", text_data(&line));
    text_release(&line);
}

/* With several words, ranks are started by the same ones. */
static void add_program(struct script *script,
                        const struct site *site,
                        const char *own)
{
    const struct name_list *words = &site->program;
    struct text line = { 0 };
    struct text json = { 0 };

    for (size_t i = 0; i < words->num; i++) {
        text_add(&line, i > 0 ? " " : "");
        script_quote(words->names[i], &line);
        text_add(&json, i > 0 ? ", " : "[");
        json_write_text(words->names[i], strlen(words->names[i]), &json);
    }
    text_add(&json, "]");
    if (words->num == 0)
        script_quote(own, &line);
    script_add(script, "program", text_data(&line));
    if (words->num > 1) {
        add_variable(script,
                     ranks_variable,
                     strlen(ranks_variable),
                     text_data(&json));
    }
    text_release(&line);
    text_release(&json);
}

static void add_environment(struct script *script, const struct site *site)
{
    struct text passed = { 0 };

    text_add(&passed, submit_variables_always);
    for (size_t i = 0; i < site->passed.num; i++)
        text_addf(&passed, ",%s", site->passed.names[i]);
    script_add(script, "export", text_data(&passed));
    /* of two components each is asked by itself what comes along */
    script_add(script, "component_export", NULL);
    if (site->coordinator.num > 0)
        script_add(script, "component_export", text_data(&passed));
    text_release(&passed);
    script_add(script, "environment", NULL);
    for (size_t i = 0; submit_variables_ours[i]; i++) {
        const char *name = submit_variables_ours[i];
        const char *value = getenv(name);

        if (value)
            add_variable(script, name, strlen(name), value);
    }
    for (size_t i = 0; i < site->environment.num; i++) {
        const char *entry = site->environment.names[i];
        size_t len = strcspn(entry, "=");

        add_variable(script, entry, len, entry + len + 1);
    }
}

/* A component of its own for rank 0; what is said for both stands before it,
 * and Slurm keeps it for the second one. */
static void add_coordinator(struct script *script,
                            const struct site *site,
                            const struct submit_size *size)
{
    char *memory =
        text_format("--mem=%lldM",
                    COORDINATOR_MB + (long long)size->apart_memory_mb);

    script_add(script, "coordinator", NULL);
    script_add(script, "hetjob", NULL);
    script_add(script, "partition", size->wish.partition);
    if (site->coordinator.num > 0) {
        script_add(script, "coordinator", "--nodes=1");
        script_add(script, "coordinator", "--ntasks=1");
        script_add(script, "coordinator", memory);
        for (size_t i = 0; i < site->coordinator.num; i++)
            script_add(script, "coordinator", site->coordinator.names[i]);
        script_add(script, "hetjob", "hetjob");
    }
    free(memory);
}

static void add_resources(struct script *script,
                          const struct site *site,
                          const struct submit_size *size)
{
    char time[32];
    char *gres;

    add_coordinator(script, site, size);
    script_add(script, "account", site->account);
    script_add(script, "qos", site->qos);
    script_add(script, "constraint", site->constraint);
    script_add(script, "reservation", site->reservation);
    script_add_number(script, "nodes", size->wish.nodes);
    script_add_number(script, "tasks_per_node", size->workers_per_node);
    script_add(script, "cpus_per_worker", NULL);
    if (size->cpus_per_worker > 0)
        script_add_number(script, "cpus_per_worker", size->cpus_per_worker);
    gres = text_format("gpu:%s%s%d",
                       site->gpu_type ? site->gpu_type : "",
                       site->gpu_type ? ":" : "",
                       size->wish.gpus);
    script_add(script, "gres", size->wish.gpus > 0 ? gres : NULL);
    free(gres);
    script_add_number(script, "memory_mb", size->wish.memory_mb);
    cluster_format_seconds(time, size->wish.time_s);
    script_add(script, "time", time);
    script_add_number(script, "notice_s", site->notice_s);
    script_add(script,
               "requeue",
               text_equal(site->again, "never") ? "--no-requeue" : "--requeue");
    add_list(script, "extra", &site->extra);
}

static void add_word(struct text *line, const char *option, const char *word)
{
    text_addf(line, "%s%s", line->len > 0 ? " " : "", option);
    text_add(line, *option ? " " : "");
    script_quote(word, line);
}

static void add_arguments(struct script *script,
                          const struct submit_script *params)
{
    const struct submit_options *given = params->given;
    const struct site *site = params->site;
    struct text line = { 0 };
    char number[32];

    add_word(&line, "", params->job_path);
    add_word(&line, "--output", params->output);
    text_addf(&line, " --notice %lld", (long long)site->notice_s);
    if (given->limit >= 0)
        text_addf(&line, " --limit %lld", (long long)given->limit);
    for (size_t i = 0; i < params->num_only; i++)
        add_word(&line, "--only", params->only[i]);
    for (size_t i = 0; i < params->num_sets; i++)
        add_word(&line, "--set", params->sets[i]);
    if (params->is_part)
        text_add(&line, " --where compute");
    if (text_equal(site->bind, "none"))
        text_add(&line, " --bind none");
    script_add(script, "run_arguments", text_data(&line));
    text_clear(&line);
    add_word(&line, "--dir", params->output);
    add_word(&line, "--again", site->again);
    options_number(given->budget, number);
    if (given->budget > 0)
        add_word(&line, "--budget", number);
    text_addf(&line, " --notice %lld", (long long)site->notice_s);
    /* what until and deadline of checkpoints count from, whenever it starts */
    text_addf(&line,
              " --since %lld",
              (long long)(params->since_s > 0 ? params->since_s
                                              : clock_unix_ms() / 1000));
    if (site->coordinator.num > 0 && params->size->wish.gpus > 0) {
        text_addf(&line,
                  " --gpus %d",
                  params->size->wish.nodes * params->size->wish.gpus);
    }
    script_add(script, "batch_options", text_data(&line));
    text_release(&line);
}

static int refuse_mpirun(struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "\"coordinator\" in the site file makes a job of two "
                     "components, and only srun starts ranks in both: say "
                     "--launch srun");
}

static int add_all(struct script *script,
                   const struct submit_script *params,
                   struct error *err)
{
    const struct site *site = params->site;
    const char *launch = params->given->launch;
    char *program = path_self(err);
    char *folder = path_absolute(".", err);
    int rc = program && folder ? 0 : -1;

    script_add(script, "job_name", params->job_name);
    script_add(script, "folder", folder);
    add_file_name(script, "output", params->output);
    if (!launch)
        launch = site->launch;
    if (!launch && site->coordinator.num > 0)
        launch = "srun"; /* no mpirun starts ranks in both components */
    if (launch && strcmp(launch, "mpirun") == 0) {
        launch = NULL; /* the one that fits the program */
        if (site->coordinator.num > 0)
            rc = refuse_mpirun(err);
    }
    add_quoted(script, "launch", launch);
    /* with variables of the node in it, such as $SLURM_JOB_ID */
    script_add(script, "scratch", NULL);
    if (site->scratch) {
        char *scratch = text_format("\"%s\"", site->scratch);

        script_add(script, "scratch", scratch);
        free(scratch);
    }
    add_list(script, "modules", &site->modules);
    /* what makes `module` a function of the shell */
    script_add(script, "profile", NULL);
    if (site->modules.num > 0)
        script_add(script, "profile", "/etc/profile");
    add_list(script, "setup", &site->setup);
    add_environment(script, site);
    add_program(script, site, program);
    add_resources(script, site, params->size);
    add_arguments(script, params);
    free(folder);
    free(program);
    return rc;
}

int submit_write(const struct submit_script *params,
                 struct text *out,
                 struct error *err)
{
    const char *given = params->site->template_path;
    char *path = given ? text_format("%s", given)
                       : path_share("slurm/sweep.sbatch", err);
    struct script script = { 0 };
    struct text text = { 0 };
    int rc = -1;

    if (path && file_read(path, MAX_TEMPLATE, &text, err) == 0
        && add_all(&script, params, err) == 0)
        rc = script_fill(&script, text_data(&text), path, out, err);
    text_release(&text);
    script_release(&script);
    free(path);
    return rc;
}
