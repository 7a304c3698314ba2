#include "launch/sbatch.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/unfinished.h"
#include "launch/tool.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* What tells sbatch what to ask for, and what would make the job believe that it
 * is part of the allocation in which it was submitted.  Slurm keeps such
 * variables with the job whatever --export says. */
static bool is_of_slurm(const char *entry)
{
    return (text_starts(entry, "SLURM_") || text_starts(entry, "SBATCH_")
            || text_starts(entry, "SPANK_"))
           && !text_starts(entry, "SLURM_CONF=");
}

/* Our own environment is as before: after this, the job's number is asked. */
static int ask(const char *const *argv, struct text *out, struct error *err)
{
    char **const all = environ;
    size_t num = 0;
    int status;

    while (all[num])
        num++;
    environ = mem_alloc(num + 1, sizeof *environ);
    num = 0;
    for (char **at = all; *at; at++) {
        if (!is_of_slurm(*at))
            environ[num++] = *at;
    }
    status = tool_run(argv, 3 * TOOL_WAIT_MS, out, err);
    free(environ);
    environ = all;
    while (out->len > 0 && out->data[out->len - 1] == '\n')
        out->data[--out->len] = '\0';
    if (status <= 0)
        return status;
    return error_set(err,
                     ERR_USAGE,
                     "Slurm refuses it: %.300s",
                     text_data(out));
}

int sbatch_try(const char *script, struct text *out, struct error *err)
{
    char *path = path_temporary("batch");
    int fd = unfinished_file(path);
    int rc = -1;

    if (fd < 0 || file_put(fd, script, strlen(script)) < 0) {
        rc = error_set_errno(err, errno, "cannot write %s", path);
    } else {
        const char *const argv[] = { "sbatch", "--test-only", path, NULL };

        rc = ask(argv, out, err);
    }
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(path);
    }
    unfinished_end(path);
    return rc;
}

int sbatch_submit(const char *path,
                  const char *after,
                  char **job_id,
                  struct error *err)
{
    char *dependency = text_format("--dependency=afterany:%s", after);
    const char *const alone[] = { "sbatch", "--parsable", path, NULL };
    const char *const chained[] = { "sbatch",
                                    "--parsable",
                                    dependency,
                                    path,
                                    NULL };
    struct text said = { 0 };
    int rc = ask(after ? chained : alone, &said, err);

    free(dependency);
    if (rc == 0) {
        /* warnings may stand before it, a cluster's name behind it */
        const char *line = strrchr(text_data(&said), '\n');

        line = line ? line + 1 : text_data(&said);
        *job_id = mem_text_len(line, strspn(line, "0123456789"));
        if (!**job_id) {
            free(*job_id);
            *job_id = NULL;
            rc = error_set(
                err,
                ERR_IO,
                "sbatch names no job, but says: %.200s; 'squeue --me' shows whether one was made",
                line);
        }
    }
    text_release(&said);
    return rc;
}

int sbatch_requeue(const char *job_id, struct error *err)
{
    const char *const argv[] = { "scontrol", "requeue", job_id, NULL };
    struct text said = { 0 };
    int rc = ask(argv, &said, err);

    text_release(&said);
    return rc;
}
