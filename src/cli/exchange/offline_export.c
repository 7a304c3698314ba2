#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/exchange/offline_work.h"
#include "gather/journal.h"
#include "generate/offline.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>

static char *file_name(const struct offline_work *work)
{
    const char *out = work->given->output;
    const size_t len =
        strlen(out) - (text_ends(out, ".jsonl") ? strlen(".jsonl") : 0);

    if (work->num_files == 0)
        return mem_text(out);
    return text_format("%.*s-%zu.jsonl", (int)len, out, work->num_files + 1);
}

static int write_file(struct offline_work *work,
                      struct text *lines,
                      struct error *err)
{
    char *name = file_name(work);
    int rc = file_may_write(name, "batch file", "{\"custom_id\"", err);

    if (rc == 0)
        rc = file_write(name, text_data(lines), lines->len, err);
    json_append_text(work->files, name);
    work->num_files++;
    text_clear(lines);
    free(name);
    return rc;
}

/* The line of an open unit; empty where a provider's batch cannot ask it. */
static void make_line(struct offline_work *work, size_t unit, struct text *line)
{
    struct request request;

    text_clear(line);
    if (!offline_work_is_of_model(work, unit) || work->is_done[unit])
        return;
    sweep_request(work->sweep, unit, &request);
    if (request.kind == REQUEST_CHAT || request.kind == REQUEST_COMPLETE)
        offline_line(work->offline, &request, line);
    request_release(&request);
}

static int write_all(struct offline_work *work, struct error *err)
{
    const size_t max_bytes = (size_t)work->given->max_mb * 1000 * 1000;
    struct text lines = { 0 };
    struct text line = { 0 };
    size_t num = 0;
    int rc = 0;

    for (size_t u = 0; rc == 0 && u < work->sweep->plan->num_units; u++) {
        make_line(work, u, &line);
        if (line.len == 0)
            continue;
        if (num > 0
            && (num == (size_t)work->given->max_requests
                || lines.len + line.len > max_bytes)) {
            rc = write_file(work, &lines, err);
            num = 0;
        }
        text_add_len(&lines, line.data, line.len);
        num++;
        work->num_requests++;
    }
    if (rc == 0 && num > 0)
        rc = write_file(work, &lines, err);
    text_release(&line);
    text_release(&lines);
    return rc;
}

int offline_export(struct offline_work *work, struct error *err)
{
    char *journal_path = path_join(work->folder, "journal");
    struct journal *journal = NULL;
    int rc = file_can_make(work->given->output, err);

    if (rc == 0 && file_is_folder(journal_path)) {
        journal = offline_work_journal(work, true, err);
        rc = journal ? 0 : -1;
        journal_close(journal);
    }
    free(journal_path);
    if (rc == 0)
        rc = write_all(work, err);
    return rc;
}
