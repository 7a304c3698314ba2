#include "analysis/analysis.h"
#include "analysis/board.h"
#include "analysis/export/export_file.h"
#include "analysis/export/export_source.h"
#include "analysis/export/kinds.h"
#include "analysis/labels_of.h"
#include "analysis/report/report.h"
#include "analysis/verdict_trust.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <sys/stat.h>

/* Nothing of a text: it is to be put on a web server. */
static int write_page(const struct reader *reader,
                      const struct export_params *params,
                      struct error *err)
{
    const char *const files[] = { path_name(params->file) };
    const struct report_params page = { .files = files,
                                        .paths = &params->file,
                                        .texts = REPORT_TEXTS_NONE,
                                        .analysis = analysis_defaults(),
                                        .assets = params->assets };
    struct cJSON *document = report_document(&reader, 1, &page, err);
    struct export_file file;
    int rc = -1;

    if (document
        && export_file_open(&file, params->folder, "index.html", err) == 0) {
        rc = report_page(document, &page, &file.pending, err);
        rc = export_file_close(&file, rc == 0, err);
    }
    json_free(document);
    return rc;
}

/* As `analyze --json` has it, without the analysis. */
static int write_data(const struct reader *reader,
                      const struct export_params *params,
                      const struct validation *validation,
                      struct error *err)
{
    struct cJSON *board = json_new_object();
    struct export_file file;
    int rc = export_file_open(&file, params->folder, "leaderboard.json", err);

    if (rc == 0) {
        board_json_add(board, reader, validation);
        verdict_trust_json(board, reader, validation);
        json_write(board, &file.pending);
        rc = export_file_close(&file, true, err);
    }
    json_free(board);
    return rc;
}

/* A web server has to read it. */
static void open_folder(const char *folder)
{
    const mode_t mask = umask(0);

    (void)umask(mask);
    (void)chmod(folder, 0777 & ~mask);
}

static int write_all(struct export_source *source,
                     const struct export_params *params,
                     struct text *said,
                     struct error *err)
{
    struct labels_of labels;
    int rc = labels_of_open(&labels, params->file, source->reader, err);

    if (rc < 0)
        return rc;
    rc = write_page(source->reader, params, err);
    if (rc == 0) {
        rc = write_data(source->reader,
                        params,
                        labels_of_validation(&labels),
                        err);
    }
    labels_of_close(&labels);
    if (rc < 0)
        return rc;
    open_folder(params->folder);
    text_add(said, "leaderboard: index.html and leaderboard.json, no texts\n");
    return 0;
}

const struct export_ops export_leaderboard = {
    .name = "leaderboard",
    .help = "index.html and leaderboard.json for a web server: the report "
            "without any prompt or reply.",
    .write = write_all,
};
