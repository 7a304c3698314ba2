#include "launch/sbatch.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/tool.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void clean_environment(void)
{
    for (char **at = environ; *at;) {
        char *name = mem_text_len(*at, strcspn(*at, "="));

        if (text_starts(name, "SBATCH_")) {
            (void)unsetenv(name);
            at = environ;
        } else {
            at++;
        }
        free(name);
    }
}

static int ask(const char *const *argv, struct text *out, struct error *err)
{
    int status;

    clean_environment();
    status = tool_run(argv, 3 * TOOL_WAIT_MS, out, err);
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
    const char *folder = getenv("TMPDIR");
    char *path = text_format("%s/trustsweep-batch.XXXXXX",
                             folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path);
    size_t len = strlen(script);
    int rc = -1;

    if (fd < 0 || write(fd, script, len) != (ssize_t)len) {
        rc = error_set_errno(err, errno, "cannot write %s", path);
    } else {
        const char *const argv[] = { "sbatch", "--test-only", path, NULL };

        rc = ask(argv, out, err);
    }
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(path);
    }
    free(path);
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
            rc = error_set(err, ERR_IO, "sbatch names no job: %.200s", line);
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
